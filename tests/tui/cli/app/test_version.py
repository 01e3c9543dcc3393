"""The version with what a bug report needs beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

import panther_tui
from panther_engine import Limits, describe_sandbox
from panther_tui.cli.commands import run


@pytest.mark.parametrize("args", [["--version", "-v"], ["-v", "-V"], ["--version", "--verbose"]])
def test_with_v_the_version_says_what_holds_policies_back(
    args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(args) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"panther-tui {panther_tui.__version__}"
    assert f"sandbox: {describe_sandbox(Limits())}" in lines


def test_it_follows_the_settings_and_not_those_of_a_checkout_that_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "panther-tui.toml").write_text('sandbox = "off"\n')
    run(["--version", "-v"])
    assert "sandbox: off" not in capsys.readouterr().out
    own = tmp_path / "own" / "panther-tui"
    own.mkdir(parents=True)
    (own / "settings.toml").write_text('sandbox = "off"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(own.parent))
    run(["--version", "-v"])
    assert "sandbox: off" in capsys.readouterr().out


def test_alone_v_is_no_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-v"]) == 2
    assert "No such option" in capsys.readouterr().err
