"""Takes out of a resource what does not decide: the verdict, and the place of an error, stay.

This is delta debugging down the levels of the document: what was not read goes first, at once;
then, level by level, each field and item that can go alone, as many of them together as can.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence

from panther_engine.insight.runs.jobs import Case, trials_job
from panther_engine.insight.trace.field import look_up
from panther_engine.insight.trials.tried import Tried, take_tried
from panther_engine.model import FieldPath, JsonValue, Policy
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.pool import JobEnded
from panther_engine.running.processes.job import Job
from panther_engine.values.insight import Change

ALWAYS_KEPT = frozenset({("ResourceId",), ("ResourceType",)})
"""Every resource has them: without, a test says less than it could."""
SECONDS = 2.0
"""For one job."""
EACH = 0.25
"""Seconds that one run of them may take."""
JOBS = 60
"""What takes more is left as far as it is reduced by then."""
CASES = 250
"""Of one job."""

Removed = frozenset[FieldPath]


class Reduction:
    """Reduces the resource of the first test of a policy."""

    def __init__(self, repository: Repository, policy: Policy, read: Collection[FieldPath]) -> None:
        """`read` are the fields that decided as far as is known; it may hold none."""
        self._repository = repository
        self._policy = policy
        self._resource = policy.tests[0].resource
        self._jobs = 0
        self._outcome: tuple[object, ...] | None = None
        self._removed: Removed = frozenset()
        self._tried: list[Removed] = []
        self._steps: Iterator[None] = self._reduce(tuple(read))
        self._answers: dict[int, bool] = {}

    @property
    def changes(self) -> tuple[Change, ...]:
        """What takes it out, in the order in which it is to be done."""
        return tuple(
            Change("remove", path, look_up(self._resource, path)[1], None)
            for path in _in_order(self._removed)
        )

    def next_job(self) -> Job | None:
        """What is to be tried now; None when nothing is left."""
        if self._jobs == JOBS or next(self._steps, self) is self:
            return None
        self._jobs += 1
        cases: list[Case] = [
            (0, tuple(("remove", path, None) for path in _in_order(removed)))
            for removed in self._tried
        ]
        name = f"reduce{self._jobs}"
        return trials_job(
            self._repository, self._policy, cases, seconds=SECONDS, each=EACH, name=name
        )

    def take(self, ended: JobEnded) -> None:
        """Take what came of it."""
        told = {it.case: it for it in take_tried(ended) if it.case < len(self._tried)}
        if self._outcome is None:
            self._outcome = _outcome(told[0]) if 0 in told else ("unknown",)
        self._answers = {case: _outcome(it) == self._outcome for case, it in told.items()}

    def _reduce(self, read: Sequence[FieldPath]) -> Iterator[None]:
        unread = _unread(self._resource, read)
        self._tried = [frozenset(), frozenset(unread)]
        yield
        if not self._answers.get(0):
            return
        if self._answers.get(1):
            self._removed = frozenset(unread)
        level = _below(self._resource, ())
        while level:
            level = [path for path in level if path not in self._removed | ALWAYS_KEPT]
            yield from self._try([one for one in _families(level) if len(one) > 1])
            level = [path for path in level if path not in self._removed]
            yield from self._try([frozenset({path}) for path in level])
            kept = (path for path in level if path not in self._removed)
            level = [below for path in kept for below in _below(self._resource, path)]

    def _try(self, units: Sequence[Removed]) -> Iterator[None]:
        """Remove those of the units that can go alone, as many of them together as can."""
        alone: list[Removed] = []
        for start in range(0, len(units), CASES):
            some = units[start : start + CASES]
            self._tried = [self._removed | unit for unit in some]
            yield
            alone += [unit for at, unit in enumerate(some) if self._answers.get(at)]
        waiting = deque([alone] if alone else [])
        while waiting:
            group = waiting.popleft()
            self._tried = [self._removed.union(*group)]
            yield
            if self._answers.get(0):
                self._removed = self._removed.union(*group)
            elif len(group) > 1:
                middle = len(group) // 2
                waiting.extendleft((group[middle:], group[:middle]))


def _families(paths: Sequence[FieldPath]) -> list[Removed]:
    """All fields or items of one parent each: a list may do empty where it does not do shorter."""
    families: dict[FieldPath, set[FieldPath]] = {}
    for path in paths:
        families.setdefault(path[:-1], set()).add(path)
    return [frozenset(family) for family in families.values()]


def _outcome(tried: Tried) -> tuple[object, ...]:
    return (tried.verdict, tried.type, tried.line)


def _unread(resource: JsonValue, read: Sequence[FieldPath]) -> list[FieldPath]:
    """The highest fields that neither were read nor hold or lie in what was."""
    if not read:
        return []
    whole = set(read)
    above = {path[:end] for path in read for end in range(len(path))}
    found = []
    level = _below(resource, ())
    while level:
        found += [path for path in level if path not in whole | above | ALWAYS_KEPT]
        level = [
            below for path in level if path in above - whole for below in _below(resource, path)
        ]
    return found


def _below(resource: JsonValue, path: FieldPath) -> list[FieldPath]:
    _, value = look_up(resource, path)
    if isinstance(value, dict):
        return [(*path, key) for key in value if isinstance(key, str)]
    if isinstance(value, list):
        return [(*path, at) for at in range(len(value))]
    return []


def _in_order(removed: Removed) -> list[FieldPath]:
    """Those that lie in no other, with later items of a list before earlier ones."""
    highest = [
        path for path in removed if not any(path[:end] in removed for end in range(len(path)))
    ]
    return sorted(
        highest, key=lambda path: [(isinstance(it, str), it) for it in path], reverse=True
    )
