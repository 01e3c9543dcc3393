"""All that fails as one list. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from panther_engine.state import State
from panther_tui.style.marks import Mark, mark_of_policy, mark_of_test
from panther_tui.triage.failure_walk import Item, item_at
from panther_tui.triage.reasons import failure_line
from panther_tui.triage.selection import Selection, failures, is_stale, result_at


@dataclass(frozen=True, slots=True)
class Failing:
    """A failing test, or a policy that cannot run, as a list shows it; its texts are the user's."""

    item: Item
    selection: Selection
    """What to select to look at it."""
    policy: str
    test: str
    """Empty of a policy that cannot run."""
    reason: str
    mark: Mark


def list_failures(state: State, order: Iterable[str] = ()) -> tuple[Failing, ...]:
    """All that fails, in the order of the tree: `order` are specs as it lists them."""
    return tuple(_failing(state, found) for found in failures(state, order))


def narrow_failures(found: Iterable[Failing], query: str) -> tuple[Failing, ...]:
    """Those that have all words of a query in policy, spec, test or reason, whatever their case."""
    words = query.lower().split()
    if not words:
        return tuple(found)
    return tuple(it for it in found if all(word in _searched(it) for word in words))


def _failing(state: State, found: Selection) -> Failing:
    policy = state.policies[found.spec]
    test = found.test if found.chosen else None
    if test is None:
        mark = mark_of_policy(policy)
    else:
        mark = mark_of_test(result_at(policy, test), stale=is_stale(policy))
    return Failing(
        Item(found.spec) if test is None else item_at(state, found),
        found,
        policy.entry.name or found.spec,
        "" if test is None else policy.entry.tests[test].name or "(no name)",
        failure_line(policy, test),
        mark,
    )


def _searched(it: Failing) -> str:
    return f"{it.policy} {it.selection.spec} {it.test} {it.reason}".lower()
