"""`d`: the selected test in pdb."""

from __future__ import annotations

import sys

import pytest

from panther_tui.app.app import PantherApp
from panther_tui.terminal.editor import EditorCommand
from tests.tui.app.test_app import READ, opened
from tests.tui.fake_engine import done, finish, wait_for


async def test_the_selected_test_is_debugged_in_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[EditorCommand] = []

    def start(app: PantherApp, command: EditorCommand) -> str:
        started.append(command)
        return ""

    monkeypatch.setattr(PantherApp, "open_editor", start)
    async with opened(finish(READ), done(1), start=f"{READ.spec}:5") as (pilot, _, _):
        await pilot.press("d")
        await wait_for(pilot, lambda: started)
    (command,) = started
    assert command.suspends
    assert command.argv == (
        *(sys.executable, "-m", "panther_tui", "debug", f"/checkout/{READ.spec}"),
        *("--test=Null grants", "--wait", "--python", "/venv/bin/python"),
    )
