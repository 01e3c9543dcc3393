"""Runs policies in a pool and collects their results, for headless and live runs alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from panther_engine.events import Event, PolicyStarted, TestFinished
from panther_engine.model import Policy, PolicyResult
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.alone import AloneRuns, is_alone, policy_of
from panther_engine.running.jobs.plan import require_tests, result_of
from panther_engine.running.jobs.pool import JobEnded, JobResult, JobStarted, Pool, PoolEvent
from panther_engine.running.jobs.split import SplitJobs, is_later_part, spec_of
from panther_engine.running.processes.job import Job, Limits
from panther_engine.running.processes.launcher import Launcher


class PolicyRuns:
    """The pool of one checkout, and what its jobs come to."""

    def __init__(
        self,
        launcher: Launcher,
        root: str,
        places: int,
        limits: Limits,
        python: str,
        minimum_tests: int,
        repository: Callable[[], Repository],
        emit: Callable[[Event], None],
        finish: Callable[[Policy, PolicyResult], None],
        amend: Callable[[PolicyResult], None],
        after: Callable[[PoolEvent], None],
        fault: Callable[[Exception], None] | None = None,
    ) -> None:
        """Tell `emit` what begins and each test's result, and `finish` each policy's.

        `amend` is told a policy's result again when more is known of it.

        `repository` gives the generation that results are of; `after` is called once an event was
        taken in. `fault` is told what was raised in that, so that the pool goes on with what waits;
        without it, it is raised.
        """
        self.pool = Pool(launcher, root, places, limits, self._on_pool)
        self.split = SplitJobs()
        self._alone = AloneRuns()
        self._python = python
        self._minimum_tests = minimum_tests
        self._repository = repository
        self._emit = emit
        self._finish = finish
        self._amend = amend
        self._after = after
        self._fault = fault

    def _on_pool(self, event: PoolEvent) -> None:
        try:
            self._take(event)
        except Exception as error:
            if self._fault is None:
                raise
            self._fault(error)
        self._after(event)

    def _take(self, event: PoolEvent) -> None:
        if is_alone(event.job):
            if isinstance(event, JobEnded):
                self._conclude_alone(event)
            return
        match event:
            case JobStarted(job):
                if not is_later_part(job):
                    self._emit(PolicyStarted(spec_of(job), job.generation))
            case JobResult(job, index, result):
                self._emit(TestFinished(spec_of(job), job.generation, index, result))
            case JobEnded():
                match self.split.take(event):
                    case Job() as again:
                        self.pool.submit((again,), first=True)
                    case JobEnded(job) as whole:
                        self._conclude(whole, job.spec)
            case _:
                assert_never(event)

    def _conclude(self, ended: JobEnded, spec: str) -> None:
        repository = self._repository()
        policy = repository.policies.get(spec)
        if policy is not None:  # else it is gone by now
            result = result_of(ended, policy, repository, self._python)
            result = require_tests(policy, result, self._minimum_tests)
            self._finish(policy, result)
            if jobs := self._alone.jobs(ended, result, repository):
                self.pool.submit(jobs)

    def _conclude_alone(self, ended: JobEnded) -> None:
        repository = self._repository()
        policy = repository.policies.get(policy_of(ended.job))
        if policy is not None and repository.generation == ended.job.generation:
            result = self._alone.take(ended, policy)
            if result is not None:
                self._amend(result)
