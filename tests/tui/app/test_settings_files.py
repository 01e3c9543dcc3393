"""Settings take effect by themselves, with nothing else happening."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.events import InterpreterChosen, RepositoryChanged, entry_of
from panther_tui.app.app import PantherApp
from panther_tui.triage.beginning import Beginning
from tests.tui.app.test_app import ALL
from tests.tui.fake_engine import FakeEngine, wait_for


@pytest.mark.parametrize("kind", ["new", "changed", "link"])
async def test_a_settings_file_that_is_saved_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    root = tmp_path / "root"
    root.mkdir()
    file = root / "panther-tui.toml"
    if kind == "changed":
        file.write_text('theme = "panther-dark"\n')
    if kind == "link":
        (tmp_path / "elsewhere.toml").write_text("")
        file.symlink_to(tmp_path / "elsewhere.toml")
    engine = FakeEngine(ALL)
    app = PantherApp(engine, beginning=Beginning())
    async with app.run_test(size=(110, 32)) as pilot:
        entries = tuple(map(entry_of, ALL))
        engine.say(
            InterpreterChosen("/python", "3.11", "-"),
            RepositoryChanged(1, str(root), "main", entries, (), ()),
        )
        await wait_for(pilot, lambda: app.state.generation)
        await wait_for(pilot, lambda: app._files is not None)
        (tmp_path / "elsewhere.toml" if kind == "link" else file).write_text('theme = "paper"\n')
        await wait_for(pilot, lambda: app.theme == "paper")
