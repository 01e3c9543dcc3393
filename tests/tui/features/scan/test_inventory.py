"""Which inventory is judged: the setting's, or one that is chosen with a key."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.events import UseInventory
from panther_tui.overlays.ask import AskScreen
from tests.tui.app.test_app import READ, opened
from tests.tui.fake_engine import shows, wait_for


async def test_an_inventory_is_chosen_with_a_key_and_given_up_again(tmp_path: Path) -> None:
    file = tmp_path / "resources.jsonl"
    file.write_text("{}\n")
    async with opened(start=READ.spec) as (pilot, _, engine):
        await pilot.press("ctrl+o")
        await shows(pilot, "Real resources")
        await pilot.press(*str(file), "x", "enter")
        await shows(pilot, "there is nothing here")
        assert engine.asked(UseInventory) == []
        await pilot.press("backspace", "enter")
        await wait_for(pilot, lambda: engine.asked(UseInventory) == [UseInventory((str(file),))])
        await pilot.press("ctrl+o")
        await shows(pilot, "resources.jsonl")
        await pilot.press("ctrl+u", "enter")
        await wait_for(pilot, lambda: engine.asked(UseInventory)[-1] == UseInventory(()))


async def test_what_a_scan_kept_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panther_engine.kept_names", lambda root: ("scan:last", "scan:3"))
    async with opened(start=READ.spec) as (pilot, _, engine):
        await pilot.press("ctrl+o", "tab")
        await shows(pilot, "scan:last")
        await pilot.press("enter")
        await wait_for(pilot, lambda: engine.asked(UseInventory) == [UseInventory(("scan:last",))])


async def test_what_is_not_changed_is_not_read_again(tmp_path: Path) -> None:
    file = tmp_path / "resources.jsonl"
    file.write_text("{}\n")
    async with opened(start=READ.spec) as (pilot, app, engine):
        await pilot.press("ctrl+o")
        await shows(pilot, "Real resources")
        await pilot.press(*str(file), "enter")
        await wait_for(pilot, lambda: engine.asked(UseInventory) == [UseInventory((str(file),))])
        await pilot.press("ctrl+o")
        await shows(pilot, "resources.jsonl")
        await pilot.press("enter")
        await wait_for(pilot, lambda: not isinstance(app.screen, AskScreen))
        assert len(engine.asked(UseInventory)) == 1
