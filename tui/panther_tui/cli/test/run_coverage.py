"""`panther-tui test --coverage FILE`: what the tests that ran reach of their bodies."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from panther_engine.headless import last_failed
from panther_engine.insight.report.coverage import coverage_json, coverage_lcov
from panther_engine.insight.runs.coverage import Covered, cover_policies
from panther_engine.insight.runs.running import InsightJobs
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.interpreter.python_version import reads_newer_syntax
from panther_engine.running.jobs.warm_up import warm_up
from panther_tui.cli.insight.insight_request import warn
from panther_tui.cli.streams import write_report
from panther_tui.cli.test.narrow import narrow
from panther_tui.cli.test.run_request import Asked

ENDINGS = (".json", ".info", ".lcov")


def check_coverage_file(file: Path) -> None:
    """Refuse a file whose ending says no format. Raises click.BadParameter."""
    if file.suffix.lower() not in ENDINGS:
        raise click.BadParameter(
            f"{file} says no format: end it in .json, or in .info or .lcov for LCOV",
            param_hint="--coverage",
        )


def write_coverage(asked: Asked, file: Path) -> None:
    """Run the tests that were asked for once more, and write what they reach. Raises OSError."""
    root = asked.selection.root
    workers = warm_up(root, asked.python.path, asked.options)
    try:
        repository = load_repository(
            root,
            asked.selection.scopes,
            asked.settings,
            check_syntax=not reads_newer_syntax(asked.python.path),
        )
        chosen = _chosen(asked, repository)

        async def cover() -> list[Covered]:
            async with InsightJobs(repository, workers, asked.options.workers) as jobs:
                return await cover_policies(
                    repository, chosen, jobs, lambda spec, failure: None
                )  # the run before has told of what cannot be imported

        covered = asyncio.run(cover())
    finally:
        workers.close()
    if left := len(chosen) - len(covered):
        warn(f"{left} of {len(chosen)} policies told nothing of what their tests reach")
    if file.suffix.lower() == ".json":
        write_report(file, coverage_json(repository, asked.python.path, covered))
    else:
        write_report(file, coverage_lcov(covered))


def _chosen(asked: Asked, repository: Repository) -> Mapping[str, frozenset[int]]:
    choice = narrow(asked, repository, last_failed.memory_path(str(asked.selection.root)))
    chosen = {}
    for spec, policy in choice.policies.items():
        whole = repository.policies[spec]
        lines = {test.line for test in policy.tests}
        tests = frozenset(at for at, test in enumerate(whole.tests) if test.line in lines)
        if tests and not whole.invalid:
            chosen[spec] = tests
    return chosen
