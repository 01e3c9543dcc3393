"""Policies judge resources as in production, and whatever one does costs its own evaluations."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.model import Verdict
from tests.engine.insight.explained import Sample
from tests.engine.scan.judged import resources, scan

FAIL, ERROR = Verdict.FAIL, Verdict.ERROR


def test_true_passes_false_fails_and_all_else_is_an_error(tmp_path: Path) -> None:
    body = """
        def policy(resource):
            return resource["Answer"]
    """
    scanned = scan(
        tmp_path, body, resources({"Answer": True}, {"Answer": False}, {"Answer": None}, {})
    )
    assert (scanned.count, scanned.passed) == (4, 1)
    assert scanned.verdicts == {"r1": FAIL, "r2": ERROR, "r3": ERROR}
    wrong, missing = scanned.evaluations["r2"].error, scanned.evaluations["r3"].error
    assert wrong is not None
    assert wrong.type == "FunctionReturnTypeError"
    assert missing is not None
    assert (missing.type, missing.path, missing.line) == ("KeyError", "policies/body.py", 2)
    assert missing.frames[-1].source == 'return resource["Answer"]'


def test_each_evaluation_has_a_copy_of_its_own(tmp_path: Path) -> None:
    body = """
        def policy(resource):
            resource["Seen"] = resource.get("Seen", 0) + 1
            return resource["Seen"] == 1
    """
    samples = {"one": Sample(body, ()), "two": Sample(body, ())}
    scanned = scan(tmp_path, samples, resources({}, {}, {}))
    assert (scanned.count, scanned.passed) == (6, 6)


def test_a_fail_makes_an_alert_of_what_the_functions_say_or_of_the_spec(tmp_path: Path) -> None:
    body = """
        def policy(resource):
            return False

        def title(resource):
            return "open " + resource["ResourceId"]

        def severity(resource):
            return "critical" if resource.get("Bad") else "DEFAULT"

        def runbook(resource):
            raise ValueError("no runbook")

        def alert_context(resource):
            return {"n": resource["N"]}
    """
    more = {"DisplayName": "Name", "Description": "Text", "Runbook": "Steps", "OutputIds": ["o"]}
    scanned = scan(tmp_path, body, resources({"Bad": 1, "N": 1}, {}), more=more)
    first, second = (scanned.evaluations[one].alert for one in ("r0", "r1"))
    assert first is not None
    assert second is not None
    assert (first.title, first.severity, first.dedup) == ("open r0", "Critical", "open r0")
    assert (first.context, first.destinations) == ({"n": 1}, ("o",))
    assert (second.severity, second.description, second.runbook) == ("High", "Text", "Steps")
    assert second.context == {"_error": "KeyError('N')"}


def test_a_title_that_raises_is_the_policys_id(tmp_path: Path) -> None:
    body = """
        def policy(resource):
            return False

        def title(resource):
            raise ValueError
    """
    scanned = scan(tmp_path, body, resources({}), more={"DisplayName": "Name"})
    alert = scanned.evaluations["r0"].alert
    assert alert is not None
    assert (alert.title, alert.dedup) == ("Test.body", "defaultDedupString:Test.body")


def test_a_suppressed_resource_is_judged_and_raises_no_alert(tmp_path: Path) -> None:
    body = """
        def policy(resource):
            return False
    """
    scanned = scan(tmp_path, body, resources({}, {}), more={"Suppressions": ["r*1", "other"]})
    assert [scanned.evaluations[one].suppressed for one in ("r0", "r1")] == [False, True]
    assert scanned.evaluations["r1"].alert is None
    assert scanned.evaluations["r0"].alert is not None


@pytest.mark.parametrize(
    ("harm", "kind"),
    [
        ("raise SystemExit(3)", "SystemExit"),
        ("import os; os._exit(3)", "Exited"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "Killed"),
        ("while True: pass", "Timeout"),
        ("[0] * (1 << 40)", "MemoryError"),
        ("return policy(resource)", "RecursionError"),
        ("import time; time.sleep(60)", "Timeout"),
    ],
)
def test_what_a_policy_does_costs_only_that_evaluation(
    tmp_path: Path, harm: str, kind: str
) -> None:
    body = f"""
        def policy(resource):
            if resource["ResourceId"] == "r3":
                {harm}
            return True
    """
    scanned = scan(tmp_path, body, resources(*({} for _ in range(6))), timeout=1.0)
    assert (scanned.count, scanned.passed) == (6, 5)
    error = scanned.evaluations["r3"].error
    assert error is not None
    assert error.type == kind


def test_an_evaluation_that_cannot_be_interrupted_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("panther_engine.scan.evaluating.evaluate.GRACE", 0.2)
    body = """
        import signal

        def policy(resource):
            if resource["ResourceId"] == "r1":
                signal.setitimer(signal.ITIMER_REAL, 0)
                while True:
                    pass
            return True
    """
    scanned = scan(tmp_path, body, resources({}, {}, {}), timeout=1.0)
    assert (scanned.count, scanned.passed) == (3, 2)
    error = scanned.evaluations["r1"].error
    assert error is not None
    assert (error.type, error.message) == ("Timeout", "still running after 1 s")


def test_a_body_that_cannot_be_imported_errs_for_every_resource(tmp_path: Path) -> None:
    body = """
        import nothing_of_that_name

        def policy(resource):
            return True
    """
    scanned = scan(tmp_path, body, resources({}, {}, {}))
    assert set(scanned.verdicts.values()) == {ERROR}
    errors = [one.error.type for one in scanned.evaluations.values() if one.error is not None]
    assert errors == ["ModuleNotFoundError"] * 3


def test_a_policy_that_ends_its_process_again_and_again_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("panther_engine.scan.evaluating.evaluate.STOPPED_LIMIT", 3)
    body = """
        import os

        def policy(resource):
            os._exit(1)
    """
    scanned = scan(tmp_path, body, resources(*({} for _ in range(20))))
    assert scanned.count == 20
    errors = [one.error for one in scanned.evaluations.values()]
    assert [one.type for one in errors if one is not None].count("Exited") == 3
    assert any(one is not None and one.message.startswith("given up: 3") for one in errors)


def test_a_process_that_sends_nonsense_is_not_believed(tmp_path: Path) -> None:
    body = """
        import json, os, struct, sys

        def policy(resource):
            if resource["ResourceId"] != "r1":
                return True
            for number in range(3, 1024):
                body = json.dumps({"kind": "finding", "next": 99, "told": [[7, "FAIL", None]]})
                try:
                    os.write(number, struct.pack(">I", len(body)) + body.encode())
                except OSError:
                    pass
            return True
    """
    scanned = scan(tmp_path, body, resources({}, {}, {}), timeout=5)
    assert scanned.count == 3
    assert set(scanned.evaluations) <= {"r1", "r2"}


def test_what_was_judged_before_is_not_judged_again(tmp_path: Path) -> None:
    body = """
        def policy(resource):
            return False
    """
    done = {"policies/body.json": ((0, 2), (3, 4), (6, 9))}
    scanned = scan(tmp_path, body, resources(*({} for _ in range(8))), done=done)
    assert scanned.verdicts == {"r2": FAIL, "r4": FAIL, "r5": FAIL}
    spans = sorted((one.begin, one.begin + one.resources) for one in scanned.judged)
    assert spans == [(2, 3), (4, 6)]
    assert scan(tmp_path, body, resources({}, {}), done=done).judged == ()


def test_a_policy_that_is_known_to_be_slow_gets_small_parts(tmp_path: Path) -> None:
    body = """
        def policy(resource):
            return True
    """
    scanned = scan(tmp_path, body, resources(*({} for _ in range(5))), cost=0.6)
    assert scanned.judged[0].resources == 1
    assert scanned.count == 5
