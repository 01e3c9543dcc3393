"""Inspects one policy: its mutants first, its coverage, its tests in reverse, what null does."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

from panther_engine.events import Inspected
from panther_engine.insight.runs.coverage import take_covered
from panther_engine.insight.runs.jobs import Case, observe_job, reverse_job, trials_job
from panther_engine.insight.runs.observed import source_texts, take_insights, was_stopped
from panther_engine.insight.trials.apart import ApartSearch
from panther_engine.insight.trials.mutating import MutantSearch
from panther_engine.insight.trials.probing import EACH, SECONDS, probe_cases, take_probed
from panther_engine.model import FieldPath, Outcome, Policy, PolicyResult
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.pool import JobEnded
from panther_engine.running.processes.job import Job


@dataclass(frozen=True, slots=True)
class Found:
    """What an inspection came to."""

    inspected: Inspected
    read: Mapping[int, tuple[FieldPath, ...]]
    """The fields that each test read, by its place in the spec."""


class Inspecting:
    """One policy's jobs, one after the other, and what they came to so far."""

    def __init__(self, repository: Repository, policy: Policy, result: PolicyResult) -> None:
        self.result = result
        """The plain run of which all of this is."""
        self._repository = repository
        self._policy = policy
        self._plain = dict(enumerate(result.results))
        self._mutants = MutantSearch(repository)
        self._cases: list[Case] = []
        self._read: dict[int, tuple[FieldPath, ...]] = {}
        self._begun: Job | None = None
        tests = [at for at, it in self._plain.items() if not was_stopped(it)]
        jobs = [
            self._mutants.job(policy) if len(tests) == len(policy.tests) else None,
            observe_job(repository, policy, tests, "cover"),
            reverse_job(repository, policy) if len(tests) == len(policy.tests) else None,
            observe_job(repository, policy, tests),
        ]
        self._jobs: deque[Job] = deque(job for job in jobs if job is not None)
        self.inspected = Inspected(policy.spec, repository.generation)

    @property
    def found(self) -> Found:
        """All that is known by now."""
        return Found(self.inspected, self._read)

    def recall(self, found: Found) -> None:
        """Take over what was found of the same contents before: nothing is left to do."""
        self._jobs.clear()
        self._begun = None
        self._read = dict(found.read)
        self.inspected = replace(found.inspected, generation=self._repository.generation)

    def next_job(self) -> Job | None:
        """What is to run next, once more if its end was not heard of; None at the end."""
        if self._begun is None and self._jobs:
            self._begun = self._jobs.popleft()
        return self._begun

    def apart(self) -> ApartSearch:
        """A search for what tells survivors from the body."""
        return ApartSearch(self._repository, self._policy, self._read)

    def take(self, ended: JobEnded) -> bool:
        """Take what a job came to; whether anything is known now that was not."""
        policy = self._policy
        self._begun = None
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
            case "":
                return self._take_reverse(ended)
            case _:
                probed = take_probed(policy.spec, self._cases, ended)
                self.inspected = replace(self.inspected, probed=probed)
        return True

    def _take_reverse(self, ended: JobEnded) -> bool:
        """Keep the tests that passed after others and did not before them."""
        passed = {at for at, it in self._plain.items() if it.outcome is Outcome.PASSED}
        turned = (
            (test.name, test.line)
            for at, test in sorted(ended.results, key=lambda it: it[0])
            if at in passed and test.outcome is not Outcome.PASSED
        )
        leaning = tuple(turned) if ended.setup is None else ()
        self.inspected = replace(self.inspected, leaning=leaning)
        return bool(leaning)

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
