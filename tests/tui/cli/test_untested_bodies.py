"""`check` and `test` tell of a body that no spec names, and of a place that holds nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from panther_tui.cli import commands as cli
from tests.engine.reading.repository.checkout import GOOD_BODY, Checkout

SAID = "this defines `policy`, and no spec names it: nothing tests it"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    made = Checkout(tmp_path / "checkout")
    monkeypatch.chdir(made.root)
    return made


@pytest.mark.parametrize("command", ["test", "check"])
def test_both_commands_tell_of_it(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    checkout.policy("good")
    checkout.write("policies/lonely.py", GOOD_BODY)
    assert cli.run([command]) == 0
    out = capsys.readouterr().out
    assert SAID in out
    assert "policies/lonely.py:1:1" in out
    assert "add policies/lonely.yml with `AnalysisType: policy`" in out
    cli.run([command, "--format", "json"])
    (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert (found["path"], found["code"], found["severity"]) == (
        "policies/lonely.py",
        "body-without-spec",
        "warning",
    )


@pytest.mark.parametrize("command", ["test", "check"])
def test_asked_for_by_name_it_is_told_for_what_it_is(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    checkout.policy("good")
    checkout.write("policies/lonely.py", GOOD_BODY)
    cli.run([command, "policies/lonely.py"])
    captured = capsys.readouterr()
    assert SAID in captured.out + captured.err


@pytest.mark.parametrize("command", ["test", "check"])
def test_an_empty_place_says_what_was_looked_for_where_and_what_to_do(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert cli.run([command]) == 2
    said = capsys.readouterr().err
    assert "`AnalysisType: policy`" in said
    assert f"in {checkout.root}" in said
    assert f"`panther-tui {command} FOLDER`" in said
    assert "`panther-tui demo`" in said
