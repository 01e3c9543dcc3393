"""Explains the selected test at low priority, and drops the work when the selection moves on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from panther_engine.events import Event, Explained
from panther_engine.insight.runs.jobs import observe_job
from panther_engine.insight.runs.observed import (
    source_texts,
    stopped_insight,
    take_insights,
    was_stopped,
)
from panther_engine.insight.trials.flips import FlipSearch
from panther_engine.model import PolicyResult, Status, TestResult
from panther_engine.reading.repository.dependencies import globals_used
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.pool import JobEnded, Pool, PoolEvent
from panther_engine.running.processes.job import Job, Limits
from panther_engine.running.processes.launch import ManagedLauncher
from panther_engine.values.insight import Insight

LONGEST_BEFORE_MS = 500.0
"""Tests before the one in question are run too if they take no longer than this together."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    spec: str
    test: int


class LiveInsight:
    """Explains the test that is wanted as often as its plain run gives a result."""

    def __init__(
        self, launcher: ManagedLauncher, root: str, limits: Limits, emit: Callable[[Event], None]
    ) -> None:
        self._launcher = launcher
        self._emit = emit
        self._pool = Pool(launcher, root, 1, limits, self._on_pool)
        self._wanted: _Wanted | None = None
        self._repository: Repository | None = None
        self._plain: Mapping[int, TestResult] = {}
        self._insight: Insight | None = None
        self._flips: FlipSearch | None = None

    @property
    def wanted(self) -> str:
        """The spec of the test that is to be explained; empty if none is."""
        return self._wanted.spec if self._wanted is not None else ""

    def want(self, spec: str, test: int) -> None:
        """Explain this test from now on, and no other; by an empty `spec` none."""
        self.drop()
        self._wanted = _Wanted(spec, test) if spec else None

    def drop(self) -> None:
        """Give up what is being explained: its plain run is about to be another one."""
        self._pool.cancel()
        self._insight = None

    def begin(self, repository: Repository, result: PolicyResult) -> None:
        """Explain the wanted test, whose policy's plain run came to this result."""
        self.drop()
        wanted = self._wanted
        if wanted is None or wanted.spec != result.spec or result.status is Status.INVALID:
            return
        policy = repository.policies.get(wanted.spec)
        if policy is None or not wanted.test < min(len(policy.tests), len(result.results)):
            return
        self._repository = repository
        self._plain = dict(enumerate(result.results))
        stopped = stopped_insight(self._plain[wanted.test], wanted.test, repository, wanted.spec)
        if stopped is not None:
            self._tell(stopped)
            return
        self._launcher.prepare_observed(globals_used(repository, wanted.spec))
        self._submit(observe_job(repository, policy, (wanted.test,), without=self._left_out()))

    def _left_out(self) -> frozenset[int]:
        """Tests before the wanted one that are not run again."""
        assert self._wanted is not None
        before = {at: it for at, it in self._plain.items() if at < self._wanted.test}
        if sum(it.duration_ms for it in before.values()) > LONGEST_BEFORE_MS:
            return frozenset(before)
        return frozenset(at for at, it in before.items() if was_stopped(it))

    def _submit(self, job: Job | None) -> None:
        if job is not None:
            self._pool.submit((job,))

    def _on_pool(self, event: PoolEvent) -> None:
        if not isinstance(event, JobEnded) or self._repository is None or self._wanted is None:
            return
        if event.job.mode == "trials":
            self._take_flips(event)
            return
        policy = self._repository.policies[self._wanted.spec]
        texts = source_texts(self._repository)
        for insight, trace in take_insights(event, self._plain, policy, texts):
            if trace is not None and trace.gave_up and event.job.mode == "observe":
                tests = (insight.test,)
                self._submit(observe_job(self._repository, policy, tests, "coarse"))
                return
            self._tell(insight)
            self._flips = FlipSearch(self._repository)
            self._submit(self._flips.job(policy, insight))

    def _take_flips(self, ended: JobEnded) -> None:
        if self._flips is not None and self._insight is not None:
            _, _, flips = self._flips.take(ended)
            self._emit(Explained(self._insight, flips))

    def _tell(self, insight: Insight) -> None:
        self._insight = insight
        self._emit(Explained(insight))
