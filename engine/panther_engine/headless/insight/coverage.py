"""Runs tests again with coverage and writes it as a document."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Literal

from panther_engine.headless.narrow import narrow
from panther_engine.headless.remembered.last_failed import failed_file
from panther_engine.headless.request import Asked
from panther_engine.insight.report.coverage import coverage_json, coverage_lcov
from panther_engine.insight.runs.coverage import Covered, cover_policies
from panther_engine.insight.runs.running import InsightJobs
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.interpreter.python_version import reads_newer_syntax
from panther_engine.running.jobs.warm_up import warm_up

CoverageFormat = Literal["json", "lcov"]


def cover_tests(asked: Asked, form: CoverageFormat, warn: Callable[[str], None]) -> str:
    """Run the tests that were asked for once more, and tell what they reach. Blocks.

    `warn` is told of policies that nothing is known of. Raises OSError if the Python cannot run.
    """
    root, python = asked.selection.root, asked.python.path
    workers = warm_up(root, python, asked.options)
    try:
        repository = load_repository(
            root,
            asked.selection.scopes,
            asked.settings,
            check_syntax=not reads_newer_syntax(python, root),
        )
        chosen = _chosen(asked, repository)

        async def cover() -> list[Covered]:
            async with InsightJobs(repository, workers, asked.options.workers) as jobs:
                return await cover_policies(
                    repository, chosen, jobs, lambda spec, failure: None
                )  # the run before has already reported bodies that cannot be imported

        covered = asyncio.run(cover())
    finally:
        workers.close()
    if left := len(chosen) - len(covered):
        warn(f"{left} of {len(chosen)} policies told nothing of what their tests reach")
    if form == "json":
        return coverage_json(repository, python, covered)
    return coverage_lcov(covered)


def _chosen(asked: Asked, repository: Repository) -> Mapping[str, frozenset[int]]:
    choice = narrow(asked, repository, failed_file(str(asked.selection.root)))
    chosen = {}
    for spec, policy in choice.policies.items():
        whole = repository.policies[spec]
        lines = {test.line for test in policy.tests}
        tests = frozenset(at for at, test in enumerate(whole.tests) if test.line in lines)
        if tests and not whole.invalid:
            chosen[spec] = tests
    return chosen
