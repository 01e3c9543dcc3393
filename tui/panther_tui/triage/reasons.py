"""Why a test failed, in one line of plain text, and what has no line to go to. Pure."""

from __future__ import annotations

from panther_engine.model import Level, Outcome, TestResult, Verdict
from panther_engine.state import PolicyState
from panther_tui.triage.causes import findings_of

VERDICT_WORDS = {
    Verdict.PASS: "compliant",
    Verdict.FAIL: "an alert",
    Verdict.ERROR: "an error",
}
"""What a verdict means to whoever wrote the policy."""


def is_wrong_verdict(result: TestResult) -> bool:
    """Whether the policy judged, and not as the test expects."""
    if result.outcome is Outcome.PASSED or result.verdict is Verdict.ERROR:
        return False
    return (result.verdict is Verdict.PASS) != result.expected


def failure_line(policy: PolicyState, test: int | None) -> str:
    """Why a test failed; with None why the policy cannot run. Empty if that is not known."""
    if test is None:
        wrong = (it for it in findings_of(policy) if it.severity is Level.ERROR)
        found = next(wrong, None)
        if found is None:
            return ""
        return f"{_joined(found.message)} · {_place(found.path, found.line)}"
    result = policy.results[test] if test < len(policy.results) else None
    return "" if result is None else _reason(result)


def why_no_line(policy: PolicyState | None, test: int) -> str:
    """Why there is no failing line to go to, as a sentence for the screen."""
    if policy is None or not policy.entry.tests:
        return "There is no test here."
    result = policy.results[test] if test < len(policy.results) else None
    if result is None:
        return "This test has not run yet: it has no failing line."
    if result.outcome is Outcome.PASSED:
        return "This test passed: it has no failing line."
    if is_wrong_verdict(result):
        return "A wrong verdict has no failing line: nothing raised an error. `e` opens the body."
    return "The error names no line of a file."


def _reason(result: TestResult) -> str:
    error = result.error
    if error is not None:
        said = f"{error.type}: {_joined(error.message)}".removesuffix(": ")
        return f"{said} · {_place(error.path, error.line)}" if error.path else said
    if is_wrong_verdict(result):
        expected = Verdict.PASS if result.expected else Verdict.FAIL
        return f"expected {VERDICT_WORDS[expected]}, got {VERDICT_WORDS[result.verdict]}"
    for name, function in result.functions.items():
        if function.error:
            return f"{name}() failed: {_joined(function.error)}"
    return ""


def _place(path: str, line: int) -> str:
    name = path.rpartition("/")[2]
    return f"{name}:{line}" if line else name


def _joined(text: str) -> str:
    return " ".join(text.split())
