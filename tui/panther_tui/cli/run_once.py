"""One run without a screen: what is chosen, its report and the exit code."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from panther_engine.events import Event, Notice
from panther_engine.headless import last_failed
from panther_engine.headless.durations import durations_file, recall_durations, remember_durations
from panther_engine.headless.run import HeadlessRun
from panther_engine.model import Status
from panther_engine.reading.repository.discover import SETTINGS_NAME
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.parse_cache import ParsedFile
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.selection.notes import Note
from panther_engine.reading.selection.select import Choice, lines_of
from panther_engine.reading.selection.targets import NothingFoundError
from panther_engine.report.paint import WARN_MARK, Paint
from panther_engine.report.progress import Progress, wants_progress
from panther_engine.report.words import count_of
from panther_engine.running.interpreter.choose import Interpreter
from panther_engine.running.interpreter.python_version import reads_newer_syntax
from panther_engine.running.jobs.report import RunReport
from panther_engine.running.jobs.warm_up import WarmWorkers
from panther_engine.storage.gc_pause import collect_from_now_on
from panther_engine.text.clean import clean_line, clean_text
from panther_tui.cli.narrow import narrow
from panther_tui.cli.run_request import Asked, TestRequest
from panther_tui.cli.streams import say, say_document, wants_colour, write_report

ALL_PASSED = 0
SOMETHING_FAILED = 1
NOTHING_TESTED = 2
INTERRUPTED = 130


def run_once(asked: Asked, workers: WarmWorkers) -> int:
    """Run what is asked for and report it; returns the exit code. Raises SelectionError."""
    root, scopes = asked.selection.root, asked.selection.scopes
    check_syntax = not reads_newer_syntax(asked.python.path)
    parsed_file = ParsedFile(root, scopes, check_syntax)
    parsed = parsed_file.recall()
    repository = load_repository(
        root, scopes, asked.settings, check_syntax=check_syntax, parsed=parsed
    )
    collect_from_now_on()
    memory = last_failed.memory_path(str(root))
    try:
        choice = narrow(asked, repository, memory)
    except NothingFoundError as nothing:
        _tell_nothing(asked, repository, nothing)
        if asked.request.allow_empty:
            say(f"{WARN_MARK} {clean_text(str(nothing))}\n", sys.stderr)
            return ALL_PASSED
        raise
    times = durations_file(root)
    report = _run(asked, workers, repository, choice, recall_durations(times))
    last_failed.remember(memory, report)
    remember_durations(times, report)
    notes = (*choice.notes, *note_broken(asked.python), *_unrun(asked, choice, report))
    report = replace(report, diagnostics=(*choice.diagnostics, *asked.faults), notes=notes)
    python = f"{asked.python.path} ({asked.python.reason})"
    _tell(asked.request, report, asked.here, python)
    with contextlib.suppress(OSError):  # the next run parses it again
        parsed_file.remember(parsed)
    if report.interrupted:
        return INTERRUPTED
    if report.tested_nothing and not asked.request.allow_empty:
        return NOTHING_TESTED
    return ALL_PASSED if report.passed else SOMETHING_FAILED


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


def _tell_nothing(asked: Asked, repository: Repository, nothing: NothingFoundError) -> None:
    """Write the report of a run of nothing, so that no older one is taken for it."""
    request = asked.request
    if request.format == "text" and request.output is None:
        return
    report = RunReport(
        root=str(asked.selection.root),
        python=asked.python.path,
        generation=repository.generation,
        policies=(),
        diagnostics=asked.faults,
        seconds=0.0,
        notes=(Note("nothing-tested", nothing.message), *nothing.notes),
    )
    _write(request, report, asked.here)


def _run(
    asked: Asked,
    workers: WarmWorkers,
    repository: Repository,
    choice: Choice,
    durations: Mapping[str, float],
) -> RunReport:
    request, settings = asked.request, asked.settings
    run = HeadlessRun(asked.selection.root, asked.options, workers)
    skips = settings.skip_disabled_tests if request.skip_disabled is None else request.skip_disabled
    skipped = [spec for spec, policy in choice.policies.items() if skips and not policy.enabled]
    specs = [spec for spec in choice.policies if spec not in set(skipped)]
    progress = None
    if request.verbosity >= 0 and wants_progress(sys.stderr):
        progress = Progress(sys.stderr)
    notices: list[Notice] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Notice):
            notices.append(event)
        elif progress is not None:
            progress.on_event(event)

    try:
        report = run.run(
            repository,
            specs,
            on_event,
            skipped=skipped,
            lines=lines_of(choice, repository),
            durations=durations,
        )
    finally:
        if progress is not None:
            progress.close()
    for notice in notices:
        say(f"{WARN_MARK} {clean_line(notice.message)}\n", sys.stderr)
    return report


def _tell(request: TestRequest, report: RunReport, here: Path, python: str) -> None:
    """Print the report, or write it to the file and print it for people."""
    _write(request, report, here)
    if request.format != "text" and request.output is None:
        return
    from panther_engine.report.text import render_text

    if request.verbosity > 0:
        say(f"python {clean_line(python)}\n\n")
    say(render_text(report, Paint(wants_colour(sys.stdout)), request.verbosity, str(here)))


def _write(request: TestRequest, report: RunReport, here: Path) -> None:
    """Write the report to the file, or print it if it is for programs."""
    if request.format != "text":
        document = _document(request.format, report)
        if request.output is None:
            say_document(document)
        else:
            write_report(request.output, document)
    elif request.output is not None:
        from panther_engine.report.text import render_text

        write_report(request.output, render_text(report, Paint(), request.verbosity, str(here)))


def _document(name: str, report: RunReport) -> str:
    if name == "json":
        from panther_engine.report.json import render_json

        return render_json(report)
    if name == "junit":
        from panther_engine.report.junit import render_junit

        return render_junit(report)
    from panther_engine.report.github import render_github
    from panther_engine.report.text import summary_line
    from panther_engine.report.workspace import find_workspace

    annotations = render_github(report, find_workspace(report.root))
    return f"{annotations}{summary_line(report, Paint())}\n"
