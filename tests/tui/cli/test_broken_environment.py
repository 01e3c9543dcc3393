"""An environment that cannot be used is told by every command that would have taken it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from panther_tui.cli import commands as cli
from tests.engine.reading.repository.checkout import Checkout

SAID = ".venv is broken: its bin/python points to /gone/python3.9, which is not there"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    made = Checkout(tmp_path / "checkout")
    made.policy("good")
    (made.root / ".venv" / "bin").mkdir(parents=True)
    (made.root / ".venv" / "bin" / "python").symlink_to("/gone/python3.9")
    monkeypatch.chdir(made.root)
    return made


def test_a_run_says_so_in_text_and_in_json(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["test"]) == 0
    assert f"i {SAID}; make it anew\n" in capsys.readouterr().out
    assert cli.run(["test", "--format", "json"]) == 0
    (note,) = json.loads(capsys.readouterr().out)["notes"]
    assert (note["code"], note["message"]) == ("broken-environment", f"{SAID}; make it anew")


def test_an_explanation_says_so(checkout: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["explain", "policies/good.yml"])
    assert SAID in capsys.readouterr().err


def test_asked_for_by_name_it_is_no_python_that_is_not_there(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["test", "--python", ".venv"]) == 2
    assert "'.venv', which --python asks for, is broken: its bin/python" in capsys.readouterr().err
