"""`--trust` and `--no-trust`: whether a checkout's own settings reach further, this time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from panther_tui.cli import commands as cli
from panther_tui.cli.insight.insight_request import InsightRequest
from panther_tui.cli.test.run_tests import TestRequest, _ask
from tests.engine.reading.repository.checkout import Checkout

SAID = "`network` does not count: it reaches further than your own settings do"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    made = Checkout(tmp_path / "checkout")
    made.policy("good")
    (made.root / "panther-tui.toml").write_text("network = true\n")
    monkeypatch.chdir(made.root)
    return made


@pytest.mark.parametrize("form", ["text", "json", "junit", "github"])
def test_a_run_says_in_every_format_what_does_not_count(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    assert cli.run(["test", "--format", form]) == 0
    assert SAID in capsys.readouterr().out


def test_trusted_for_one_time_nothing_is_left_out_and_nothing_is_remembered(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["test", "--trust", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["notes"] == []
    assert cli.run(["trust"]) == 1


def test_without_trust_what_is_remembered_does_not_count_either(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["trust", "--yes"]) == 0
    assert cli.run(["test"]) == 0
    assert SAID not in capsys.readouterr().out
    assert cli.run(["test", "--no-trust"]) == 0
    assert SAID in capsys.readouterr().out


@pytest.mark.parametrize("command", [["explain", "policies/good.yml"], ["probe"], ["mutants"]])
def test_insight_says_it_beside_its_report(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    cli.run(command)
    assert SAID in capsys.readouterr().err
    cli.run([*command, "--trust"])
    assert SAID not in capsys.readouterr().err


@pytest.mark.parametrize(("trust", "network"), [(None, False), (False, False), (True, True)])
def test_it_decides_what_policies_may_do(
    checkout: Checkout, trust: bool | None, network: bool
) -> None:
    options, _ = InsightRequest(trust=trust).prepare(checkout.root)
    assert options.network is network
    asked, _, _ = _ask(TestRequest(checkout.root, trust=trust))
    assert asked.options.network is network
