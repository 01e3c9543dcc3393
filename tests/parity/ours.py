"""Our verdicts on a repository, in the form in which they are compared."""

from __future__ import annotations

import json
from pathlib import Path

from panther_engine.headless.run import run_headless
from panther_engine.model import Level, Outcome, Policy, PolicyResult, Status, TestResult
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import load_pat_settings
from panther_engine.reading.selection.targets import resolve
from panther_engine.running.jobs.report import RunOptions
from tests.parity.verdicts import FunctionVerdict, SpecVerdict, TestVerdict, Verdicts, plain

NOTHING_TO_TEST = 2


def judge(root: Path, options: RunOptions) -> Verdicts:
    """As `panther-tui test .`, called in the repository's root."""
    selection = resolve(["."], root, lambda found: ".")
    repository = load_repository(selection.root, selection.scopes, load_pat_settings(root))
    report = run_headless(repository, tuple(repository.policies), options, lambda event: None)
    where = str(root)
    code = 0 if report.passed else 1
    faulty = {
        found.path: plain(found.message, where)
        for found in report.diagnostics
        if found.severity is Level.ERROR
    }
    if report.tested_nothing:
        code = NOTHING_TO_TEST
    policies = {policy.spec: _policy(policy, result, where) for policy, result in report.policies}
    return Verdicts(code, None, policies, faulty)


def _policy(policy: Policy, result: PolicyResult, root: str) -> SpecVerdict:
    found = (*policy.diagnostics, *result.diagnostics)
    return SpecVerdict(
        valid=result.status is not Status.INVALID,
        failed=result.status is Status.FAILED,
        tests=tuple(_test(test, root) for test in result.results),
        note="; ".join(plain(one.message, root) for one in found if one.severity is Level.ERROR),
    )


def _test(test: TestResult, root: str) -> TestVerdict:
    return TestVerdict(
        name=test.name,
        passed=test.outcome is Outcome.PASSED,
        functions={
            name: FunctionVerdict(
                output=_text(function.output, root),
                error=None if function.error is None else plain(function.error, root),
                matched=function.matched,
            )
            for name, function in test.functions.items()
        },
        output=plain(test.output, root),
        expected=test.expected,
    )


def _text(output: object, root: str) -> str | None:
    """As PAT writes outputs: text as it is, anything else as JSON."""
    if output is None:
        return None
    return plain(output if isinstance(output, str) else json.dumps(output), root)
