"""Runs a failed test again by itself, to find tests that depend on the ones before them.

The verdict stays that of the tests in order, as in PAT. Only failed tests are run again, and only
if body or globals can keep state, so a green run costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from panther_engine.model import (
    Diagnostic,
    Failure,
    Level,
    Outcome,
    Policy,
    PolicyResult,
    TestResult,
    Verdict,
)
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.pool import JobEnded
from panther_engine.running.jobs.split import forgets
from panther_engine.running.processes.job import Job

LIMIT = 3
"""So many tests of a policy are run alone: one that differs tells enough."""
STOPPED = frozenset({"Timeout", "Exited", "Killed", "OutOfMemory", "NoWorker", "NotStarted"})
"""Ends that would only be waited for again."""

_ALONE = "\0alone "
_Cause: TypeAlias = tuple[str, str, int]


class AloneRuns:
    """Makes jobs of single tests, and tells what they have to say."""

    def __init__(self) -> None:
        self._asked: dict[str, tuple[PolicyResult, TestResult]] = {}
        """By the keys of jobs that wait or run."""
        self._latest: dict[str, PolicyResult] = {}
        self._alike: set[tuple[int, _Cause]] = set()
        """Errors that were the same alone, by generation: one that many tests share runs once."""

    def jobs(
        self, ended: JobEnded, result: PolicyResult, repository: Repository
    ) -> tuple[Job, ...]:
        """What to run for a policy whose tests ran in order and came to this result."""
        whole = ended.job
        self._latest[whole.spec] = result
        places = tuple(self._doubtful(ended)) if ended.setup is None and not whole.mode else ()
        shared = any(test.mutated for _, test in ended.results)
        if not places or (not shared and whole.tame and forgets(whole, repository)):
            return ()
        jobs = []
        for place in places[:LIMIT]:
            key = f"{whole.spec}{_ALONE}{place}"
            self._asked[key] = (result, ended.results[place][1])
            jobs.append(replace(whole, spec=key, tests=(whole.tests[place],), tame=False))
        return tuple(jobs)

    def take(self, ended: JobEnded, policy: Policy) -> PolicyResult | None:
        """The policy's result with what a test's run alone adds; None if that is nothing."""
        result, test = self._asked.pop(ended.job.spec)
        latest = self._latest.get(result.spec)
        if latest is None or latest.generation != ended.job.generation or not ended.results:
            return None
        _, alone = ended.results[0]
        if (alone.verdict, alone.outcome) == (test.verdict, test.outcome):
            if test.error is not None:
                generation = ended.job.generation
                self._alike = {it for it in self._alike if it[0] == generation}
                self._alike.add((generation, _cause(test.error)))
            return None
        found = Diagnostic(
            policy.spec,
            test.line,
            0,
            Level.WARNING,
            "order-matters",
            f"test {test.name!r} comes out otherwise alone: {_said(alone)}",
            "what tests before it leave behind turns it: a module variable, a cache,"
            " or a resource that they share and change",
        )
        others = [it for it in latest.diagnostics if it.code != found.code]
        alike = [it for it in latest.diagnostics if it.code == found.code]
        alike = sorted((*alike, found), key=lambda it: it.line)
        told = replace(latest, diagnostics=(*others, *alike))
        self._latest[result.spec] = told
        return told

    def _doubtful(self, ended: JobEnded) -> Iterator[int]:
        """Places of tests that did not pass, had others before them, and erred as none alone did.

        The first test of a policy is always alone.
        """
        known = {cause for generation, cause in self._alike if generation == ended.job.generation}
        for place, (_, test) in enumerate(ended.results):
            if test.error is None:
                if place and test.outcome is not Outcome.PASSED:
                    yield place
            elif not place:
                known.add(_cause(test.error))
            elif test.error.type not in STOPPED and _cause(test.error) not in known:
                yield place


def _cause(error: Failure) -> _Cause:
    return (error.type, error.path, error.line)


def is_alone(job: Job) -> bool:
    """Whether it is a single test whose policy ran before."""
    return _ALONE in job.spec


def policy_of(job: Job) -> str:
    """The spec that a job of a single test is of."""
    return job.spec.partition(_ALONE)[0]


def _said(test: TestResult) -> str:
    if test.outcome is Outcome.PASSED:
        return "it passes"
    if test.verdict is Verdict.ERROR:
        return f"an error ({test.error.type})" if test.error is not None else "an error"
    return f"{test.verdict.value}"
