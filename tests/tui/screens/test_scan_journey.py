"""Real resources beside the tests, by keyboard alone, in a real pseudo-terminal."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tui.screens.real_terminal import Terminal
from tests.tui.screens.test_journey import environment

EXAMPLES = Path(__file__).parents[3] / "examples"
SPEC = "policies/aws_kms_policies/aws_kms_key_rotates.yml"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


def written_tests(checkout: Path) -> list[Any]:
    """The tests in the spec, as it is now."""
    found: list[Any] = yaml.safe_load((checkout / SPEC).read_text())["Tests"]
    return found


def test_a_save_says_what_it_does_to_real_resources_and_one_becomes_a_test(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(EXAMPLES, checkout, ignore=shutil.ignore_patterns("triage", "inventory"))
    inventory = EXAMPLES / "inventory" / "resources.jsonl"
    body = checkout / SPEC.replace(".yml", ".py")
    names = {test["Name"] for test in written_tests(checkout)}
    command = [sys.executable, "-m", "panther_tui", "--inventory", str(inventory)]
    where = str(checkout / SPEC)
    with Terminal([*command, where], environment(tmp_path), 160, 45) as terminal:
        terminal.shows("200 resources", "AWS.KMS.Key.RotatesYearly", "6F")

        text = body.read_text()
        assert text.count("def policy(resource):\n") == 1
        body.write_text(
            text.replace("def policy(resource):\n", "def policy(resource):\n    return False\n\n")
        )
        terminal.shows("12 more fail", "18F")

        terminal.press("H")
        terminal.shows("Resources ─ AWS.KMS.Key.RotatesYearly", "18 fail of 18", "moved")
        terminal.press("key-04")
        terminal.shows("filter key-04", "1 found", "key/key-04")
        terminal.press("\r")
        terminal.shows("New test of", "key-04 → example-key", "[x] only what decides")
        terminal.press("\x1b[B \r")
        terminal.shows('new test "Real KMS.Key"', "key-04 became example-key", "enter writes")
        terminal.press("\r")
        terminal.shows("✓ Real KMS.Key", "expected FAIL")

        tests = written_tests(checkout)
        (added,) = [test for test in tests if test["Name"] not in names]
        assert added["ExpectedResult"] is False
        assert added["Resource"]["ResourceId"].endswith("key/example-key")
        assert len(added["Resource"]) > 10, "all of it: only what decides was switched off"

        terminal.press("H")
        terminal.shows("Resources ─ AWS.KMS.Key.RotatesYearly")
        terminal.press("key-05")
        terminal.shows("1 found")
        terminal.press("\x0f")
        terminal.shows("real resource FAIL", "It fails: line 2 says return False")
        terminal.press("t")
        terminal.shows("went: the verdict stays")
        terminal.press("S")
        terminal.shows("Make it a new test that alerts")
        terminal.press("\r")
        terminal.shows("New test of", "key-05 → example-key", "all of it decides")
        terminal.press("\r")
        terminal.shows('new test "Real KMS.Key 2"', "enter writes")
        terminal.press("\r")
        terminal.wait_for(
            lambda _: len(written_tests(checkout)) > len(tests), "the test is written"
        )
        *_, reduced = written_tests(checkout)
        assert reduced["Resource"].keys() == {"ResourceId", "ResourceType"}
        assert reduced["Resource"]["ResourceId"].endswith("key/example-key")

        terminal.press("H")
        terminal.shows("Resources ─ AWS.KMS.Key.RotatesYearly", "18 fail of 18")
        terminal.press("\t")
        terminal.shows("by cause", "18 fail")
        terminal.press("\x14")
        terminal.shows("One test for 18 resources", "[x] only what decides")
        terminal.press("\r")
        terminal.shows("it stands for 18 resources that share", "enter writes")
        terminal.press("\x1b")

        body.write_text(text)
        terminal.shows("12 fewer fail")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    assert list((tmp_path / "temporary").iterdir()) == [], "nothing of the inventory is left"
