"""Searches for the smallest changes of a resource that turn the verdict."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from panther_engine.insight.runs.jobs import Case, Step, spec_of, trials_job
from panther_engine.insight.trace.field import look_up, paths_below
from panther_engine.insight.trials.literals import literals_of
from panther_engine.insight.trials.tried import take_tried
from panther_engine.model import FieldPath, JsonValue, Policy, Verdict
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.pool import JobEnded
from panther_engine.running.processes.job import Job
from panther_engine.values.insight import Change, Flip, Insight, ReadKind

RUNS = 300
SECONDS = 0.3
EACH = 0.1
"""Seconds that one run of them may take."""
SHOWN = 3
PAIRED = 16
"""Changes of which pairs are tried."""
LARGE = 1_000_000
SIBLING, CONSTANT, NEAR, EMPTY, NULL, REMOVED = range(6)
"""Where a value comes from: the lower, the more like real data the changed resource is."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One change, and how far it goes."""

    step: Step
    origin: int
    distance: float


UNCHANGED: tuple[Candidate, ...] = ()
"""The resource as it is comes first: only if it has its verdict here do changes tell anything."""


class FlipSearch:
    """Makes searches for flips, and takes what they found."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._tried: dict[str, tuple[Policy, Insight, list[tuple[Candidate, ...]]]] = {}

    def job(self, policy: Policy, insight: Insight) -> Job | None:
        """The search for one test; None if there is nothing to try."""
        tests = policy.tests
        source = self._repository.files.get(policy.body)
        if not insight.same_as_plain or source is None:
            return None
        singles = candidates_for(
            tests[insight.test].resource,
            [(read.field, read.kind) for read in insight.reads],
            [test.resource for at, test in enumerate(tests) if at != insight.test],
            literals_of(source.content),
        )[: RUNS // 2]
        groups: list[tuple[Candidate, ...]] = [UNCHANGED, *((one,) for one in singles)]
        second = len(groups)
        unread = self._unread(policy, insight, source.content)
        groups += _pairs(singles, unread, RUNS - len(singles))
        cases: list[Case] = [(insight.test, tuple(one.step for one in group)) for group in groups]
        wanted = [str(one) for one in _wanted(insight)]
        job = trials_job(
            self._repository,
            policy,
            cases,
            seconds=SECONDS,
            each=EACH,
            wanted=wanted[0],
            second_try=second,
            name="flips",
        )
        if job is not None:
            self._tried[job.spec] = (policy, insight, groups)
        return job

    def _unread(self, policy: Policy, insight: Insight, source: bytes) -> list[Candidate]:
        """Changes of fields that were not read, and may be once another one is changed."""
        resource = policy.tests[insight.test].resource
        literals = literals_of(source)
        names = {literal for literal in literals if isinstance(literal, str)}
        read = {one.field for one in insight.reads}
        paths = [path for path in paths_below(resource, ()) if path and path not in read]
        paths += [(name,) for name in names if not look_up(resource, (name,))[0]]
        named = [path for path in paths if path[-1] in names]
        siblings = [test.resource for at, test in enumerate(policy.tests) if at != insight.test]
        whole = [(path, ReadKind.VALUE) for path in sorted(named, key=str)]
        return candidates_for(resource, whole, siblings, literals)

    def take(self, ended: JobEnded) -> tuple[str, int, tuple[Flip, ...]]:
        """The spec, the test's place and its best flips."""
        policy, insight, groups = self._tried.pop(ended.job.spec)
        wanted = _wanted(insight)
        resource = policy.tests[insight.test].resource
        found = [it for it in take_tried(ended) if it.case < len(groups)]
        if any(not groups[it.case] and it.verdict is not insight.verdict for it in found):
            found = []  # what tests before it left behind decides, and is not there in a trial
        hits = [(groups[it.case], it.verdict) for it in found if it.verdict in wanted]
        hits.sort(key=lambda hit: _rank(hit[0], hit[1], wanted))
        chosen: list[Flip] = []
        met: set[tuple[FieldPath, ...]] = set()
        for group, verdict in hits:
            fields = tuple(one.step[1] for one in group)
            if fields in met:
                continue
            met.add(fields)
            changed, changes = apply_steps(resource, [one.step for one in group])
            chosen.append(Flip(verdict, changes, changed))
            if len(chosen) == SHOWN:
                break
        return spec_of(ended.job.spec), insight.test, tuple(chosen)


def _wanted(insight: Insight) -> tuple[Verdict, ...]:
    """Verdicts that a change is to come to, the best first."""
    expected = Verdict.PASS if insight.expected else Verdict.FAIL
    other = Verdict.FAIL if insight.expected else Verdict.PASS
    if insight.verdict is Verdict.ERROR:
        return expected, other
    return (Verdict.FAIL,) if insight.verdict is Verdict.PASS else (Verdict.PASS,)


def _rank(
    group: Sequence[Candidate], verdict: Verdict, wanted: Sequence[Verdict]
) -> tuple[float, ...]:
    return (
        wanted.index(verdict),
        len(group),
        sum(one.distance for one in group),
        sum(one.origin for one in group),
        sum(len(one.step[1]) for one in group),
    )


def candidates_for(
    resource: JsonValue,
    read: Sequence[tuple[FieldPath, ReadKind]],
    siblings: Sequence[JsonValue],
    literals: Sequence[JsonValue],
) -> list[Candidate]:
    """Changes of one field each, the likely and the small ones first."""
    found: dict[tuple[str, FieldPath, str], Candidate] = {}
    last_first = list(dict.fromkeys(path for path, _ in reversed(read) if path))
    below = [
        path
        for whole, kind in read
        if kind is ReadKind.WHOLE
        for path in paths_below(resource, whole)
    ]
    for path in dict.fromkeys([*last_first, *below[:60]]):
        for one in _changes_at(resource, path, siblings, literals):
            op, where, value = one.step
            found.setdefault((op, where, repr(value)), one)
    turns: dict[FieldPath, list[Candidate]] = {}
    for one in sorted(found.values(), key=lambda one: one.distance + one.origin):
        turns.setdefault(one.step[1], []).append(one)
    ordered = []
    while turns:  # take turns, so that a field with many values does not crowd out the others
        for where in list(turns):
            ordered += turns[where][:6]
            del turns[where][:6]
            if not turns[where]:
                del turns[where]
    return ordered


def _changes_at(
    resource: JsonValue,
    path: FieldPath,
    siblings: Sequence[JsonValue],
    literals: Sequence[JsonValue],
) -> Iterator[Candidate]:
    there, old = look_up(resource, path)
    if not there and not look_up(resource, path[:-1])[0]:
        return
    if not there and isinstance(path[-1], int):
        return

    def to(value: JsonValue, origin: int) -> Candidate:
        return Candidate(("set", path, value), origin, _distance(there, old, value))

    for sibling in siblings:
        for value in _similar(sibling, path):
            if type(value) is not type(old) or value != old:
                yield to(value, SIBLING)
    if isinstance(old, bool):
        yield to(not old, NEAR)
    elif isinstance(old, int | float):
        for value in (old + 1, old - 1, 0, LARGE):
            yield to(value, NEAR)
        for literal in literals:
            if isinstance(literal, int) and not isinstance(literal, bool):
                for value in (literal, literal + 1, literal - 1):
                    if value != old:
                        yield to(value, CONSTANT)
    elif isinstance(old, str):
        for literal in literals:
            if isinstance(literal, str) and literal != old:
                yield to(literal, CONSTANT)
        yield to("", EMPTY)
    elif isinstance(old, list):
        if old:
            yield to([], EMPTY)
        for literal in literals:
            if isinstance(literal, str) and literal not in old and not _holds_containers(old):
                yield to([*old, literal], CONSTANT)
    elif isinstance(old, dict):
        if old:
            yield to({}, EMPTY)
    else:  # null or missing
        yield to(True, NEAR)
        yield to(False, NEAR)
        for literal in literals:
            yield to(literal, CONSTANT)
        yield to([], EMPTY)
        yield to({}, EMPTY)
    if there and old is not None:
        yield to(None, NULL)
    if there:
        yield Candidate(("remove", path, None), REMOVED, 3.0)


def _distance(there: bool, old: JsonValue, new: JsonValue) -> float:
    """How far a value is from another, from 0 (near) to 3 (gone)."""
    if new is None:
        return 2.5
    if not there:
        return 1.5
    if old is None:
        return 1.0
    if isinstance(old, bool) and isinstance(new, bool):
        return 0.5
    if isinstance(old, int | float) and isinstance(new, int | float):
        return 0.5 + min(abs(new - old) / (abs(old) + abs(new) + 1), 1.0) / 2
    if type(old) is not type(new):
        return 2.0
    if isinstance(old, list | dict) and isinstance(new, list | dict):
        return 1.5 if not new else 1.2
    return 0.9 if new else 1.1


def _similar(sibling: JsonValue, path: FieldPath) -> Iterator[JsonValue]:
    """What another test has in this field, in any item of lists on the way."""
    level = [sibling]
    for key in path:
        below: list[JsonValue] = []
        for value in level:
            if isinstance(key, int) and isinstance(value, list):
                below += value
            elif isinstance(value, dict) and key in value:
                below.append(value[key])
        level = below[:20]
    yield from level


def _holds_containers(value: list[JsonValue]) -> bool:
    return any(isinstance(item, dict | list) for item in value)


def _pairs(
    singles: Sequence[Candidate], unread: Sequence[Candidate], limit: int
) -> list[tuple[Candidate, ...]]:
    """Two changes together, of different fields neither of which holds the other."""
    first, second = _best(singles), _best(unread)
    pairs: list[tuple[Candidate, ...]] = [
        (one, other)
        for at, one in enumerate(first)
        for other in [*first[at + 1 :], *second]
        if not _overlap(one.step[1], other.step[1])
    ]
    pairs.sort(key=lambda pair: sum(one.distance + one.origin for one in pair))
    return pairs[:limit]


def _best(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Some of each field, so that many values of one do not crowd out the others."""
    best: dict[FieldPath, list[Candidate]] = {}
    for one in candidates:
        kept = best.setdefault(one.step[1], [])
        if len(kept) < 4:
            kept.append(one)
    return [one for kept in list(best.values())[:PAIRED] for one in kept]


def _overlap(one: FieldPath, other: FieldPath) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def apply_steps(resource: JsonValue, steps: Sequence[Step]) -> tuple[JsonValue, tuple[Change, ...]]:
    """A changed copy of the resource, and the changes as they are shown."""
    changed = copy.deepcopy(resource)
    changes = []
    for op, path, new in steps:
        there, old = look_up(resource, path)
        _, holder = look_up(changed, path[:-1])
        if op == "remove" and isinstance(holder, dict | list):
            del holder[path[-1]]  # type: ignore[arg-type]
        elif isinstance(holder, dict | list):
            holder[path[-1]] = copy.deepcopy(new)  # type: ignore[index]
        word = "remove" if op == "remove" else "set" if there else "add"
        changes.append(Change(word, path, old, None if op == "remove" else new))
    return changed, tuple(changes)
