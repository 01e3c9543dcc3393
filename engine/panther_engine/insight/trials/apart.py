"""Searches for a resource on which a survivor and the body differ: a test with it would kill it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from panther_engine.insight.runs.jobs import Case, apart_job, spec_of
from panther_engine.insight.runs.running import InsightJobs
from panther_engine.insight.trace.field import paths_below
from panther_engine.insight.trials.flips import apply_steps, candidates_for
from panther_engine.insight.trials.literals import literals_of
from panther_engine.model import FieldPath, Policy
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.pool import JobEnded
from panther_engine.running.processes.job import Job
from panther_engine.values.findings import Mutated, Suggestion, Survivor
from panther_engine.values.insight import ReadKind

CASES = 600
SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class _Asked:
    survivor: Survivor
    cases: list[Case]


class ApartSearch:
    """Makes searches for one policy's survivors, and takes what they found."""

    def __init__(
        self,
        repository: Repository,
        policy: Policy,
        read: Mapping[int, Sequence[FieldPath]] | None = None,
    ) -> None:
        """`read` holds the fields that each test read, if that is known: only those matter."""
        self._repository = repository
        self._policy = policy
        self._cases = self._make_cases(read or {})
        self._asked: dict[str, _Asked] = {}

    def job(self, survivor: Survivor) -> Job | None:
        """The search for one survivor; None if there is nothing to try."""
        job = apart_job(self._repository, self._policy, survivor.number, self._cases, SECONDS)
        if job is not None:
            self._asked[job.spec] = _Asked(survivor, self._cases)
        return job

    def take(self, ended: JobEnded) -> Suggestion | None:
        """What a search came to; None if it found nothing."""
        asked = self._asked.pop(ended.job.spec)
        for finding in ended.findings:
            match finding.get("apart"):
                case [int(case), "PASS" | "FAIL" as said, "PASS" | "FAIL"] if (
                    0 <= case < len(asked.cases)
                ):
                    test, steps = asked.cases[case]
                    resource = self._policy.tests[test].resource
                    changed, changes = apply_steps(resource, steps)
                    return Suggestion(
                        spec_of(ended.job.spec),
                        asked.survivor,
                        test,
                        changes,
                        changed,
                        said == "PASS",
                    )
        return None

    def _make_cases(self, read: Mapping[int, Sequence[FieldPath]]) -> list[Case]:
        """One change each of every test, by turns, so that none crowds out the others."""
        source = self._repository.files[self._policy.body].content
        literals = literals_of(source)
        names = {literal for literal in literals if isinstance(literal, str)}
        tests = self._policy.tests
        of_tests = []
        for at, test in enumerate(tests):
            paths = read.get(at)
            if not paths:
                found = [path for path in paths_below(test.resource, ()) if path]
                paths = sorted(found, key=lambda path: path[-1] in names)
            siblings = [one.resource for other, one in enumerate(tests) if other != at]
            whole = [(path, ReadKind.VALUE) for path in paths]
            candidates = candidates_for(test.resource, whole, siblings, literals)
            of_tests.append([(at, (one.step,)) for one in candidates])
        cases: list[Case] = []
        for turn in range(max(map(len, of_tests), default=0)):
            cases += [of_test[turn] for of_test in of_tests if turn < len(of_test)]
        return cases[:CASES]


async def suggest_tests(
    repository: Repository, mutated: Sequence[Mutated], jobs: InsightJobs
) -> dict[tuple[str, int], Suggestion]:
    """Tests that would tell survivors from their bodies, by spec and the survivor's number.

    Survivors that are set aside, and those that nothing was found for, are left out.
    """
    found: dict[tuple[str, int], Suggestion] = {}
    searches = {one.spec: ApartSearch(repository, repository.policies[one.spec]) for one in mutated}

    def keep(ended: JobEnded) -> None:
        suggestion = searches[spec_of(ended.job.spec)].take(ended)
        if suggestion is not None:
            found[suggestion.spec, suggestion.survivor.number] = suggestion

    await jobs.run(
        [searches[one.spec].job(survivor) for one in mutated for survivor in one.open], keep
    )
    return found
