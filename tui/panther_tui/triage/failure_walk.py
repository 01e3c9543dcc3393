"""The walk through failing tests, one at a time, those of one cause together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from panther_engine.model import Outcome, Status
from panther_engine.state import PolicyState, State
from panther_engine.values.causes import Key
from panther_tui.triage.causes import cause_at
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
    causes: Mapping[Item, Key] = field(default_factory=dict)
    """What made them fail when they joined the walk, where others can have the same cause."""

    @property
    def current(self) -> Item | None:
        """The test to look at now; None when the walk is over."""
        return self.queue[self.at] if self.at < len(self.queue) else None

    @property
    def counter(self) -> str:
        """Such as `3/10`."""
        return f"{min(self.at + 1, len(self.queue))}/{len(self.queue)}"

    @property
    def cause(self) -> str:
        """Such as `cause 1 of 3 · 94 tests`; empty if no two failures share one."""
        current = self.current
        known = [self.cause_of(item) for item in self.queue]
        causes = list(dict.fromkeys(known))
        if current is None or len(causes) == len(known):
            return ""
        here = self.cause_of(current)
        count, nouns = known.count(here), ("test", "tests")
        if current.test is None:
            nouns = ("policy", "policies")
        place = f"cause {causes.index(here) + 1} of {len(causes)}"
        return f"{place} · {count} {nouns[count != 1]}"

    def cause_of(self, item: Item) -> Key | Item:
        """What it has in common with others; itself if nothing."""
        return self.causes.get(item, item)


def begin_walk(state: State, selection: Selection, order: Iterable[str] = ()) -> Walk | None:
    """A walk through all that fails, from the selected test on; None if nothing fails.

    It follows `order`, specs as the tree lists them, but takes what has one cause together.
    """
    found = _failing(state, order)
    if not found:
        return None
    here = item_at(state, selection)
    start = found.index(here) if here in found else 0
    walk = Walk((*found[start:], *found[:start]), causes=_causes(state, found))
    return replace(walk, queue=_together(walk, walk.queue))


def take_in(walk: Walk, state: State, order: Iterable[str] = ()) -> Walk:
    """The walk with those that began to fail since: beside their cause, else at its end."""
    known = {*walk.queue[walk.at :], *walk.skipped, *walk.left}
    more = tuple(item for item in _failing(state, order) if item not in known)
    if not more:
        return walk
    walk = replace(walk, causes={**walk.causes, **_causes(state, more)})
    done, ahead = walk.queue[: walk.at], walk.queue[walk.at :]
    return replace(walk, queue=(*done, *_together(walk, (*ahead, *more))))


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


def skip_cause(walk: Walk, state: State) -> Walk:
    """Put the current test and all that follow with its cause off to the end of the walk."""
    current = walk.current
    if current is None:
        return walk
    here = walk.cause_of(current)
    end = walk.at
    while end < len(walk.queue) and walk.cause_of(walk.queue[end]) == here:
        end += 1
    same = [item for item in walk.queue[walk.at : end] if not is_fixed(state, item)]
    return _advance(replace(walk, skipped=(*walk.skipped, *same), at=end - 1), state)


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


def _failing(state: State, order: Iterable[str]) -> list[Item]:
    return [
        item_at(state, found) if found.chosen else Item(found.spec)
        for found in failures(state, order)
    ]


def _causes(state: State, items: Iterable[Item]) -> dict[Item, Key]:
    found = {}
    for item in items:
        policy = state.policies[item.spec]
        test = None if item.test is None else _index(policy, item)
        if (key := cause_at(policy, test)) is not None:
            found[item] = key
    return found


def _together(walk: Walk, items: Iterable[Item]) -> tuple[Item, ...]:
    """The items, each beside the first that has its cause."""
    groups: dict[Key | Item, list[Item]] = {}
    for item in items:
        groups.setdefault(walk.cause_of(item), []).append(item)
    return tuple(item for group in groups.values() for item in group)


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
