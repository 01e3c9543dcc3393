"""`?`: the keys of the focused pane, found by typing."""

from __future__ import annotations

from panther_engine.events import Run
from panther_tui.app.app import PantherApp
from panther_tui.keys.actions import CODE
from panther_tui.keys.keymap import actions_for
from panther_tui.overlays.help import HelpScreen, KeysView, known_keys
from tests.tui.app.test_app import READ_FAILS, opened
from tests.tui.fake_engine import done, screen_text, shows, wait_for


def keys(app: PantherApp) -> KeysView:
    return app.screen.query_one(KeysView)


def under_the_cursor(app: PantherApp) -> str:
    return keys(app).line(keys(app).cursor_key).plain


async def test_it_begins_with_what_only_the_focused_pane_does() -> None:
    async with opened(size=(80, 40)) as (pilot, app, _):
        await pilot.press("3", "question_mark")
        await shows(pilot, "Keys ─ Resource", "Fold or unfold this", "type to find · esc closes")
        text = screen_text(app)
        assert text.index("Show the difference to another test") < text.index("One line down")


def test_keys_of_one_pane_come_before_those_of_every_pane_and_of_everywhere() -> None:
    found = known_keys("Code", (*actions_for(CODE), *actions_for("")), {"help": "H"})
    headings = list(dict.fromkeys(it.heading for it in found))
    assert headings == ["Code", "In every pane", "Everywhere"]
    assert next(it.keys for it in found if it.word == "keys") == ("H",)


async def test_letters_find_keys_and_marks_and_are_no_commands() -> None:
    async with opened() as (pilot, app, engine):
        await pilot.press("question_mark", *"failed", "space", *"tests")
        await shows(pilot, "filter failed tests", "Run exactly the failed tests", "1 of ")
        assert "One line down" not in screen_text(app)
        await pilot.press("ctrl+u", *"stale")
        await shows(pilot, "Marks", "Its result is older than the files")
        await pilot.press("ctrl+u", *"rq")
        await shows(pilot, "no key fits", "0 of ")
        assert not engine.asked(Run), "`r` was typed, not pressed"
        assert isinstance(app.screen, HelpScreen), "`q` was typed, not pressed"
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.screen is app.main)


async def test_the_cursor_goes_to_what_is_bound_to_exactly_what_is_typed() -> None:
    async with opened(READ_FAILS, done(3)) as (pilot, app, _):
        await pilot.press("question_mark", "i")
        await wait_for(pilot, lambda: "Walk through the failing" in under_the_cursor(app))
        await pilot.press("backspace", "I")
        await wait_for(pilot, lambda: "All failures in one list" in under_the_cursor(app))


async def test_the_key_that_opened_it_closes_it_until_something_is_typed() -> None:
    async with opened() as (pilot, app, _):
        await pilot.press("question_mark", "question_mark")
        await wait_for(pilot, lambda: app.screen is app.main)
        await pilot.press("question_mark", "x", "question_mark")
        await wait_for(pilot, lambda: keys(app).query_text == "x?")
