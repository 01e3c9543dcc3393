"""What the commands of insight share: what is asked for, the workers, the repository, the tests."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from panther_engine.insight.runs.running import InsightJobs
from panther_engine.model import Failure, Level
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import load_pat_settings
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.selection.select import choose
from panther_engine.reading.selection.targets import SelectionError, nearest_names, resolve
from panther_engine.report.paint import WARN_MARK
from panther_engine.running.interpreter.choose import choose_interpreter
from panther_engine.running.interpreter.python_version import reads_newer_syntax
from panther_engine.running.jobs.report import RunOptions
from panther_engine.running.jobs.warm_up import WarmWorkers, warm_up
from panther_engine.text.clean import clean_line
from panther_tui.cli.streams import say
from panther_tui.settings.config import load_config

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class InsightRequest:
    """What a command line asks for. None: whatever the settings say."""

    paths: tuple[str, ...] = ()
    test: str | None = None
    """A test's name, or a part of it."""
    python: str | None = None
    timeout: float | None = None
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class Workplace:
    """A repository with workers for it, and the tests that are asked for."""

    repository: Repository
    python: str
    chosen: dict[str, frozenset[int]]
    """Places of tests by spec; a policy without tests has none."""
    workers: WarmWorkers
    places: int | None
    allowed_variables: tuple[str, ...] = ()

    def run(self, work: Callable[[InsightJobs], Awaitable[T]]) -> T:
        """Do work with the workers. Blocks."""

        async def run() -> T:
            async with InsightJobs(self.repository, self.workers, self.places) as jobs:
                return await work(jobs)

        found = asyncio.run(run())
        for notice in self.workers.notices:
            warn(notice)
        return found

    @property
    def policy_ids(self) -> dict[str, str]:
        """By spec."""
        return {spec: policy.id for spec, policy in self.repository.policies.items()}

    def on_broken(self, spec: str, failure: Failure) -> None:
        """Tell why nothing can be found out of a policy: its body cannot be imported."""
        warn(f"{spec}: {failure.type}: {failure.message}")


@contextmanager
def workplace(request: InsightRequest, here: Path) -> Iterator[Workplace]:
    """What a request needs.

    Raises SelectionError, InterpreterError, OSError: what was asked for is not there.
    """
    selection = resolve(request.paths, here, lambda root: load_pat_settings(root).path)
    root = selection.root
    settings = load_pat_settings(root)
    config, _ = load_config(root)
    options = RunOptions(
        timeout=request.timeout or config.timeout,
        memory=config.memory,
        network=config.network,
        allowed_variables=config.environment,
        available_destinations=settings.available_destination,
    )
    interpreter = choose_interpreter(root, request.python, config.python or None, os.environ)
    for said in interpreter.broken:
        warn(said)
    python = interpreter.path
    workers = warm_up(root, python, options)
    try:
        repository = load_repository(
            root, selection.scopes, settings, check_syntax=not reads_newer_syntax(python)
        )
        choice = choose(selection, repository)
        chosen = {}
        for spec, policy in choice.policies.items():
            whole = repository.policies[spec]
            if whole.invalid:
                found = next(one for one in whole.diagnostics if one.severity is Level.ERROR)
                warn(f"{found.path}:{found.line}: {found.message}")
                continue
            lines = {test.line for test in policy.tests}
            chosen[spec] = frozenset(
                at for at, test in enumerate(whole.tests) if test.line in lines
            )
        if request.test is not None:
            chosen = _named(chosen, repository, request.test)
        if not chosen:
            where = ", ".join(target.typed or target.path for target in selection.targets)
            raise SelectionError(f"no policy that can run in {where}")
        places = request.workers or config.workers or None
        yield Workplace(repository, python, chosen, workers, places, config.environment)
    finally:
        workers.close()


def _named(
    chosen: dict[str, frozenset[int]], repository: Repository, name: str
) -> dict[str, frozenset[int]]:
    """Only tests of this name; if there is none, those whose name holds it, whatever its case."""

    def keep(wanted: Callable[[str], bool]) -> dict[str, frozenset[int]]:
        kept = {
            spec: frozenset(at for at in tests if wanted(repository.policies[spec].tests[at].name))
            for spec, tests in chosen.items()
        }
        return {spec: tests for spec, tests in kept.items() if tests}

    found = keep(lambda one: one == name) or keep(lambda one: name.casefold() in one.casefold())
    if not found:
        names = {test.name for spec in chosen for test in repository.policies[spec].tests}
        raise SelectionError(f'no test is called "{name}"' + nearest_names(name, names))
    return found


def warn(text: str) -> None:
    """Tell something beside the report."""
    say(f"{WARN_MARK} {clean_line(text)}\n", sys.stderr)
