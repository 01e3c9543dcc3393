"""What began to fail and what was mended by the last change. Pure."""

from __future__ import annotations

from enum import StrEnum

from panther_engine.model import Outcome, Status, TestResult
from panther_engine.state import PolicyState
from panther_tui.style.marks import is_failing

_UNSETTLED = (Status.STALE, Status.RUNNING)


class Flip(StrEnum):
    """What a change made of a test, as the word that is shown."""

    NEW = "new"
    FIXED = "fixed"


FLIP_TOKENS = {Flip.NEW: "fail bold", Flip.FIXED: "pass bold"}


def test_flip(before: PolicyState | None, now: PolicyState, test: int) -> Flip | None:
    """What the change since `before` made of one test; None while that is not known."""
    if before is None or before is now or before.result is None or now.status in _UNSETTLED:
        return None
    if _invalid(before):
        return None
    result = now.results[test] if test < len(now.results) else None
    if result is None:
        return None
    old = _result_of(before, now, test)
    failed = old is not None and old.outcome is not Outcome.PASSED
    fails = result.outcome is not Outcome.PASSED
    if fails == failed:
        return None
    return Flip.NEW if fails else Flip.FIXED


def policy_flip(before: PolicyState | None, now: PolicyState) -> Flip | None:
    """What the change since `before` made of a policy: the worst of what it made of its tests."""
    if before is None or before is now or before.result is None or now.status in _UNSETTLED:
        return None
    failed, fails = is_failing(before) or _invalid(before), is_failing(now)
    if failed != fails:
        return Flip.NEW if fails else Flip.FIXED
    if not fails:
        return None
    found = {test_flip(before, now, test) for test in range(len(now.results))}
    return Flip.NEW if Flip.NEW in found else Flip.FIXED if Flip.FIXED in found else None


def _invalid(policy: PolicyState) -> bool:
    return policy.result is not None and policy.result.status is Status.INVALID


def _result_of(before: PolicyState, now: PolicyState, test: int) -> TestResult | None:
    """The former result of the test that now has this index: by its name."""
    names = [it.name for it in now.entry.tests]
    nth = names[:test].count(names[test])
    same = [at for at, it in enumerate(before.entry.tests) if it.name == names[test]]
    return before.results[same[nth]] if nth < len(same) else None
