"""The scratch of a session: a test that stands in no file, judged in each state that it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from panther_engine.events import Event, Explained, ScratchJudged, ScratchReduced
from panther_engine.model import Diagnostic, JsonValue, Level, TestCase
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.plan import make_job, result_of
from panther_engine.running.jobs.pool import JobEnded, Pool, PoolEvent
from panther_engine.running.processes.job import Limits
from panther_engine.running.processes.launch import ManagedLauncher
from panther_engine.values.changes import apply_changes
from panther_engine.values.insight import Change

if TYPE_CHECKING:
    from panther_engine.insight.live import LiveInsight
    from panther_engine.insight.trials.reducing import Reduction

LARGE = 50_000
"""Values in a resource from which on only its verdict is told: to look for flips takes seconds."""


class Scratches:
    """Judges the newest state of one scratch at a time, each in a child of its own."""

    def __init__(
        self,
        launcher: ManagedLauncher,
        root: str,
        limits: Limits,
        python: str,
        emit: Callable[[Event], None],
        repository: Callable[[], Repository],
        workers_of: Callable[[str], tuple[ManagedLauncher, Limits] | None],
    ) -> None:
        """Nothing is imported or made before the first scratch.

        `workers_of` gives the workers that may read the inventory in a folder.
        """
        self._launcher = launcher
        self._root = root
        self._limits = limits
        self._python = python
        self._emit = emit
        self._now = repository
        self._workers_of = workers_of
        self._at: ManagedLauncher | None = None
        """What the pool and the insight are of."""
        self._pool: Pool | None = None
        self._insight: LiveInsight | None = None
        self._opened: TestCase | None = None
        self._case: TestCase | None = None
        self._number = 0
        self._judged: ScratchJudged | None = None
        self._reduction: Reduction | None = None
        self._repository: Repository | None = None
        """The generation that judges, with the scratch as the first test of its policy."""
        self.spec = ""
        """Of the policy that judges; empty without a scratch."""

    def open(self, spec: str, case: TestCase | None) -> None:
        """Take this test as the scratch, or none; it is judged when `judge` says so."""
        self._drop()
        self.spec, self._opened = (spec, case) if case is not None else ("", None)
        self._case = None
        if self.spec:
            self._settle()

    def _settle(self) -> None:
        """Have the scratch judged by workers that may read the inventory that it is of."""
        folder = self._opened.inventory if self._opened is not None else ""
        found = self._workers_of(folder) if folder else None
        launcher, limits = found or (self._launcher, self._limits)
        if folder and found is None and self._opened is not None:  # it was given up
            self._opened = replace(self._opened, inventory="", unfilled="")
            if self._case is not None:
                self._case = replace(self._case, inventory="", unfilled="")
        if launcher is not self._at:
            from panther_engine.insight.live import LiveInsight

            self._at = launcher
            self._pool = Pool(launcher, self._root, 1, limits, self._on_pool)
            self._insight = LiveInsight(launcher, self._root, limits, self._explain)

    def judge(self, number: int, changes: tuple[Change, ...]) -> None:
        """Judge the scratch as it is after these changes of the resource it was opened with."""
        if self._opened is None:
            return
        self._number = number
        resource = apply_changes(self._opened.resource, changes)
        self._case = replace(self._opened, resource=resource)
        self.judge_again()

    def judge_again(self) -> None:
        """Its policy is another one now, or its resource is."""
        self._drop()
        if self._case is not None:
            self._settle()
        if self._case is None or self._pool is None:
            return
        repository = self._now()
        policy = repository.policies.get(self.spec)
        if policy is None:
            self._cannot(repository, (gone(self.spec),))
            return
        policy = replace(policy, tests=(self._case, *policy.tests))  # those have values for flips
        self._repository = replace(repository, policies={**repository.policies, self.spec: policy})
        job = make_job(self._repository, policy)
        if job is None:
            found = (it for it in policy.diagnostics if it.severity is Level.ERROR)
            self._cannot(repository, tuple(found))
            return
        self._pool.submit((replace(job, tests=job.tests[:1]),))

    def reduce(self, number: int) -> None:
        """Find out what of the scratch, as it was judged by this number, can go."""
        judged, repository = self._judged, self._repository
        if judged is None or judged.number != number or judged.result is None:
            return
        if repository is None or self._pool is None:
            return
        from panther_engine.insight.trials.reducing import Reduction

        why = judged.explained
        read = () if why is None else tuple(one.field for one in why.insight.reads)
        self._reduction = Reduction(repository, repository.policies[self.spec], read)
        self._go_on()

    def leave_inventory(self) -> None:
        """An inventory is given up: nothing more is asked of its workers."""
        if self._at is not self._launcher:
            self._drop()
            self._at = self._pool = self._insight = None

    def close(self) -> None:
        """Give up what goes on."""
        self._drop()

    def _drop(self) -> None:
        self._judged = self._reduction = None
        if self._pool is not None:
            self._pool.cancel()
        if self._insight is not None:
            self._insight.drop()

    def _cannot(self, repository: Repository, why: tuple[Diagnostic, ...]) -> None:
        self._emit(ScratchJudged(self.spec, self._number, repository.generation, None, why))

    def _on_pool(self, event: PoolEvent) -> None:
        repository, insight, case = self._repository, self._insight, self._case
        if not isinstance(event, JobEnded) or repository is None or insight is None or case is None:
            return
        if event.job.mode == "trials":
            if self._reduction is not None:
                self._reduction.take(event)
                self._go_on()
            return
        policy = repository.policies[self.spec]
        result = result_of(event, policy, repository, self._python)
        self._judged = ScratchJudged(
            self.spec,
            self._number,
            repository.generation,
            next(iter(result.results), None),
            result.diagnostics,
        )
        self._emit(self._judged)
        if result.results and not _is_large(case.resource):
            insight.want(self.spec, 0)
            insight.begin(repository, result)

    def _go_on(self) -> None:
        reduction = self._reduction
        assert reduction is not None
        assert self._pool is not None
        job = reduction.next_job()
        if job is not None:
            self._pool.submit((job,))
            return
        self._reduction = None
        self._emit(ScratchReduced(self.spec, self._number, reduction.changes))

    def _explain(self, event: Event) -> None:
        if self._judged is None or not isinstance(event, Explained):
            return
        flips = event.flips
        if flips is not None:
            flips = tuple(replace(flip, resource=None) for flip in flips)
        self._judged = replace(self._judged, explained=replace(event, flips=flips))
        self._emit(self._judged)


def gone(spec: str) -> Diagnostic:
    """A policy that was to judge is there no longer."""
    return Diagnostic(spec, 1, 0, Level.ERROR, "policy-gone", "the policy is gone")


def _is_large(resource: JsonValue) -> bool:
    """Whether it holds so many values that looking for flips would keep the session busy."""
    left = [resource]
    count = 0
    while left and count <= LARGE:
        value = left.pop()
        if isinstance(value, dict | list):
            count += len(value)
            left += value.values() if isinstance(value, dict) else value
    return count > LARGE
