"""Finds survivors, coverage and null findings of one policy while nothing else runs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from panther_engine.events import Event, Inspected, Suggested
from panther_engine.insight.runs.coverage import take_covered
from panther_engine.insight.runs.jobs import Case, observe_job, trials_job
from panther_engine.insight.runs.observed import source_texts, take_insights, was_stopped
from panther_engine.insight.trials.apart import ApartSearch
from panther_engine.insight.trials.mutating import MutantSearch
from panther_engine.insight.trials.probing import EACH, SECONDS, probe_cases, take_probed
from panther_engine.model import FieldPath, Policy, PolicyResult, Status
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
        self._searches: dict[str, ApartSearch] = {}
        """By their jobs' keys."""
        self._done: PolicyResult | None = None
        """The result whose policy was inspected in every way."""
        self.wanted = ""
        """Spec of the policy; empty if none is to be inspected."""

    def want(self, spec: str) -> None:
        """Inspect this policy from now on, and no other; an empty `spec` stops it."""
        self._done = None
        self.drop()
        self.wanted = spec

    def drop(self) -> None:
        """Give up what goes on; `begin` starts anew."""
        self._pool.cancel()
        self._searches.clear()
        if self._done is None:
            self._work = None

    def begin(self, repository: Repository, result: PolicyResult) -> None:
        """Inspect the wanted policy, whose plain run came to this result."""
        if result is self._done:
            return
        self.drop()
        policy = repository.policies.get(self.wanted)
        if policy is None or result.spec != self.wanted or result.status is Status.INVALID:
            return
        self._work = _Work(repository, policy, result)
        self._go_on(self._work)

    def suggest(self, number: int) -> None:
        """Look for a test that tells this survivor from the body; what goes on waits."""
        work = self._work
        found = work.inspected.mutated if work is not None else None
        survivors = {one.number: one for one in found.survivors} if found is not None else {}
        if work is None or number not in survivors:
            self._emit(Suggested(self.wanted, number, None))
            return
        search = work.apart()
        job = search.job(survivors[number])
        if job is None:
            self._emit(Suggested(self.wanted, number, None))
        else:
            self._searches[job.spec] = search
            self._pool.submit((job,), first=True)

    def _go_on(self, work: _Work) -> None:
        job = work.next_job()
        if job is not None:
            self._pool.submit((job,))
        else:
            self._done = work.result

    def _on_pool(self, event: PoolEvent) -> None:
        work = self._work
        if not isinstance(event, JobEnded) or work is None:
            return
        if event.job.mode == "apart":
            number = event.job.request["number"]
            assert isinstance(number, int)
            found = self._searches.pop(event.job.spec).take(event)
            self._emit(Suggested(self.wanted, number, found))
            return
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
        self._read: dict[int, tuple[FieldPath, ...]] = {}
        """The fields that each test read, once that is known."""
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

    def apart(self) -> ApartSearch:
        """A search for what tells survivors from the body."""
        return ApartSearch(self._repository, self._policy, self._read)

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
        texts = source_texts(self._repository)
        for insight, _ in take_insights(ended, self._plain, policy, texts):
            self._read[insight.test] = tuple(one.field for one in insight.reads if one.field)
        read = {
            test: frozenset(str(field[0]) for field in fields)
            for test, fields in self._read.items()
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
