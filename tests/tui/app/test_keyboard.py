"""Keys that arrive in one read, as over a slow line, do what they do one at a time."""

from __future__ import annotations

import pytest
from textual import events

from panther_engine.events import RunAll
from panther_tui.app.app import PantherApp
from panther_tui.overlays.choose import ChooseScreen
from panther_tui.overlays.help import HelpScreen
from panther_tui.views.find_bar import FindBar
from tests.tui.app.test_app import MFA, READ, ROOT, opened
from tests.tui.fake_engine import finish, shows, wait_for

NAMES = {"/": "slash", "=": "equals_sign", "?": "question_mark", ":": "colon", " ": "space"}
GREEN = (finish(ROOT), finish(MFA), finish(READ))


def burst(app: PantherApp, *keys: str) -> None:
    """Have all these keys wait for the app at once; a text stands for its letters."""
    for key in keys:
        for name in [key] if key == "enter" else list(key):
            character = name if len(name) == 1 else None
            app.post_message(events.Key(NAMES.get(name, name), character))


async def test_a_filter_that_is_typed_in_one_burst_filters() -> None:
    async with opened(*GREEN) as (pilot, app, _):
        burst(app, "/", "PolicyID=AWS.IAM", "enter")
        await shows(pilot, "1 of 3")
        assert app.main.panes.tree.query_text == "PolicyID=AWS.IAM"
        await wait_for(pilot, lambda: app.main.desk.active.has_focus)


async def test_going_to_a_pane_and_searching_it_in_one_burst_searches_there() -> None:
    async with opened(*GREEN) as (pilot, app, _):
        burst(app, "2", "/", "grant")
        await wait_for(pilot, lambda: app.main.panes.code.query_text == "grant")
        assert app.main.query_one(FindBar).is_open
        assert app.main.panes.tree.query_text == ""


async def test_a_list_that_still_opens_takes_the_keys_that_follow() -> None:
    async with opened(*GREEN) as (pilot, app, _):
        before = app.theme
        burst(app, "T", "j", "j", "enter")
        await wait_for(pilot, lambda: app.theme != before and app.screen is app.main)
        assert not isinstance(app.screen, ChooseScreen)


async def test_what_is_typed_after_the_key_of_the_palette_is_searched_there() -> None:
    async with opened(*GREEN) as (pilot, app, engine):
        burst(app, ":", "run all")
        await shows(pilot, "Run every policy's tests")
        assert not engine.asked(RunAll), "the letters were no commands"


async def test_help_that_was_asked_for_twice_at_once_is_closed_again() -> None:
    async with opened(*GREEN) as (pilot, app, _):
        burst(app, "?", "?")
        await wait_for(pilot, lambda: app.screen is app.main)
        burst(app, "?", "j")
        await wait_for(pilot, lambda: isinstance(app.screen, HelpScreen))


@pytest.mark.parametrize("size", [(160, 45), (80, 24)])
async def test_keys_typed_before_the_first_picture_are_not_lost(size: tuple[int, int]) -> None:
    async with opened(*GREEN, size=size) as (pilot, app, _):
        burst(app, "3", "1", "2")
        await wait_for(pilot, lambda: app.main.panes.code.has_focus)
        assert app.main.desk.active is app.main.panes.code
