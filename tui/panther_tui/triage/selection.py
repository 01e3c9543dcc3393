"""The one selection that all panes share: a policy and one of its tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from panther_engine.model import Level, Outcome, Status, TestResult
from panther_engine.state import PolicyState, State, place_in_lists, place_of
from panther_tui.style.marks import is_failing


@dataclass(frozen=True, slots=True)
class Selection:
    """What the screen shows. `test` is an index into the policy's tests.

    While nobody `chosen` the test it goes to the policy's first failing one.
    """

    spec: str = ""
    test: int = 0
    chosen: bool = False
    policy_id: str = field(default="", compare=False)
    """By which the policy is found again when its files have other names."""
    test_name: str = field(default="", compare=False)
    """By which a chosen test is found again when others were added before it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file; 0 when only the file is known."""

    path: str
    line: int


def settle(state: State, selection: Selection) -> Selection:
    """The selection as it can be in this state: the policy exists, the test too.

    A policy whose files moved is found by its ID, and a chosen test that moved by its name. A
    policy that is gone gives way to the one that follows it.
    """
    policy = state.policies.get(selection.spec)
    if policy is None:
        spec = spec_of(state, selection.policy_id) or _neighbour(state, selection)
        if not spec:
            return Selection()
        same = state.policies[spec].entry.id == selection.policy_id
        return settle(state, replace(selection, spec=spec) if same else Selection(spec))
    names = [test.name for test in policy.entry.tests]
    test = min(selection.test, max(0, len(names) - 1))
    if selection.chosen and names:
        if selection.test_name != names[test] and names.count(selection.test_name) == 1:
            test = names.index(selection.test_name)
    elif not _fails(result_at(policy, test)):
        test = next((i for i, result in enumerate(policy.results) if _fails(result)), test)
    name = names[test] if names else ""
    return replace(selection, test=test, policy_id=policy.entry.id, test_name=name)


def spec_of(state: State, policy_id: str) -> str:
    """The spec of the one policy with this ID; empty if there is none, or several."""
    if not policy_id:
        return ""
    found = [spec for spec, it in state.policies.items() if it.entry.id == policy_id]
    return found[0] if len(found) == 1 else ""


def _neighbour(state: State, gone: Selection) -> str:
    """The policy that follows where this one was, else the last."""
    place = place_of(gone.spec, gone.policy_id)
    policies = state.policies
    later = (spec for spec, known in policies.items() if place_in_lists(known.entry) > place)
    return next(later, next(reversed(list(policies)), ""))


def failures(state: State, order: Iterable[str] = ()) -> list[Selection]:
    """Every failing test; a policy that cannot run counts once.

    `order` are specs as the tree lists them; policies that are not among them come last.
    """
    found: list[Selection] = []
    for spec in dict.fromkeys((*order, *state.policies)):
        policy = state.policies.get(spec)
        if policy is None or not is_failing(policy):
            continue
        failing = [i for i, result in enumerate(policy.results) if _fails(result)]
        found += [Selection(spec, test, True) for test in failing] or [Selection(spec)]
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """A step to another failure: which, the how manieth of how many, and whether it went round."""

    selection: Selection
    number: int
    total: int
    round: bool


def step_failure(
    state: State, selection: Selection, step: int, order: Iterable[str] = ()
) -> Step | None:
    """To the next (`step` 1) or previous (-1) failure, going round; None if there is none.

    `order` as in `failures`.
    """
    order = tuple(order)
    known = failures(state, order)
    if not known:
        return None
    ranks = {spec: rank for rank, spec in enumerate(dict.fromkeys((*order, *state.policies)))}
    here = (ranks.get(selection.spec, -1), selection.test)
    places = [(ranks[it.spec], it.test) for it in known]
    if step > 0:
        ahead = (at for at, place in enumerate(places) if place > here)
        at, last = next(ahead, None), 0
    else:
        behind = (at for at in reversed(range(len(places))) if places[at] < here)
        at, last = next(behind, None), len(places) - 1
    chosen = last if at is None else at
    went_round = at is None and places[chosen] != here
    return Step(known[chosen], chosen + 1, len(known), went_round)


def first_failure(state: State, order: Iterable[str] = ()) -> Selection | None:
    """The first failure in this order; None while one before it may still come, or if none does.

    After a run nothing more comes.
    """
    over = state.last_run is not None and not state.running
    for spec in dict.fromkeys((*order, *state.policies)):
        policy = state.policies.get(spec)
        if policy is None:
            continue
        waits = policy.status in (Status.STALE, Status.RUNNING) and not policy.entry.invalid
        if waits and not over:
            return None
        if is_failing(policy):
            found = (i for i, result in enumerate(policy.results) if _fails(result))
            return Selection(spec, next(found, 0))
    return None


def result_at(policy: PolicyState | None, test: int) -> TestResult | None:
    """The result of a policy's test, None where there is none."""
    if policy is None or not 0 <= test < len(policy.results):
        return None
    return policy.results[test]


def is_stale(policy: PolicyState) -> bool:
    """Whether its results are of files that have changed since."""
    return policy.status in (Status.STALE, Status.RUNNING) and policy.result is not None


def place_of_failure(state: State, selection: Selection) -> Place | None:
    """Where to look: the line that raised, else the first error of the policy's diagnostics."""
    policy = state.policies.get(selection.spec)
    if policy is None:
        return None
    result = result_at(policy, selection.test)
    if result is not None and _fails(result):
        if result.error is not None and result.error.path:
            return Place(result.error.path, result.error.line)
        return None
    found = (*policy.entry.diagnostics, *(policy.result.diagnostics if policy.result else ()))
    if not is_failing(policy):
        return None
    errors = [it for it in found if it.severity is Level.ERROR]
    return Place(errors[0].path, errors[0].line) if errors else None


def find_start(state: State, start: str) -> tuple[Selection, Place] | None:
    """The policy and place that `path` or `path:line` means, None if no policy has that file.

    A folder means the first policy in it.
    """
    path, line = start, 0
    head, colon, tail = start.rpartition(":")
    if colon and tail.isdecimal():
        path, line = head, int(tail)
    for spec, policy in state.policies.items():
        entry = policy.entry
        if path == spec:
            tests = [i for i, test in enumerate(entry.tests) if 0 < test.line <= line]
            chosen = Selection(spec, tests[-1], True) if tests else Selection(spec)
            return chosen, Place(spec, line)
        if path == entry.body:
            return Selection(spec), Place(path, line)
    inside = [spec for spec in state.policies if spec.startswith(f"{start}/")]
    return (Selection(inside[0]), Place(inside[0], 0)) if inside else None


def _fails(result: TestResult | None) -> bool:
    return result is not None and result.outcome is not Outcome.PASSED
