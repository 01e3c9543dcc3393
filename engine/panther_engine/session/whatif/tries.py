"""Judges a test that is about to be written, as any run of its policy's tests would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from panther_engine.events import CaseTried, Event, TryCase
from panther_engine.model import Level, TestResult
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.plan import make_job, result_of
from panther_engine.running.jobs.pool import JobEnded, Pool, PoolEvent
from panther_engine.running.processes.job import Job, Limits
from panther_engine.running.processes.launch import ManagedLauncher
from panther_engine.session.whatif.scratches import gone
from panther_engine.values.frozen import dataclass

if TYPE_CHECKING:
    from panther_engine.insight.trials.reducing import Reduction


@dataclass(frozen=True, slots=True)
class _Asked:
    command: TryCase
    repository: Repository
    """With the case as the only test of its policy."""
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
        """Nothing is imported or made before the first case."""
        self._launcher = launcher
        self._root = root
        self._limits = limits
        self._python = python
        self._emit = emit
        self._pool: Pool | None = None
        self._asked: _Asked | None = None
        self._reduction: Reduction | None = None

    def begin(self, command: TryCase, repository: Repository) -> None:
        """Judge a case with the policy as it is; find out what of it can go if that is asked."""
        self.close()
        number, spec = command.number, command.spec
        policy = repository.policies.get(spec)
        if policy is None:
            self._emit(CaseTried(number, spec, None, (gone(spec),)))
            return
        case = replace(command.case, inventory="", unfilled="")
        policy = replace(policy, tests=(case,))
        job = make_job(repository, policy)
        if job is None:
            errors = tuple(it for it in policy.diagnostics if it.severity is Level.ERROR)
            self._emit(CaseTried(number, spec, None, errors))
            return
        alone = replace(repository, policies={**repository.policies, spec: policy})
        self._asked = _Asked(command, alone)
        self._submit(job)

    def close(self) -> None:
        """Give up what goes on."""
        self._asked = self._reduction = None
        if self._pool is not None:
            self._pool.cancel()

    def _submit(self, job: Job) -> None:
        if self._pool is None:
            self._pool = Pool(self._launcher, self._root, 1, self._limits, self._on_pool)
        self._pool.submit((job,))

    def _on_pool(self, event: PoolEvent) -> None:
        asked = self._asked
        if not isinstance(event, JobEnded) or asked is None:
            return
        if self._reduction is not None:
            self._reduction.take(event)
            self._go_on(asked, self._reduction)
            return
        command = asked.command
        policy = asked.repository.policies[command.spec]
        ended = result_of(event, policy, asked.repository, self._python)
        result = next(iter(ended.results), None)
        if result is None or not command.reduced:
            self._asked = None
            self._emit(CaseTried(command.number, command.spec, result, ended.diagnostics))
            return
        from panther_engine.insight.trials.reducing import Reduction

        self._asked = replace(asked, result=result)
        self._reduction = Reduction(asked.repository, policy, ())
        self._go_on(self._asked, self._reduction)

    def _go_on(self, asked: _Asked, reduction: Reduction) -> None:
        job = reduction.next_job()
        if job is not None:
            self._submit(job)
            return
        self._asked = self._reduction = None
        command, changes = asked.command, reduction.changes
        self._emit(CaseTried(command.number, command.spec, asked.result, changes=changes))
