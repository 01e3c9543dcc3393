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
    """The cause of most of a policy's failures, with its whole path; empty if nothing fails."""
    key = main_cause(policy)
    if key is not None:
        folder, slash, _ = key[0].rpartition("/")
        return f"{folder}{slash}{describe_cause(key)}"
    failing = [it for it in policy.results if it is not None and it.outcome is not Outcome.PASSED]
    if not failing:
        return ""
    if any(it.verdict is Verdict.ERROR for it in failing):
        return NO_PLACE
    wrong = any((it.verdict is Verdict.PASS) != it.expected for it in failing)
    return WRONG_VERDICT if wrong else ALERT_FUNCTION


def cause_label(group: str) -> str:
    """A group without the folders of its file, which another group can share."""
    place, space, words = group.partition(" ")
    return f"{place.rpartition('/')[2]}{space}{words}" if ":" in place else group


def cause_order(
    sizes: Mapping[str, int], rest: Sequence[str]
) -> Callable[[str], tuple[int, int, str]]:
    """Causes that fail most policies first, then failures without a place, then the `rest`."""
    last = (*_PLACELESS, *rest)
    places = {name: place for place, name in enumerate(last, start=1)}
    return lambda name: (places.get(name, 0), -sizes[name], name)
