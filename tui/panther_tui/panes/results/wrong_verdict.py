"""The first lines about a wrong verdict: expected, got, and what that means. Pure."""

from __future__ import annotations

from panther_engine.model import TestResult, Verdict
from panther_tui.triage.reasons import is_wrong_verdict
from panther_tui.views.line import Pieces

_RETURNED = {Verdict.PASS: ("True", "compliant", "pass"), Verdict.FAIL: ("False", "alert", "fail")}
_MEANS = {
    Verdict.PASS: "no alert would be raised for this resource",
    Verdict.FAIL: "an alert would be raised for this resource",
}


def wrong_verdict(result: TestResult) -> tuple[Pieces, ...]:
    """Such as `expected False (alert), got True (compliant)`, and what Panther would do.

    Empty if the verdict is the one that is expected, or none.
    """
    if not is_wrong_verdict(result):
        return ()
    expected, word, _ = _RETURNED[Verdict.PASS if result.expected else Verdict.FAIL]
    got, got_word, token = _RETURNED[result.verdict]
    compared: Pieces = (
        ("expected ", "muted"),
        (f"{expected} ({word})", "bold"),
        (", got ", "muted"),
        (f"{got} ({got_word})", f"{token} bold"),
    )
    return (compared, (("→ ", "muted"), (_MEANS[result.verdict], "")))
