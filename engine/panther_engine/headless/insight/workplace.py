"""A checkout with running workers and a selection of tests, for explaining and probing them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from panther_engine.headless.request import select_paths
from panther_engine.insight.explaining import Explained, explain_tests
from panther_engine.insight.runs.debugging import debug_job, debug_test
from panther_engine.insight.runs.running import InsightJobs
from panther_engine.insight.trials.apart import suggest_tests
from panther_engine.insight.trials.mutating import mutate_policies
from panther_engine.insight.trials.probing import probe_policies
from panther_engine.model import Failure, Level
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import load_pat_settings
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.selection.select import choose
from panther_engine.reading.selection.targets import SelectionError
from panther_engine.running.interpreter.choose import Interpreter
from panther_engine.running.interpreter.environment import policy_environment
from panther_engine.running.interpreter.python_version import reads_newer_syntax
from panther_engine.running.jobs.report import RunOptions
from panther_engine.running.jobs.warm_up import WarmWorkers, warm_up
from panther_engine.text.suggest import nearest_names
from panther_engine.values.findings import Mutated, Probed, Suggestion

T = TypeVar("T")

Warn = Callable[[str], None]
"""Takes what is to be told beside the report: one line of a user's text, not yet clean."""

NAMED = 8
"""So many tests are named in a message."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """A repository with workers for it, and the tests that are asked for."""

    repository: Repository
    python: str
    chosen: dict[str, frozenset[int]]
    """Places of tests by spec; a policy without tests has none."""
    workers: WarmWorkers
    options: RunOptions
    warn: Warn

    def explain(self) -> list[Explained]:
        """Why the tests got their verdicts, and what would turn them. Blocks."""
        return self._run(
            lambda jobs: explain_tests(self.repository, self.chosen, jobs, self._on_broken)
        )

    def probe(self) -> list[Probed]:
        """The fields that make a policy raise when they are null. Blocks."""
        return self._run(
            lambda jobs: probe_policies(self.repository, self.chosen, jobs, self._on_broken)
        )

    def mutate(
        self, suggest: bool = False
    ) -> tuple[list[Mutated], dict[tuple[str, int], Suggestion]]:
        """What no test pins down, and with `suggest` tests that would, by spec and number. Blocks.

        A number is that of a survivor in its policy.
        """
        suggestions: dict[tuple[str, int], Suggestion] = {}

        async def mutate(jobs: InsightJobs) -> list[Mutated]:
            found = await mutate_policies(self.repository, self.chosen, jobs, self._on_broken)
            if suggest:
                suggestions.update(await suggest_tests(self.repository, found, jobs))
            return found

        return self._run(mutate), suggestions

    def the_test(self) -> tuple[str, int]:
        """The spec and the place of the one test that was chosen.

        Raises SelectionError when it is not one.
        """
        tests = [(spec, at) for spec, chosen in self.chosen.items() for at in sorted(chosen)]
        if len(tests) == 1:
            return tests[0]
        policies = self.repository.policies
        names = ", ".join(f'"{policies[spec].tests[at].name}"' for spec, at in tests[:NAMED])
        more = " …" if len(tests) > NAMED else ""
        found = f"these match: {names}{more}" if tests else "there is none"
        raise SelectionError(f"name one test with --test; {found}")

    def _run(self, work: Callable[[InsightJobs], Awaitable[T]]) -> T:
        async def run() -> T:
            workers = self.workers
            async with InsightJobs(self.repository, workers, self.options.workers) as jobs:
                return await work(jobs)

        found = asyncio.run(run())
        for notice in self.workers.notices:
            self.warn(notice)
        return found

    def _on_broken(self, spec: str, failure: Failure) -> None:
        self.warn(f"{spec}: {failure.type}: {failure.message}")


@contextmanager
def open_workplace(
    paths: Sequence[str],
    here: Path,
    prepare: Callable[[Path], tuple[RunOptions, Interpreter]],
    warn: Warn,
    *,
    test: str | None = None,
) -> Iterator[Workplace]:
    """A place to find out more about tests; its workers end with the `with` block.

    Args:
        paths: as a user typed them in the directory `here`.
        here: that directory.
        prepare: for the root of the checkout, how to run and with which Python.
        warn: told why something cannot be looked at.
        test: only tests of this name, or with it in theirs.

    Raises SelectionError, InterpreterError, OSError: what was asked for is not there.
    """
    selection = select_paths(paths, here)
    root = selection.root
    settings = load_pat_settings(root)
    options, interpreter = prepare(root)
    for said in interpreter.broken:
        warn(said)
    python = interpreter.path
    workers = warm_up(root, python, options)
    try:
        repository = load_repository(
            root, selection.scopes, settings, check_syntax=not reads_newer_syntax(python, root)
        )
        chosen: dict[str, frozenset[int]] = {}
        for spec, policy in choose(selection, repository).policies.items():
            whole = repository.policies[spec]
            if whole.invalid:
                found = next(one for one in whole.diagnostics if one.severity is Level.ERROR)
                warn(f"{found.path}:{found.line}: {found.message}")
                continue
            lines = {one.line for one in policy.tests}
            chosen[spec] = frozenset(at for at, one in enumerate(whole.tests) if one.line in lines)
        if test is not None:
            chosen = _named(chosen, repository, test)
        if not chosen:
            where = ", ".join(target.typed or target.path for target in selection.targets)
            raise SelectionError(f"no policy that can run in {where}")
        yield Workplace(repository, python, chosen, workers, options, warn)
    finally:
        workers.close()


def debug_chosen(place: Workplace) -> Callable[[], int]:
    """What debugs the one test that was chosen, once the workplace is closed; gives an exit code.

    Raises SelectionError when it is not one test.
    """
    spec, test = place.the_test()
    repository, python, limits = place.repository, place.python, place.workers.limits
    environment = policy_environment(os.environ, place.options.allowed_variables)
    job = debug_job(repository, spec, test)
    assert job is not None, "the workplace holds policies that can run"
    return lambda: debug_test(repository, job, python, environment, limits)


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
