"""Which of the things that were found out belong to what is selected and shown. Pure."""

from __future__ import annotations

from panther_engine.events import Explained, Inspected
from panther_engine.state import State
from panther_engine.values.insight import Place as CodePlace
from panther_tui.triage.selection import Place, Selection, is_stale, result_at


def explained_of(state: State, selection: Selection) -> Explained | None:
    """Why the selected test got its verdict; None unless that is of the result beside it."""
    policy, found = state.policies.get(selection.spec), state.explained
    if found is None or policy is None or policy.result is None or is_stale(policy):
        return None
    insight, result = found.insight, result_at(policy, selection.test)
    same = (insight.spec, insight.test) == (selection.spec, selection.test)
    if not same or result is None or insight.generation < policy.result.generation:
        return None
    return found if insight.verdict is result.verdict else None


def inspected_of(state: State, spec: str) -> Inspected | None:
    """What was found out of a policy besides its verdicts; None unless its result is as new."""
    policy, found = state.policies.get(spec), state.inspected.get(spec)
    if found is None or policy is None or policy.result is None or is_stale(policy):
        return None
    return found if found.generation >= policy.result.generation else None


def deciding_place(state: State, selection: Selection) -> Place | None:
    """The line that gave the selected test its verdict, where that is known."""
    found = explained_of(state, selection)
    if found is None or not found.insight.same_as_plain or found.insight.deciding is None:
        return None
    return as_place(found.insight.deciding.place)


def as_place(place: CodePlace) -> Place | None:
    """A piece of code as a place to go to."""
    return Place(place.path, place.line) if place.path and place.line else None
