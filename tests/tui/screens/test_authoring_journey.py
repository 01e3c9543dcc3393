"""From a description to a tested policy by keyboard alone, in a real pseudo-terminal."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from tests.tui.screens.real_terminal import Terminal
from tests.tui.screens.test_journey import environment

EXAMPLES = Path(__file__).parents[3] / "examples"
SPEC = "policies/aws_rds_policies/aws_rds_instance_multi_az.yml"
CLEAR = "\x15"
WRITE = "\x13"
ALTERNATE_SCREEN = b"\x1b[?1049h"
"""Sent when the app takes the terminal, at first and after an editor that had it."""
PASTED = {
    "DBInstanceIdentifier": "orders",
    "MultiAZ": False,
    "ResourceType": "AWS.RDS.Instance",
    "ResourceId": "arn:aws:rds:eu-west-1:998877665544:db:orders",
    "AccountId": "998877665544",
}
REDACTED = {
    "DBInstanceIdentifier": "example-db",
    "MultiAZ": False,
    "ResourceType": "AWS.RDS.Instance",
    "ResourceId": "arn:aws:rds:eu-west-1:123456789012:db:example-db",
    "AccountId": "123456789012",
}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


def files_of(root: Path) -> dict[str, bytes]:
    return {
        one.relative_to(root).as_posix(): one.read_bytes()
        for one in root.rglob("*")
        if one.is_file() and "__pycache__" not in one.parts
    }


def test_a_policy_is_made_tried_tested_and_taken_back_a_step(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(EXAMPLES, checkout, ignore=shutil.ignore_patterns("triage", "inventory"))
    before = files_of(checkout)
    command = [sys.executable, "-m", "panther_tui", str(checkout)]
    with Terminal(command, environment(tmp_path), 140, 44) as terminal:
        terminal.shows("63 passed")

        terminal.press("C")
        terminal.shows("New policy")
        terminal.press("RDS Multi AZ\tAWS.RDS.Instance\t")
        terminal.shows("AWS.RDS.Instance.MultiAZ", "policies/aws_rds_policies")
        terminal.press("\t" * 10 + CLEAR + "MultiAZ")
        terminal.shows("Asks for           MultiAZ")
        terminal.press(WRITE)
        terminal.shows("new policy AWS.RDS.Instance.MultiAZ", "enter writes")
        terminal.press("\r")
        terminal.shows("65 passed", "RDS.Instance.MultiAZ", "MultiAZ is not set")
        terminal.wait_for(
            lambda text: terminal.raw.count(ALTERNATE_SCREEN) > 1,
            "the editor was there and is gone",
        )

        terminal.press("4")
        terminal.shows("A tests")
        terminal.press("A")
        terminal.shows("New test: paste its resource")
        terminal.press("\r")
        terminal.shows("Resource of a new test")
        terminal.press(f"\x1b[200~{json.dumps(PASTED)}\x1b[201~")
        terminal.shows('"DBInstanceIdentifier": "orders"')
        terminal.press("\r")
        terminal.shows("[x] account  998877665544 → 123456789012  in 2 places")
        terminal.press("\r")
        terminal.shows("account 998877665544 became 123456789012 in 2 places", "enter writes")
        terminal.press("\r")
        terminal.shows("65 passed", "1 failed", "expected PASS   got FAIL")

        terminal.press("3/MultiAZ\r")
        terminal.shows("/ MultiAZ  1/1")
        terminal.press("s")
        terminal.shows("MultiAZ =")
        terminal.press(CLEAR + "true")
        terminal.shows("scratch copy FAIL → PASS")
        terminal.press("\r")
        terminal.wait_for(lambda text: "MultiAZ =" not in text, "the value is taken")
        terminal.press("S")
        terminal.shows("Make it a new test that passes")
        terminal.press("\x1b[B\r")
        terminal.shows("Name of the new test:", "Multi AZ")
        terminal.press("\r")
        terminal.shows('new test "Multi AZ"', "enter writes")
        terminal.press("\r")
        terminal.shows("66 passed", "1 failed")

        terminal.press("]")
        terminal.shows("failure 1 of 1")
        terminal.press("u")
        terminal.shows("This policy will now be expected to alert on", "enter writes")
        terminal.press("\r")
        terminal.shows("67 passed", "0 failed")
        terminal.press("U")
        terminal.shows("66 passed", "1 failed")

        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.settings_now() == list(terminal.settings)

    after = files_of(checkout)
    assert after.keys() - before.keys() == {SPEC, SPEC.replace(".yml", ".py")}
    assert {path: after[path] for path in before} == before
    assert after[SPEC.replace(".yml", ".py")] == (
        b'def policy(resource):\n    return bool(resource.get("MultiAZ"))\n'
    )
    spec = yaml.safe_load(after[SPEC])
    assert (spec["PolicyID"], spec["DisplayName"]) == ("AWS.RDS.Instance.MultiAZ", "RDS Multi AZ")
    first, second, pasted, tried = spec["Tests"]
    assert [one["ExpectedResult"] for one in (first, second, pasted, tried)] == [
        True,
        False,
        True,
        True,
    ]
    assert pasted["Resource"] == REDACTED
    assert tried["Resource"] == {**REDACTED, "MultiAZ": True}
