"""The walk through failing tests, one at a time. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from panther_engine.model import Outcome, Status
from panther_engine.state import PolicyState, State
from panther_tui.triage.selection import Selection, failures, result_at


@dataclass(frozen=True, slots=True)
class Item:
    """A failing test by its name, so that it is found again when its spec is edited.

    `test` is None for a policy that cannot run. `nth` counts tests of the same name from 0.
    """

    spec: str
    test: str | None = None
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Walk:
    """Where the walk is. What was skipped comes back when the others are done."""

    queue: tuple[Item, ...]
    at: int = 0
    skipped: tuple[Item, ...] = ()
    left: frozenset[Item] = frozenset()
    """Those that the user went on from while they failed."""

    @property
    def current(self) -> Item | None:
        """The test to look at now; None when the walk is over."""
        return self.queue[self.at] if self.at < len(self.queue) else None

    @property
    def counter(self) -> str:
        """Such as `3/10`."""
        return f"{min(self.at + 1, len(self.queue))}/{len(self.queue)}"


def begin_walk(state: State, selection: Selection) -> Walk | None:
    """A walk through all that fails, from the selected test on; None if nothing fails."""
    found = _failing(state)
    if not found:
        return None
    here = item_at(state, selection)
    start = found.index(here) if here in found else 0
    return Walk((*found[start:], *found[:start]))


def take_in(walk: Walk, state: State) -> Walk:
    """The walk with those at its end that began to fail since."""
    known = {*walk.queue[walk.at :], *walk.skipped, *walk.left}
    more = tuple(item for item in _failing(state) if item not in known)
    return replace(walk, queue=(*walk.queue, *more)) if more else walk


def go_on(walk: Walk, state: State) -> Walk:
    """Leave the current test as it is, and go to the next that fails."""
    current = walk.current
    if current is not None and not is_fixed(state, current):
        walk = replace(walk, left=walk.left | {current})
    return _advance(walk, state)


def skip(walk: Walk, state: State) -> Walk:
    """Put the current test off to the end of the walk."""
    current = walk.current
    if current is not None and not is_fixed(state, current):
        walk = replace(walk, skipped=(*walk.skipped, current))
    return _advance(walk, state)


def is_fixed(state: State, item: Item) -> bool:
    """Whether a test passes by a result of the files as they are, or is gone."""
    policy = state.policies.get(item.spec)
    if policy is None:
        return True
    if policy.entry.invalid or policy.status in (Status.INVALID, Status.STALE, Status.RUNNING):
        return False
    return _passes(policy, item)


def selection_of(state: State, item: Item) -> Selection:
    """What to select to look at it."""
    policy = state.policies.get(item.spec)
    test = None if policy is None else _index(policy, item)
    return Selection(item.spec) if test is None else Selection(item.spec, test, True)


def item_at(state: State, selection: Selection) -> Item:
    """The selected test as an item of a walk; the policy itself if no test of it failed."""
    policy = state.policies.get(selection.spec)
    if policy is None or result_at(policy, selection.test) is None:
        return Item(selection.spec)
    names = [test.name for test in policy.entry.tests]
    name = names[selection.test]
    return Item(selection.spec, name, names[: selection.test].count(name))


def _failing(state: State) -> list[Item]:
    return [
        item_at(state, found) if found.chosen else Item(found.spec) for found in failures(state)
    ]


def _advance(walk: Walk, state: State) -> Walk:
    walk = replace(walk, at=walk.at + 1)
    while True:
        while (current := walk.current) is not None and _is_mended(state, current):
            walk = replace(walk, at=walk.at + 1)
        if walk.current is not None or not walk.skipped:
            return walk
        walk = replace(walk, queue=walk.skipped, at=0, skipped=())


def _is_mended(state: State, item: Item) -> bool:
    """Whether there is nothing to see any more, as far as is known."""
    policy = state.policies.get(item.spec)
    if policy is None:
        return True
    broken = policy.entry.invalid or policy.status is Status.INVALID
    return not broken and _passes(policy, item)


def _passes(policy: PolicyState, item: Item) -> bool:
    if item.test is None:
        return True
    test = _index(policy, item)
    if test is None:
        return True
    result = result_at(policy, test)
    return result is not None and result.outcome is Outcome.PASSED


def _index(policy: PolicyState, item: Item) -> int | None:
    same = [at for at, test in enumerate(policy.entry.tests) if test.name == item.test]
    return same[item.nth] if item.nth < len(same) else None
