"""Schedules the runs of a session: the policy on the screen first, then last time's failures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping

from panther_engine.events import (
    Event,
    PolicyFinished,
    RunDeferred,
    RunFinished,
    RunStarted,
)
from panther_engine.model import PolicyResult, Status
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.plan import make_job, result_without_run, served_globals
from panther_engine.running.jobs.policy_runs import PolicyRuns
from panther_engine.running.jobs.pool import JobEnded, PoolEvent
from panther_engine.running.jobs.reposition import reposition
from panther_engine.running.processes.job import Job, Limits
from panther_engine.running.processes.launcher import Launcher

BACKGROUND_NICENESS = 10
"""Of runs that nobody looks at: the screen's own process comes first."""


class LiveRuns:
    """The runs of one session. Lives on the running event loop."""

    def __init__(
        self,
        launcher: Launcher,
        root: str,
        places: int,
        limits: Limits,
        python: str,
        minimum_tests: int,
        emit: Callable[[Event], None],
        fault: Callable[[Exception], None],
    ) -> None:
        """`fault` is told what was raised while an event of the pool was taken."""
        runs = PolicyRuns(
            launcher,
            root,
            places,
            limits,
            python,
            minimum_tests,
            self._known,
            emit,
            lambda policy, result: self._finish(result),
            self._finish,
            self._after,
            fault,
        )
        self.pool = runs.pool
        self.results: dict[str, PolicyResult] = {}
        """The last result of each policy, by spec path."""
        self.selected = ""
        """Spec of the policy on the screen; its runs come first."""
        self._repository: Repository | None = None
        self._served: dict[str, tuple[str, bytes]] = {}
        """The globals that workers have: path and content by GlobalID."""
        self._emit = emit
        self._loop = asyncio.get_running_loop()
        self._paused = False
        self._pending: dict[str, str] = {}
        self._owed: dict[str, str] = {}
        """What has to run before its result is of the files as they are, with the reason."""
        self._affected: set[str] = set()
        self._started = 0.0
        self._changed_at: float | None = None

    def use(self, repository: Repository) -> None:
        """Start runs from this generation, with its globals; call it before the first."""
        self._repository = repository
        served = served_globals(repository)
        changed = {name: it for name, it in served.items() if self._served.get(name) != it}
        removed = tuple(name for name in self._served if name not in served)
        if changed or removed:
            self.pool.set_globals(changed, removed)
        self._served = served

    def start(
        self,
        reasons: Mapping[str, str],
        *,
        asked: bool = False,
        changed_at: float | None = None,
    ) -> None:
        """Run these policies' tests, each with the reason why it is in the run.

        Args:
            reasons: by spec path.
            asked: somebody asked for it, so that it runs even while paused.
            changed_at: when the file behind it was written, in epoch seconds. A change that
                affects nothing is told as a run of no policies.
        """
        repository = self._known()
        reasons = {spec: why for spec, why in reasons.items() if spec in repository.policies}
        self._owed.update(reasons)
        if self._paused and not asked:
            self._pending.update(reasons)
            if reasons:
                self._emit(RunDeferred(repository.generation, reasons))
            return
        if not reasons:
            if changed_at is not None and not self.pool.busy:
                self._changed_at = changed_at
                self._started = time.time()
                self._end(cancelled=False)
            return
        if not self.pool.busy:
            self._started = time.time()
            self._affected.clear()
        if changed_at is not None:
            self._changed_at = changed_at
        self._affected.update(reasons)
        self._emit(RunStarted(repository.generation, reasons))
        alone = len(reasons) == 1
        jobs = (self._make_job(repository, spec, alone=alone) for spec in reasons)
        self.pool.submit(sorted(filter(None, jobs), key=self._urgency), first=True)
        self._end_if_idle()

    def select(self, spec: str) -> None:
        """Another policy is on the screen."""
        self.selected = spec
        self.pool.promote(spec)

    def current(self) -> tuple[PolicyResult, ...]:
        """The results that are of the files as they are."""
        return tuple(it for spec, it in self.results.items() if spec not in self._owed)

    def settled(self, spec: str) -> PolicyResult | None:
        """A policy's result if it is of the files as they are and no run of it goes on."""
        if spec in self._owed or self.pool.has(spec):
            return None
        return self.results.get(spec)

    def keep(self, specs: Iterable[str], old: Repository) -> dict[str, str]:
        """Bring lines in the results of policies up to date that mean what they did in `old`.

        Returns those that have to run for it, each with the reason.
        """
        again = {}
        for spec in specs:
            if spec in self._owed:
                if self.pool.has(spec):
                    again[spec] = self._owed[spec]
            elif result := self.results.get(spec):
                moved = reposition(result, old, self._known())
                if moved is None:
                    again[spec] = "its lines moved"
                else:
                    self._finish(moved)
        return again

    def forget(self, specs: Iterable[str]) -> None:
        """These policies are gone."""
        for spec in specs:
            self.results.pop(spec, None)
            self._pending.pop(spec, None)
            self._owed.pop(spec, None)
        self.pool.cancel(specs)
        self._end_if_idle()

    def cancel(self) -> None:
        """Stop what runs and forget what waits; a later `start` of all runs them."""
        self.pool.cancel()
        self._end(cancelled=True)

    def pause(self, paused: bool) -> None:
        """Collect what changes affect instead of running it, or run what was collected."""
        self._paused = paused
        if not paused:
            pending, self._pending = self._pending, {}
            self.start(pending)

    def _make_job(self, repository: Repository, spec: str, *, alone: bool) -> Job | None:
        policy = repository.policies[spec]
        niceness = 0 if alone or spec == self.selected else BACKGROUND_NICENESS
        job = make_job(repository, policy, niceness=niceness)
        if job is None:
            self.pool.cancel((spec,))
            self._finish(result_without_run(policy, repository.generation, Status.INVALID))
        return job

    def _urgency(self, job: Job) -> tuple[int, float, bool]:
        """The policy on the screen, then last time's failures, then what takes longest.

        Where nobody knows that, it is what needs heavy libraries.
        """
        if job.spec == self.selected:
            return (0, 0.0, False)
        result = self.results.get(job.spec)
        if result is None:
            return (2, 0.0, not job.heavy)
        failed = result.status in (Status.FAILED, Status.INVALID)
        return (1 if failed else 2, -result.duration_ms, False)

    def _after(self, event: PoolEvent) -> None:
        if isinstance(event, JobEnded):
            self._loop.call_soon(self._end_if_idle)

    def _finish(self, result: PolicyResult) -> None:
        self.results[result.spec] = result
        if result.spec not in self._pending:
            self._owed.pop(result.spec, None)
        self._emit(PolicyFinished(result))

    def _end_if_idle(self) -> None:
        if self._affected and not self.pool.busy:
            self._end(cancelled=False)

    def _end(self, *, cancelled: bool) -> None:
        self._emit(
            RunFinished(
                self._known().generation,
                len(self._affected),
                time.time() - self._started,
                self._changed_at,
                cancelled,
            )
        )
        self._affected.clear()
        self._changed_at = None

    def _known(self) -> Repository:
        assert self._repository is not None, "runs start once the repository is loaded"
        return self._repository
