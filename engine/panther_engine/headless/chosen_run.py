"""Runs the requested tests once, and keeps what the next run can use."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from panther_engine.events import Event
from panther_engine.headless.narrow import narrow
from panther_engine.headless.remembered.durations import (
    durations_file,
    load_durations,
    save_durations,
)
from panther_engine.headless.remembered.last_failed import failed_file, save_failed
from panther_engine.headless.request import Asked
from panther_engine.headless.run import HeadlessRun, Part
from panther_engine.model import Diagnostic, Status
from panther_engine.reading.repository.load import read_in_steps
from panther_engine.reading.repository.parse_cache import ParsedFile
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.repository.walk.discover import SETTINGS_NAME
from panther_engine.reading.selection.notes import Note
from panther_engine.reading.selection.select import Choice, lines_of
from panther_engine.reading.selection.targets import NothingFoundError, Selection, is_under
from panther_engine.reading.storage.gc_pause import collect_from_now_on
from panther_engine.report.text.words import count_of
from panther_engine.running.interpreter.choose import Interpreter
from panther_engine.running.interpreter.python_version import reads_newer_syntax
from panther_engine.running.jobs.report import RunReport
from panther_engine.running.jobs.warm_up import WarmWorkers


class ChosenRun:
    """Reads the checkout, chooses the tests and runs them once."""

    def __init__(self, asked: Asked, faults: tuple[Diagnostic, ...] = ()) -> None:
        """`faults` are findings of the caller's that the report is to hold."""
        self._asked = asked
        self._faults = faults
        self.discarded: list[str] = []
        """A sentence for each file of the cache that was not ours or damaged."""
        root, scopes = asked.selection.root, asked.selection.scopes
        check_syntax = not reads_newer_syntax(asked.python.path, root)
        self._check_syntax = check_syntax
        self._parsed_file = ParsedFile(root, scopes, check_syntax)
        self._parsed = self._parsed_file.load(self._tell)

    def run(self, workers: WarmWorkers, on_event: Callable[[Event], None]) -> RunReport:
        """Read the checkout and run the tests; what failed and how long it took is remembered.

        The first few policies run while the others are read. Blocks; `on_event` is called on this
        thread, and ctrl+c gives what is known by then. Raises NothingFoundError, with notes that
        say why, if nothing is left to run.
        """
        asked = self._asked
        root = asked.selection.root
        times = durations_file(root)
        run = HeadlessRun(root, asked.options, workers)
        durations = load_durations(times, self._tell)
        report = run.run_parts(self._read(), on_event, durations=durations)
        choice = self._choice
        save_failed(failed_file(str(root)), report, self._tell)
        save_durations(times, report, self._tell)
        notes = (*choice.notes, *note_broken(asked.python), *_unrun(asked, choice, report))
        return replace(report, diagnostics=(*choice.diagnostics, *self._faults), notes=notes)

    def _read(self) -> Iterator[Part | None]:
        asked = self._asked
        selection = asked.selection
        steps = read_in_steps(
            selection.root,
            selection.scopes,
            asked.settings,
            check_syntax=self._check_syntax,
            parsed=self._parsed,
            wanted=_is_in(selection) if _wants_everything(asked) else None,
        )
        while True:
            try:
                head = next(steps)
            except StopIteration as ended:
                yield self._choose(ended.value)
                return
            yield None if head is None else Part(head, tuple(head.policies), whole=False)

    def _choose(self, repository: Repository) -> Part:
        asked = self._asked
        collect_from_now_on()
        self._generation = repository.generation
        choice = narrow(asked, repository, failed_file(str(asked.selection.root)))
        skips = asked.request.skip_disabled
        if skips is None:
            skips = asked.settings.skip_disabled_tests
        skipped = [spec for spec, it in choice.policies.items() if skips and not it.enabled]
        self._choice = choice
        return Part(
            repository,
            [spec for spec in choice.policies if spec not in set(skipped)],
            skipped,
            lines_of(choice, repository),
        )

    def report_nothing(self, nothing: NothingFoundError) -> RunReport:
        """The report of a run of nothing, so that no older one is taken for it."""
        return RunReport(
            root=str(self._asked.selection.root),
            python=self._asked.python.path,
            generation=self._generation,
            policies=(),
            diagnostics=self._faults,
            seconds=0.0,
            notes=(Note("nothing-tested", nothing.message), *nothing.notes),
        )

    def remember(self) -> None:
        """Keep what was parsed for the next run. Can wait until the report was told."""
        with contextlib.suppress(OSError):  # the next run parses it again
            self._parsed_file.save(self._parsed)

    def _tell(self, discarded: str) -> None:
        if discarded not in self.discarded:
            self.discarded.append(discarded)


def _wants_everything(asked: Asked) -> bool:
    """Whether each policy below the folders that were named is sure to run, with all its tests."""
    request, settings, options = asked.request, asked.settings, asked.options
    return not (
        asked.filters
        or settings.filters
        or request.names
        or request.tests
        or settings.test_names
        or options.test_names
        or request.failed
        or request.skip_disabled
        or settings.skip_disabled_tests
        or options.fail_fast
    ) and all(target.folder and not target.stands_for_helpers for target in asked.selection.targets)


def _is_in(selection: Selection) -> Callable[[str], bool]:
    return lambda spec: any(is_under(spec, target.path) for target in selection.targets)


def note_broken(python: Interpreter) -> tuple[Note, ...]:
    """What else would have been taken to run the policies, and why it was not."""
    return tuple(Note("broken-environment", said) for said in python.broken)


def _unrun(asked: Asked, choice: Choice, report: RunReport) -> tuple[Note, ...]:
    """Why some of what was chosen did not run, and that nothing did."""
    notes: list[Note] = []
    told = {policy.spec: result.status for policy, result in report.policies}
    skipped = tuple(spec for spec, status in told.items() if status is Status.SKIPPED)
    if skipped:
        by = "--skip-disabled"
        if asked.request.skip_disabled is None:
            by = f"`skip_disabled_tests` in {SETTINGS_NAME}"
        message = f"{count_of(len(skipped), 'disabled policy')} left out by {by}"
        notes.append(Note("disabled", message, skipped))
    missed = tuple(spec for spec in choice.policies if spec not in told)
    if missed:
        code, why = "fail-fast", "--fail-fast ended the run at the first failure"
        if report.interrupted:
            code, why = "interrupted", "the run was interrupted"
        notes.append(Note(code, f"{count_of(len(missed), 'policy')} not run: {why}", missed))
    if report.tested_nothing and not report.interrupted:
        untested = tuple(spec for spec, status in told.items() if status is Status.UNTESTED)
        why = f": {count_of(len(untested), 'policy')} without tests" if untested else ""
        notes.append(Note("nothing-tested", f"no test ran{why}", untested))
    return tuple(notes)
