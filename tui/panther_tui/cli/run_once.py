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
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.parse_cache import ParsedFile
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.selection.select import Choice, lines_of
from panther_engine.report.paint import WARN_MARK, Paint
from panther_engine.report.progress import Progress, wants_progress
from panther_engine.running.interpreter.python_version import reads_newer_syntax
from panther_engine.running.jobs.report import RunReport
from panther_engine.running.jobs.warm_up import WarmWorkers
from panther_engine.storage.gc_pause import collect_from_now_on
from panther_engine.text.clean import clean_line
from panther_tui.cli.narrow import narrow
from panther_tui.cli.run_request import Asked, TestRequest
from panther_tui.cli.streams import say, say_document, wants_colour, write_report

ALL_PASSED = 0
SOMETHING_FAILED = 1
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
    choice = narrow(asked, repository, memory)
    times = durations_file(root)
    report = _run(asked, workers, repository, choice, recall_durations(times))
    last_failed.remember(memory, report)
    remember_durations(times, report)
    report = replace(report, diagnostics=(*choice.diagnostics, *asked.faults))
    python = f"{asked.python.path} ({asked.python.reason})"
    _tell(asked.request, report, asked.here, python)
    with contextlib.suppress(OSError):  # the next run parses it again
        parsed_file.remember(parsed)
    if report.interrupted:
        return INTERRUPTED
    return ALL_PASSED if report.passed else SOMETHING_FAILED


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
    if request.format != "text":
        document = _document(request.format, report)
        if request.output is None:
            say_document(document)
            return
        write_report(request.output, document)
    from panther_engine.report.text import render_text

    def text(colour: bool) -> str:
        return render_text(report, Paint(colour), request.verbosity, str(here))

    if request.format == "text" and request.output is not None:
        write_report(request.output, text(False))
    if request.verbosity > 0:
        say(f"python {clean_line(python)}\n\n")
    say(text(wants_colour(sys.stdout)))


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
