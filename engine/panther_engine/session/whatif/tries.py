"""Judges a test that is about to be written, as any run of its policy's tests would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from panther_engine.events import CaseTried, Event
from panther_engine.insight.trials.reducing import Reduction
from panther_engine.model import Diagnostic, Level, TestCase, TestResult
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.plan import make_job, result_of
from panther_engine.running.jobs.pool import JobEnded, Pool, PoolEvent
from panther_engine.running.processes.job import Limits
from panther_engine.running.processes.launch import ManagedLauncher
from panther_engine.values.frozen import dataclass


@dataclass(frozen=True, slots=True)
class _Asked:
    number: int
    spec: str
    repository: Repository
    """With the case as the only test of its policy."""
    reduced: bool
    result: TestResult | None = None


class Tries:
    """One case at a time; the newest takes the place of one that is still tried."""

    def __init__(
        self,
        launcher: ManagedLauncher,
        root: str,
        limits: Limits,
        python: str,
        emit: Callable[[Event], None],
    ) -> None:
        """Nothing runs before the first case."""
        self._python = python
        self._emit = emit
        self._pool = Pool(launcher, root, 1, limits, self._on_pool)
        self._asked: _Asked | None = None
        self._reduction: Reduction | None = None

    def begin(
        self, number: int, spec: str, case: TestCase, repository: Repository, *, reduced: bool
    ) -> None:
        """Judge it with the policy as it is; with `reduced` find out what of it can go."""
        self.close()
        policy = repository.policies.get(spec)
        if policy is None:
            gone = Diagnostic(spec, 1, 0, Level.ERROR, "policy-gone", "the policy is gone")
            self._emit(CaseTried(number, spec, None, (gone,)))
            return
        policy = replace(policy, tests=(replace(case, inventory="", unfilled=""),))
        job = make_job(repository, policy)
        if job is None:
            errors = tuple(it for it in policy.diagnostics if it.severity is Level.ERROR)
            self._emit(CaseTried(number, spec, None, errors))
            return
        alone = replace(repository, policies={**repository.policies, spec: policy})
        self._asked = _Asked(number, spec, alone, reduced)
        self._pool.submit((job,))

    def close(self) -> None:
        """Give up what goes on."""
        self._asked = self._reduction = None
        self._pool.cancel()

    def _on_pool(self, event: PoolEvent) -> None:
        asked = self._asked
        if not isinstance(event, JobEnded) or asked is None:
            return
        policy = asked.repository.policies[asked.spec]
        if self._reduction is not None:
            self._reduction.take(event)
            self._go_on(asked, self._reduction)
            return
        ended = result_of(event, policy, asked.repository, self._python)
        result = next(iter(ended.results), None)
        if result is None or not asked.reduced:
            self._asked = None
            self._emit(CaseTried(asked.number, asked.spec, result, ended.diagnostics))
            return
        self._asked = replace(asked, result=result)
        self._reduction = Reduction(asked.repository, policy, ())
        self._go_on(self._asked, self._reduction)

    def _go_on(self, asked: _Asked, reduction: Reduction) -> None:
        job = reduction.next_job()
        if job is not None:
            self._pool.submit((job,))
            return
        self._asked = self._reduction = None
        changes = reduction.changes
        self._emit(CaseTried(asked.number, asked.spec, asked.result, changes=changes))
