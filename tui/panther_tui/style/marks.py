"""The one-cell mark of every status, with its shape, word and colour."""

from __future__ import annotations

from typing import NamedTuple

from panther_engine.model import Level, Outcome, Status, TestResult
from panther_engine.state import PolicyState


class Mark(NamedTuple):
    """A shape one cell wide, the word for it and the token of its colour."""

    shape: str
    word: str
    token: str


PASSED = Mark("✓", "passed", "pass")
FAILED = Mark("✗", "failed", "fail")
ERRORED = Mark("!", "errored", "error")
INVALID = Mark("⊘", "invalid", "invalid")
RUNNING = Mark("●", "running", "running")
UNTESTED = Mark("–", "untested", "muted")
SKIPPED = Mark("»", "skipped", "muted")
WAITING = Mark("·", "waiting", "stale")
STALE = Mark("○", "stale", "stale")

FAILING = Mark("▶", "fails here", "fail")
DECIDES = Mark("◆", "decided", "key")
IDLE = Mark("┆", "did not run", "faint")
NULL = Mark("∅", "null raises", "warning")
UNPINNED = Mark("≈", "not pinned", "info")
UNREACHED = Mark("□", "not reached", "warning")

_STATUS = {
    Status.PASSED: PASSED,
    Status.FAILED: FAILED,
    Status.INVALID: INVALID,
    Status.UNTESTED: UNTESTED,
    Status.SKIPPED: SKIPPED,
    Status.RUNNING: RUNNING,
}
_OUTCOME = {Outcome.PASSED: PASSED, Outcome.FAILED: FAILED, Outcome.ERRORED: ERRORED}
_LEVEL = {
    Level.ERROR: Mark("✗", "error", "fail"),
    Level.WARNING: Mark("▲", "warning", "warning"),
    Level.INFO: Mark("i", "note", "info"),
}


EXPLAINED: tuple[tuple[Mark, str], ...] = (
    (PASSED, "All tests passed"),
    (FAILED, "A test failed: a wrong verdict, or an alert function erred"),
    (ERRORED, "The test ended in an error, without a verdict"),
    (INVALID, "It cannot run: something is wrong in its spec or body"),
    (STALE, "Its result is older than the files or this session"),
    (RUNNING, "It runs for the first time"),
    (WAITING, "It has not run yet"),
    (UNTESTED, "It has no tests"),
    (SKIPPED, "It was left out because it is disabled"),
    (_LEVEL[Level.WARNING], "A warning"),
    (_LEVEL[Level.INFO], "Good to know"),
    (FAILING, "This line of code raised the error"),
    (DECIDES, "This line gave the selected test its verdict"),
    (IDLE, "This line did not run in the selected test"),
    (NULL, "This line raises if a field is null that Panther says can be"),
    (UNPINNED, "A change of this line would be noticed by no test"),
    (UNREACHED, "No test reaches this line, or a branch of it"),
)
"""What each mark means. A folder has the mark that matters most in it, new before old."""


def mark_of_policy(policy: PolicyState) -> Mark:
    """A policy's mark; a result that is older than the files has one of its own."""
    known = policy.result
    if policy.status is Status.STALE or (policy.status is Status.RUNNING and known is not None):
        if known is None:
            return INVALID if policy.entry.invalid else WAITING
        return STALE
    return _STATUS[policy.status]


def mark_of_test(result: TestResult | None, *, stale: bool = False) -> Mark:
    """A test's mark; None is a test of which nothing is known yet."""
    if result is None:
        return WAITING
    return STALE if stale else _OUTCOME[result.outcome]


def mark_of_level(level: Level) -> Mark:
    """A diagnostic's mark."""
    return _LEVEL[level]


def is_failing(policy: PolicyState) -> bool:
    """Whether there is something to repair: a failed test, or a policy that cannot run."""
    if policy.status in (Status.FAILED, Status.INVALID):
        return True
    return policy.entry.invalid or policy.failures > 0
