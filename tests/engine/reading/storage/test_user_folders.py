"""Where things are kept, also for a user whom nobody knows, as in a container."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from panther_engine.reading.storage.files import cache_file, read_private
from panther_engine.reading.storage.kept import save_json
from panther_engine.reading.storage.user_folders import NOWHERE, user_folder
from panther_tui.panes.bars import _short_home
from panther_tui.settings.config import load_config
from panther_tui.settings.layout_memory import load_layout

pwd = pytest.importorskip("pwd")
NO_HOME = """
import os, pwd, sys
def unknown(uid):
    raise KeyError(uid)
pwd.getpwuid = unknown
sys.argv[0] = "panther-tui"
from panther_tui.__main__ import leave
leave()
"""


def without_home(environment: dict[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if name not in ("HOME", "USERPROFILE") and not name.startswith("XDG_")
    }


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(uid: int) -> None:
        raise KeyError(uid)

    for name in os.environ.keys() - without_home(dict(os.environ)).keys():
        monkeypatch.delenv(name)
    monkeypatch.setattr(pwd, "getpwuid", unknown)


def test_each_kind_has_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert user_folder("cache") != user_folder("config")
    if sys.platform.startswith("linux"):
        assert user_folder("cache") == Path("/somewhere/panther-tui")


@pytest.mark.usefixtures("no_home")
def test_without_a_home_nothing_is_kept_and_nothing_is_read(tmp_path: Path) -> None:
    for kind in ("cache", "config", "state"):
        assert user_folder(kind).is_relative_to(NOWHERE)
    file = cache_file("results", tmp_path)
    assert read_private(file) is None
    with pytest.raises(OSError, match="set HOME"):
        save_json(file, {})
    assert load_config(tmp_path)[1] == ()
    assert load_layout(tmp_path).zoomed == ""
    assert _short_home(str(tmp_path)) == str(tmp_path)


@pytest.mark.parametrize("command", ["test", "check"])
def test_a_run_of_a_user_without_a_home_is_a_run(tmp_path: Path, command: str) -> None:
    checkout = tmp_path / "checkout"
    repos = Path(__file__).parents[3] / "repos" / "parity" / "good"
    shutil.copytree(repos, checkout)
    ran = subprocess.run(
        [sys.executable, "-c", NO_HOME, command, str(checkout)],
        env=without_home(dict(os.environ)),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkout"]
