"""Puts the outcome of a test into words: what was expected, what happened, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping

from panther_engine.model import (
    ALERT_FUNCTIONS,
    JsonValue,
    Outcome,
    Policy,
    PolicyResult,
    Status,
    TestResult,
    Verdict,
)
from panther_engine.text.clean import clean_line

VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.PASS: "compliant (PASS)",
    Verdict.FAIL: "an alert (FAIL)",
    Verdict.ERROR: "an error (ERROR)",
}
"""What a verdict means to whoever wrote the policy."""

STOPS = frozenset(
    {"Timeout", "Exited", "Killed", "OutOfMemory", "NoWorker", "NotStarted", "NetworkBlocked"}
)
"""Values of `Failure.type` that are no exception of the user's; their messages say it all."""


def count_of(number: int, noun: str) -> str:
    """`1 test`, `2 tests`, `3 policies`."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else plural}"


def expected_verdict(expected: bool) -> Verdict:
    """The verdict that a spec's `ExpectedResult` asks for."""
    return Verdict.PASS if expected else Verdict.FAIL


def failed_functions(test: TestResult) -> tuple[tuple[str, str], ...]:
    """Names and errors of the alert functions that failed, in the order of their calls."""
    return tuple(
        (name, error)
        for name in ALERT_FUNCTIONS
        if name in test.functions and (error := test.functions[name].error)
    )


def cause_of(test: TestResult) -> str:
    """What kept the policy from a verdict, in one line; empty if it gave one."""
    if test.verdict is not Verdict.ERROR:
        return ""
    if (error := test.error) is not None:
        kind = "stopped" if error.type == "Timeout" else error.type
        said = error.message if kind in STOPS else f"{kind}: {error.message}"
        return clean_line(said.removesuffix(": ") or error.type)
    judged = test.functions.get("policy")
    return clean_line(judged.error) if judged and judged.error else ""


def comparison_of(test: TestResult) -> str:
    """Expected and got in one line, such as `expected compliant (PASS), got an alert (FAIL)`."""
    wanted = VERDICT_WORDS[expected_verdict(test.expected)]
    if test.verdict is expected_verdict(test.expected):
        names = " and ".join(f"{name}()" for name, _ in failed_functions(test))
        return f"expected {wanted} and got it" + (f", but {names} failed" if names else "")
    return f"expected {wanted}, got {VERDICT_WORDS[test.verdict]}"


def reason_of(test: TestResult) -> str:
    """Why a test did not pass, in one line; `passed` if it did."""
    if test.outcome is Outcome.PASSED:
        return "passed"
    if cause := cause_of(test):
        return cause
    if test.verdict is expected_verdict(test.expected):
        return "; ".join(
            f"{name}() failed: {clean_line(error)}" for name, error in failed_functions(test)
        )
    return comparison_of(test)


def policy_reason(policy: Policy, result: PolicyResult) -> str:
    """What a policy's tests came to, in one line, such as `1 failed, 3 passed of 4 tests`."""
    match result.status:
        case Status.INVALID:
            tests = len(policy.tests)
            return f"invalid, its {count_of(tests, 'test')} did not run" if tests else "invalid"
        case Status.UNTESTED:
            return "untested, it has no tests"
        case Status.SKIPPED:
            return "skipped, it is disabled" if not policy.enabled else "skipped"
    counts = {
        outcome: sum(test.outcome is outcome for test in result.results)
        for outcome in (Outcome.FAILED, Outcome.ERRORED, Outcome.PASSED)
    }
    total = len(result.results)
    said = ", ".join(f"{number} {outcome}" for outcome, number in counts.items() if number)
    if counts[Outcome.PASSED] == total:
        passed = f"{count_of(total, 'test')} passed"
        return passed if result.status is Status.PASSED else f"failed, its {passed}"
    return f"{said} of {count_of(total, 'test')}"


def size_of(resource: JsonValue) -> str:
    """How big a resource is, such as `1.2 kB, 14 fields`: bytes as compact JSON, top-level keys."""
    try:
        size = len(json.dumps(resource, separators=(",", ":"), default=str).encode())
    except (TypeError, ValueError, RecursionError):
        return ""
    said = f"{size} bytes" if size < 1000 else f"{size / 1000:.1f} kB"
    if isinstance(resource, Mapping):
        return f"{said}, {count_of(len(resource), 'field')}"
    return f"{said}, {type(resource).__name__} instead of a mapping"


def duration_of(milliseconds: float) -> str:
    """A duration as people say it: `0.2 ms`, `340 ms`, `1.84 s`, `2 min 5 s`."""
    if milliseconds < 10:
        return f"{milliseconds:.1f} ms"
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    if seconds < 60:
        return f"{seconds:.2f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"
