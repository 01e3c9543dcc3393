"""The groups of the policy tree by what makes policies fail. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from panther_engine.model import Outcome, Verdict
from panther_engine.state import PolicyState
from panther_tui.triage.causes import describe_cause, main_cause

WRONG_VERDICT = "wrong verdict"
ALERT_FUNCTION = "an alert function failed"
NO_PLACE = "error without a place"
_PLACELESS = (WRONG_VERDICT, ALERT_FUNCTION, NO_PLACE)


def cause_group(policy: PolicyState) -> str:
    """The cause of most of a policy's failures, its folder in a line below; empty if none fails."""
    key = main_cause(policy)
    if key is not None:
        return f"{describe_cause(key)}\n{key[0].rpartition('/')[0]}"
    failing = [it for it in policy.results if it is not None and it.outcome is not Outcome.PASSED]
    if not failing:
        return ""
    if any(it.verdict is Verdict.ERROR for it in failing):
        return NO_PLACE
    wrong = any((it.verdict is Verdict.PASS) != it.expected for it in failing)
    return WRONG_VERDICT if wrong else ALERT_FUNCTION


def cause_label(group: str) -> str:
    """A group without the folder of its file, by which it is told from another of that name."""
    return group.partition("\n")[0]


def cause_order(
    sizes: Mapping[str, int], rest: Sequence[str]
) -> Callable[[str], tuple[int, int, str]]:
    """Causes that fail most policies first, then failures without a place, then the `rest`."""
    last = (*_PLACELESS, *rest)
    places = {name: place for place, name in enumerate(last, start=1)}
    return lambda name: (places.get(name, 0), -sizes[name], name)
