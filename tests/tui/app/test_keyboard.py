"""Keys that arrive in one read, as over a slow line, do what they do one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from textual import events
from textual.command import Hits

from panther_engine.events import Run, RunAll
from panther_tui.app.app import PantherApp
from panther_tui.overlays.help import HelpScreen
from panther_tui.overlays.typed_list import TypedRows
from panther_tui.panes.pane import Pane
from panther_tui.panes.panes import Panes
from panther_tui.screens.commands import ActionCommands
from panther_tui.screens.palette import Palette
from panther_tui.triage.selection import Selection
from panther_tui.views.find_bar import FindBar
from tests.tui.app.test_app import MFA, NARROW, READ, READ_FAILS, ROOT, WIDE, opened, selection
from tests.tui.fake_engine import FakeEngine, done, failed, finish, shows, wait_for

NAMES = {
    "/": "slash",
    "=": "equals_sign",
    "?": "question_mark",
    ":": "colon",
    " ": "space",
    "!": "exclamation_mark",
    "]": "right_square_bracket",
    ".": "full_stop",
}
FAILS = (finish(ROOT), finish(MFA, failed(MFA.tests[0])), READ_FAILS, done(3))
GREEN = (finish(ROOT), finish(MFA), finish(READ))


def burst(app: PantherApp, *keys: str) -> None:
    """Have all these keys wait for the app at once; a text stands for its letters."""
    for key in keys:
        for name in [key] if key == "enter" else list(key):
            character = name if len(name) == 1 else None
            app.post_message(events.Key(NAMES.get(name, name), character))


@dataclass(frozen=True)
class Seen:
    """What there is to see after a burst."""

    app: PantherApp
    engine: FakeEngine
    theme: str
    """As it was before."""
    copied: list[str]

    @property
    def panes(self) -> Panes:
        return self.app.main.panes

    @property
    def is_over(self) -> bool:
        """Whether the four panes have the keys again."""
        main = self.app.main
        return self.app.screen is main and main.focused is main.desk.active

    def kept(self, pane: Pane, query: str) -> bool:
        """Whether a search was kept, in this pane alone."""
        others = [it.query_text for it in self.panes if it is not pane]
        return self.is_over and pane.query_text == query and not any(others) and pane.has_focus


@dataclass(frozen=True)
class Prompt:
    """Something that opens and takes keys: what is pressed, and what comes of it."""

    name: str
    keys: tuple[str, ...]
    came: Callable[[Seen], bool]
    runs_all: bool = False
    size: tuple[int, int] = WIDE


PROMPTS = (
    Prompt("filter by letters", ("/rea", "enter"), lambda it: it.kept(it.panes.tree, "rea")),
    Prompt(
        "filter",
        ("/", "PolicyID=AWS.IAM", "enter"),
        lambda it: it.kept(it.panes.tree, "PolicyID=AWS.IAM"),
    ),
    Prompt("code", ("2/grant", "enter"), lambda it: it.kept(it.panes.code, "grant")),
    Prompt("resource", ("3/null", "enter"), lambda it: it.kept(it.panes.resource, "null")),
    Prompt("results", ("4/open", "enter"), lambda it: it.kept(it.panes.results, "open")),
    Prompt(
        "one pane", ("3/null", "enter"), lambda it: it.kept(it.panes.resource, "null"), size=NARROW
    ),
    Prompt(
        "palette",
        (":run all", "enter"),
        lambda it: it.is_over and bool(it.engine.asked(RunAll)),
        runs_all=True,
    ),
    Prompt(
        "palette of policies",
        (":s3.mfa", "enter"),
        lambda it: it.is_over and selection(it.app).spec == MFA.spec,
    ),
    Prompt("keys", ("?fail", "enter"), lambda it: typed(it.app) == "fail"),
    Prompt(
        "failures",
        ("Imfa", "enter"),
        lambda it: it.is_over and selection(it.app) == Selection(MFA.spec, 0, True),
    ),
    Prompt("what is not pinned", ("Wrq",), lambda it: typed(it.app) == "rq"),
    Prompt("theme", ("Tjj", "enter"), lambda it: it.is_over and it.app.theme != it.theme),
    Prompt(
        "comparison",
        ("3Dj", "enter"),
        lambda it: it.is_over and it.panes.resource.compared_with == 2,
    ),
    Prompt(
        "comparison in one pane",
        ("3Dj", "enter"),
        lambda it: it.is_over and it.panes.resource.compared_with == 2,
        size=NARROW,
    ),
    Prompt(
        "problems",
        ("!ry", "enter", "q"),
        lambda it: it.is_over and it.copied == ["nothing is wrong\n"],
    ),
    Prompt(
        "about",
        ("Vry", "enter", "q"),
        lambda it: it.is_over and "policies on" in "".join(it.copied),
    ),
)
"""Each with letters that are commands elsewhere."""


def typed(app: PantherApp) -> str:
    """What is typed in a list over the screen."""
    return next((it.query_text for it in app.screen.query("*") if isinstance(it, TypedRows)), "")


async def test_going_to_a_pane_and_searching_it_in_one_burst_searches_there() -> None:
    async with opened(*GREEN) as (pilot, app, _):
        burst(app, "2", "/", "grant")
        await wait_for(pilot, lambda: app.main.panes.code.query_text == "grant")
        assert app.main.query_one(FindBar).is_open
        assert app.main.panes.tree.query_text == ""


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda it: it.name)
async def test_what_is_typed_in_one_burst_goes_to_the_prompt_that_it_opens(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr(PantherApp, "copy_to_clipboard", lambda _, text: copied.append(text))
    async with opened(*FAILS, start=READ.spec, size=prompt.size) as (pilot, app, engine):
        await wait_for(pilot, lambda: app.main.panes.code.path == READ.body)
        theme = app.theme
        burst(app, *prompt.keys)
        await wait_for(pilot, lambda: prompt.came(Seen(app, engine, theme, copied)))
        await pilot.pause()
        assert prompt.came(Seen(app, engine, theme, copied)), "nothing late undoes it"
        assert len(engine.asked(RunAll)) == int(prompt.runs_all), "letters are no commands"
        assert not engine.asked(Run)


async def test_enter_in_the_palette_takes_what_was_typed_not_what_is_listed_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = asyncio.Event()
    search = ActionCommands.search

    async def search_slowly(commands: ActionCommands, query: str) -> Hits:
        await found.wait()
        async for hit in search(commands, query):
            yield hit

    monkeypatch.setattr(ActionCommands, "search", search_slowly)
    async with opened(*GREEN) as (pilot, app, engine):
        await pilot.press("colon")
        await shows(pilot, "List only policies that match")
        await pilot.press(*"run", "space", *"all", "enter")
        assert isinstance(app.screen, Palette), "nothing was taken of what was listed before"
        found.set()
        await wait_for(pilot, lambda: engine.asked(RunAll) and app.screen is app.main)


async def test_a_step_right_after_a_move_begins_where_the_move_led() -> None:
    async with opened(*FAILS, start=READ.spec) as (pilot, app, _):
        await wait_for(pilot, lambda: app.main.panes.code.path == READ.body)
        burst(app, "4G]1")
        await wait_for(pilot, lambda: app.main.panes.tree.has_focus)
        await pilot.pause()
        assert selection(app) == Selection(READ.spec, 1, True), "not the one after"


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
