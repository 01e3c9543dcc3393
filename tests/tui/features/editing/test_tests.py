"""`A` in the results: tests added, copied, renamed, moved and removed; mocks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from panther_engine.events import PolicyOpened, ProposeEdit
from panther_engine.model import Mock
from panther_engine.values.edits import (
    AddExample,
    AddPasted,
    DeleteTest,
    DuplicateTest,
    EditRequest,
    MoveTest,
    PutMock,
    RemoveMock,
    RenameTest,
    TestRef,
)
from panther_tui.app.app import PantherApp
from panther_tui.overlays.ask import AskScreen
from panther_tui.overlays.choose import ChooseScreen
from panther_tui.overlays.pasting.paste import PasteScreen
from panther_tui.overlays.pasting.pasted import PastedScreen
from panther_tui.triage.selection import Selection
from tests.tui.fake_engine import FakeEngine, shows, wait_for
from tests.tui.features.test_around import BODY, READ, opened

NULL = TestRef(READ.spec, 1, "Null grants")


async def at_results(pilot: Pilot[None], app: PantherApp) -> None:
    app.main.desk.select(Selection(READ.spec, 1, chosen=True))
    await pilot.press("4")
    await wait_for(pilot, lambda: app.main.panes.results.has_focus)


async def proposed(pilot: Pilot[None], engine: FakeEngine) -> EditRequest:
    await wait_for(pilot, lambda: engine.asked(ProposeEdit))
    return engine.asked(ProposeEdit)[-1].request


@pytest.mark.parametrize(
    ("keys", "request_"),
    [
        (["delete"], DeleteTest(NULL)),
        (["alt+up"], MoveTest(NULL, 0)),
        (["alt+down"], MoveTest(NULL, 2)),
        (["A", "down", "down", "enter"], AddExample(READ.spec)),
        (["A", "down", "down", "down", "enter"], AddPasted(READ.spec, "{}", False)),
        (["A", "end", "enter"], DeleteTest(NULL)),
    ],
)
async def test_each_operation_is_proposed(
    tmp_path: Path, keys: Sequence[str], request_: EditRequest
) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        await at_results(pilot, app)
        for key in keys:
            await pilot.press(key)
            if key == "A":
                await wait_for(pilot, lambda: isinstance(app.screen, ChooseScreen))
                await shows(pilot, "New test: {}", 'Remove "Null grants"')
        assert await proposed(pilot, engine) == request_


@pytest.mark.parametrize(
    ("ups", "typed", "request_"),
    [
        (2, "", DuplicateTest(NULL, "Null grants copy")),
        (2, "Mine", DuplicateTest(NULL, "Mine")),
        (1, "Mine", RenameTest(NULL, "Mine")),
    ],
)
async def test_the_name_is_offered_and_can_be_overtyped(
    tmp_path: Path, ups: int, typed: str, request_: EditRequest
) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        await at_results(pilot, app)
        await pilot.press("A")
        await wait_for(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("end", *["up"] * ups, "enter")
        await wait_for(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press(*typed, "enter")
        assert await proposed(pilot, engine) == request_


async def test_a_test_at_the_end_moves_no_further(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        await at_results(pilot, app)
        app.main.desk.select(Selection(READ.spec, 2, chosen=True))
        await pilot.press("alt+down")
        await shows(pilot, "There is no further place for it.")
        assert not engine.asked(ProposeEdit)


PASTED = """\
[{"Name": "[b]one[/b]", "AccountId": "998877665544"},
 {"Name": "two", "AccountId": "998877665544", "Ip": "8.8.8.8", "Mail": "a@b.io"}]
"""


@asynccontextmanager
async def pasted(
    tmp_path: Path, text: str
) -> AsyncIterator[tuple[Pilot[None], PantherApp, FakeEngine]]:
    """What is chosen of a pasted text, on the screen."""
    async with opened(tmp_path) as (pilot, app, engine):
        await at_results(pilot, app)
        await pilot.press("A")
        await wait_for(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(app.screen, PasteScreen))
        await pilot.press("enter")
        assert isinstance(app.screen, PasteScreen)
        app.post_message(events.Paste(text))
        await shows(pilot, text.splitlines()[0])
        await pilot.press("enter")
        yield pilot, app, engine


async def test_what_the_terminal_pastes_becomes_a_test(tmp_path: Path) -> None:
    async with pasted(tmp_path, PASTED) as (pilot, _, engine):
        await shows(pilot, "account  998877665544 → 123456789012  in 1 place", "● [b]one[/b]")
        await pilot.press("enter")
        assert await proposed(pilot, engine) == AddPasted(READ.spec, PASTED, True)


async def test_the_resource_the_name_and_each_replacement_can_be_chosen(tmp_path: Path) -> None:
    async with pasted(tmp_path, PASTED) as (pilot, app, engine):
        await wait_for(pilot, lambda: isinstance(app.screen, PastedScreen))
        await pilot.press("down", "down", "space")
        await shows(pilot, "● two", "[x] ip  8.8.8.8 → 203.0.113.1", "[x] mail  a@b.io")
        await pilot.press("a")
        await shows(pilot, "[ ] ip  8.8.8.8  stays", "[ ] mail  a@b.io  stays")
        await pilot.press("a", "end", "space", "n")
        await wait_for(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press(*"Null grants", "enter")
        await shows(pilot, "there is such a test")
        await pilot.press("ctrl+u", *"Mine", "enter")
        await wait_for(pilot, lambda: isinstance(app.screen, PastedScreen))
        await shows(pilot, "Name  Mine", "stays")
        await pilot.press("enter")
        request = await proposed(pilot, engine)
        assert isinstance(request, AddPasted)
        assert (request.at, len(request.kept), request.name) == (1, 1, "Mine")


async def test_what_holds_no_resource_is_told(tmp_path: Path) -> None:
    async with pasted(tmp_path, '{"a": 1,') as (pilot, _, engine):
        await shows(pilot, "not JSON")
        assert not engine.asked(ProposeEdit)


async def test_a_file_becomes_a_test(tmp_path: Path) -> None:
    (tmp_path / "bucket.json").write_text('{"Name": "logs"}', encoding="utf-8")
    async with opened(tmp_path) as (pilot, app, engine):
        await at_results(pilot, app)
        await pilot.press("A", "down", "enter")
        await wait_for(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press(*"bucket.txt", "enter")
        await shows(pilot, "there is no such file")
        await pilot.press("ctrl+u", *"bucket.json", "enter")
        await wait_for(pilot, lambda: isinstance(app.screen, PastedScreen))
        await pilot.press("enter")
        assert await proposed(pilot, engine) == AddPasted(READ.spec, '{"Name": "logs"}', True)


async def test_a_name_of_the_body_is_mocked(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        await at_results(pilot, app)
        await pilot.press("s")
        await shows(pilot, "Mock a name of the body")
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press(*"nothing")
        await shows(pilot, "the body has no nothing")
        await pilot.press("ctrl+u", "tab")
        await shows(pilot, "Name to replace: dig")
        await pilot.press("enter")
        await shows(pilot, "dig returns:")
        await pilot.press(*"true", "enter")
        assert await proposed(pilot, engine) == PutMock(NULL, Mock("dig", True))


async def test_a_mock_is_changed_and_removed(tmp_path: Path) -> None:
    mocked = replace(READ.tests[1], mocks=(Mock("dig", "[]"),))
    policy = replace(READ, tests=(READ.tests[0], mocked, READ.tests[2]))
    async with opened(tmp_path) as (pilot, app, engine):
        await at_results(pilot, app)
        engine.say(PolicyOpened(2, policy, "", BODY))
        desk = app.main.desk
        await wait_for(pilot, lambda: desk.state.opened and desk.state.opened.policy is policy)
        await pilot.press("s")
        await shows(pilot, "Change what dig returns")
        await pilot.press("down", "enter")
        await shows(pilot, "dig returns: []")
        await pilot.press(*"[1]", "enter")
        assert await proposed(pilot, engine) == PutMock(NULL, Mock("dig", "[1]"), 0)
        await pilot.press("s")
        await shows(pilot, "Remove the mock of dig")
        await pilot.press("end", "enter")
        await wait_for(pilot, lambda: len(engine.asked(ProposeEdit)) == 2)
        assert await proposed(pilot, engine) == RemoveMock(NULL, 0)
