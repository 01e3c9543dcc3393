"""What no test pins down, coverage, and the null probe of one policy, while nothing else runs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from panther_engine.events import Event, Inspected
from panther_engine.insight.runs.coverage import take_covered
from panther_engine.insight.runs.jobs import Case, observe_job, trials_job
from panther_engine.insight.runs.observed import source_texts, take_insights, was_stopped
from panther_engine.insight.trials.mutating import MutantSearch
from panther_engine.insight.trials.probing import EACH, SECONDS, probe_cases, take_probed
from panther_engine.model import Policy, PolicyResult, Status
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.pool import JobEnded, Pool, PoolEvent
from panther_engine.running.processes.job import Job, Limits
from panther_engine.running.processes.launcher import Launcher


class LiveInspection:
    """Inspects the policy that is wanted: its mutants first, then its coverage, then the probe."""

    def __init__(
        self, launcher: Launcher, root: str, limits: Limits, emit: Callable[[Event], None]
    ) -> None:
        self._emit = emit
        self._pool = Pool(launcher, root, 1, limits, self._on_pool)
        self._work: _Work | None = None
        self._done: PolicyResult | None = None
        """The result whose policy was inspected in every way."""
        self.wanted = ""
        """Spec of the policy; empty if none is to be inspected."""

    def want(self, spec: str) -> None:
        """Inspect this policy from now on, and no other; an empty `spec` stops it."""
        self.drop()
        self._done = None
        self.wanted = spec

    def drop(self) -> None:
        """Give up what goes on; `begin` starts anew."""
        self._pool.cancel()
        self._work = None

    def begin(self, repository: Repository, result: PolicyResult) -> None:
        """Inspect the wanted policy, whose plain run came to this result."""
        self.drop()
        if result is self._done:
            return
        policy = repository.policies.get(self.wanted)
        if policy is None or result.spec != self.wanted or result.status is Status.INVALID:
            return
        self._work = _Work(repository, policy, result)
        self._go_on(self._work)

    def _go_on(self, work: _Work) -> None:
        job = work.next_job()
        if job is not None:
            self._pool.submit((job,))
        else:
            self._done = work.result

    def _on_pool(self, event: PoolEvent) -> None:
        work = self._work
        if work is not None and isinstance(event, JobEnded):
            if work.take(event):
                self._emit(work.inspected)
            self._go_on(work)


class _Work:
    """One policy's jobs, one after the other, and what they came to so far."""

    def __init__(self, repository: Repository, policy: Policy, result: PolicyResult) -> None:
        self._repository = repository
        self._policy = policy
        self.result = result
        self._plain = dict(enumerate(result.results))
        self._mutants = MutantSearch(repository)
        self._cases: list[Case] = []
        tests = [at for at, it in self._plain.items() if not was_stopped(it)]
        jobs = [
            self._mutants.job(policy) if len(tests) == len(policy.tests) else None,
            observe_job(repository, policy, tests, "cover"),
            observe_job(repository, policy, tests),
        ]
        self._jobs: deque[Job] = deque(job for job in jobs if job is not None)
        self.inspected = Inspected(policy.spec, repository.generation)

    def next_job(self) -> Job | None:
        """What is to run next; None at the end."""
        return self._jobs.popleft() if self._jobs else None

    def take(self, ended: JobEnded) -> bool:
        """Take what a job came to; whether anything is known now that was not."""
        policy = self._policy
        match ended.job.mode:
            case "mutants":
                again = self._mutants.take(ended)
                if again is not None:
                    self._jobs.appendleft(again)
                    return False
                if policy.spec not in self._mutants.known:
                    return False
                found = self._mutants.result(policy.spec)
                self.inspected = replace(self.inspected, mutated=found)
            case "cover":
                covered = take_covered(ended, policy, source_texts(self._repository))
                self.inspected = replace(self.inspected, covered=covered)
            case "observe":
                return self._take_reads(ended)
            case _:
                probed = take_probed(policy.spec, self._cases, ended)
                self.inspected = replace(self.inspected, probed=probed)
        return True

    def _take_reads(self, ended: JobEnded) -> bool:
        policy = self._policy
        read = {
            insight.test: frozenset(str(one.field[0]) for one in insight.reads if one.field)
            for insight, _ in take_insights(
                ended, self._plain, policy, source_texts(self._repository)
            )
        }
        self._cases = probe_cases(policy, read, self._plain)
        job = trials_job(
            self._repository, policy, self._cases, seconds=SECONDS, each=EACH, name="probe"
        )
        if job is not None:
            self._jobs.append(job)
            return False
        self.inspected = replace(self.inspected, probed=take_probed(policy.spec, [], ended))
        return True
