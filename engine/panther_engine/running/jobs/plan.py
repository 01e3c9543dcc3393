"""Makes the job of a policy, and the policy's result from what the job reported. Pure."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import replace

from panther_engine.model import (
    Diagnostic,
    Level,
    Outcome,
    Policy,
    PolicyResult,
    Status,
    TestResult,
)
from panther_engine.reading.repository.dependencies import modules_used
from panther_engine.reading.repository.facts.reuse import is_tame
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.source.libraries import is_heavy, preloadable
from panther_engine.running.jobs.import_errors import explain_import
from panther_engine.running.jobs.pool import JobEnded
from panther_engine.running.processes.job import Job

SLOW_MS = 1000.0
"""From this duration on a test is called slow."""


MOCKING = frozenset({"unittest.mock"})
"""What a worker imports for a test with mocks."""


def served_globals(repository: Repository) -> dict[str, tuple[str, bytes]]:
    """What workers import globals from, by GlobalID: absolute path and content."""
    root = str(repository.root)
    return {
        name: (os.path.join(root, found.body), source.content)
        for name, found in repository.globals.items()
        if (source := repository.files.get(found.body)) is not None
    }


def make_job(
    repository: Repository,
    policy: Policy,
    *,
    names: Collection[str] = (),
    lines: Collection[int] = (),
    niceness: int = 0,
) -> Job | None:
    """The policy's tests as a job; None if a diagnostic keeps them from running.

    A policy without tests makes a job too: Panther imports its body all the same.

    Args:
        repository: where its body is.
        policy: one of the repository's.
        names: only tests with one of these names, if any are given.
        lines: only tests whose entry begins at one of these lines, if any are given.
        niceness: 0 for one that somebody waits for, more for one that can wait.
    """
    source = repository.files.get(policy.body)
    if policy.invalid or source is None:
        return None
    tests = tuple(
        (index, test)
        for index, test in enumerate(policy.tests)
        if (not names or test.name in names) and (not lines or test.line in lines)
    )
    modules = modules_used(repository, policy.spec)
    tame = is_tame(repository, policy.spec)
    if any(test.mocks for _, test in tests):
        modules |= MOCKING
    heavy = is_heavy(modules)
    real = ("", "")
    if tests and tests[0][1].inventory:
        real, tame = (tests[0][1].inventory, tests[0][1].unfilled), False
    return Job(
        spec=policy.spec,
        generation=repository.generation,
        policy_id=policy.id,
        body=os.path.join(repository.root, policy.body),
        source=source.content,
        tests=tests,
        heavy=heavy,
        needs=frozenset(preloadable(modules, heavy)),
        niceness=niceness,
        tame=tame,
        real=real,
    )


def result_without_run(policy: Policy, generation: int, status: Status) -> PolicyResult:
    """The result of a policy that does not run: invalid, or skipped."""
    return PolicyResult(policy.spec, generation, status)


def result_of(ended: JobEnded, policy: Policy, repository: Repository, python: str) -> PolicyResult:
    """The policy's result when its job is over."""
    results = tuple(result for _, result in ended.results)
    if ended.setup is not None:
        status = Status.INVALID
        found = explain_import(ended.setup, policy.body, policy.spec, python, repository)
        diagnostics: tuple[Diagnostic, ...] = (found,)
    else:
        status = status_of(results)
        diagnostics = _mutations(policy, results)
    return PolicyResult(
        spec=policy.spec,
        generation=ended.job.generation,
        status=status,
        results=results,
        diagnostics=diagnostics,
        loaded=ended.loaded,
        duration_ms=ended.duration_ms,
    )


def status_of(results: Iterable[TestResult]) -> Status:
    """What these results make of a policy."""
    outcomes = {result.outcome for result in results}
    if not outcomes:
        return Status.UNTESTED
    return Status.PASSED if outcomes == {Outcome.PASSED} else Status.FAILED


def require_tests(policy: Policy, result: PolicyResult, minimum: int) -> PolicyResult:
    """The result when at least `minimum` tests are demanded (PAT 1.11.1: `--minimum-tests`).

    From 2 on, both verdicts must be expected by some test.
    """
    if not minimum or result.status in (Status.INVALID, Status.SKIPPED):
        return result
    line = policy.tests[0].line if policy.tests else 1
    expected = {test.expected for test in policy.tests}
    if len(policy.tests) < minimum:
        message = f"has {len(policy.tests)} tests, {minimum} are required"
        hint = "add tests, or lower --minimum-tests"
    elif minimum > 1 and len(expected) < 2:
        wanted = "false" if True in expected else "true"
        message = f"no test expects {wanted}, and one of each kind is required"
        hint = f"add a test with `ExpectedResult: {wanted}`"
    else:
        return result
    found = Diagnostic(policy.spec, line, 0, Level.ERROR, "too-few-tests", message, hint)
    return replace(result, status=Status.FAILED, diagnostics=(*result.diagnostics, found))


def _mutations(policy: Policy, results: Iterable[TestResult]) -> tuple[Diagnostic, ...]:
    mutated = [result for result in results if result.mutated]
    if not mutated:
        return ()
    whose = f"test {mutated[0].name!r}" if len(mutated) == 1 else f"{len(mutated)} tests"
    return (
        Diagnostic(
            policy.spec,
            mutated[0].line,
            0,
            Level.WARNING,
            "resource-changed",
            f"the policy changes the resource of {whose}",
            "alert functions and other tests that share it see the change;"
            " change a copy: `copy.deepcopy(resource)`",
        ),
    )
