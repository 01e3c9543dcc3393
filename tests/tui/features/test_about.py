"""What holds policies back is said in the status bar until somebody works, and always by `V`."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.events import InterpreterChosen, RepositoryChanged
from tests.tui.fake_engine import done, screen_text, shows, wait_for
from tests.tui.features.test_around import ROOT, opened

PARTIAL = "partial (no Landlock)"


def chosen(sandbox: str) -> InterpreterChosen:
    return InterpreterChosen("/venv/bin/python", "3.11", ".venv", sandbox)


@pytest.mark.parametrize("sandbox", ["kernel", PARTIAL, "seat-belt", "off"])
@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_it_is_said_once_whole_at_each_size(
    tmp_path: Path, sandbox: str, size: tuple[int, int]
) -> None:
    async with opened(tmp_path, chosen(sandbox), done(3), size=size) as (pilot, app, _):
        await shows(pilot, f"sandbox: {sandbox}", "0 failed")
        await pilot.press("j")
        await wait_for(pilot, lambda: "sandbox:" not in screen_text(app))
        await pilot.press("V")
        await shows(pilot, "sandbox", sandbox)


async def test_a_save_ends_it_too_and_another_sandbox_is_said_again(tmp_path: Path) -> None:
    async with opened(tmp_path, chosen("kernel"), done(3)) as (pilot, app, engine):
        await shows(pilot, "sandbox: kernel")
        engine.say(
            RepositoryChanged(2, str(tmp_path), "main", (), (), (), changed=(ROOT.spec,)), done(1)
        )
        await wait_for(pilot, lambda: "sandbox:" not in screen_text(app))
        engine.say(chosen(PARTIAL))
        await shows(pilot, f"sandbox: {PARTIAL}")


async def test_a_key_before_it_is_known_does_not_hide_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, _app, engine):
        await pilot.press("j")
        engine.say(chosen("kernel"))
        await shows(pilot, "sandbox: kernel")
