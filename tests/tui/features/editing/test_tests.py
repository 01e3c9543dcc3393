"""`A` in the results: tests added, copied, renamed, moved and removed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from panther_engine.events import ProposeEdit
from panther_engine.values.edits import (
    AddExample,
    AddPasted,
    DeleteTest,
    DuplicateTest,
    EditRequest,
    MoveTest,
    RenameTest,
    TestRef,
)
from panther_tui.app.app import PantherApp
from panther_tui.overlays.ask import AskScreen
from panther_tui.overlays.choose import ChooseScreen
from panther_tui.overlays.paste import PasteScreen
from panther_tui.triage.selection import Selection
from tests.tui.fake_engine import FakeEngine, shows, wait_for
from tests.tui.features.test_around import READ, opened

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


async def test_what_the_terminal_pastes_becomes_a_test(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        await at_results(pilot, app)
        await pilot.press("A")
        await wait_for(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(app.screen, PasteScreen))
        await pilot.press("enter")
        assert isinstance(app.screen, PasteScreen)
        text = '{\n  "Name": "[b]one[/b]"\n}\n'
        app.post_message(events.Paste(text))
        await shows(pilot, '"Name": "[b]one[/b]"')
        await pilot.press("enter")
        assert await proposed(pilot, engine) == AddPasted(READ.spec, text, True)
