"""What a policy's tests came to, for the frame of the results. Pure."""

from __future__ import annotations

from collections import Counter

from panther_engine.model import Outcome, Status
from panther_engine.state import PolicyState
from panther_tui.triage.selection import is_stale


def summary_of(policy: PolicyState) -> str:
    """Such as `3 passed, 1 failed`, and whether that is older than the files."""
    counts = Counter(result.outcome for result in policy.results if result is not None)
    parts = [f"{counts[it]} {it}" for it in Outcome if counts[it] or it is Outcome.PASSED]
    words = ", ".join(parts)
    if policy.status is Status.INVALID or policy.entry.invalid:
        words = "invalid"
    elif policy.status is Status.UNTESTED:
        words = "no tests"
    elif not sum(counts.values()):
        words = "not run yet"
    if is_stale(policy):
        words += ", remembered" if policy.remembered else ", stale"
    return words


def short_summary(policy: PolicyState) -> str:
    """Such as `2 of 4 fail`, where the policy's name needs the room; empty if nothing fails."""
    if not policy.failures or is_stale(policy):
        return ""
    return f"{policy.failures} of {len(policy.results)} fail"
