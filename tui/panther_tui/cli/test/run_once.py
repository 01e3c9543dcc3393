"""`panther-tui test`: one run, its progress, its report and the exit code."""

from __future__ import annotations

import sys

from panther_engine import (
    WARN_MARK,
    Asked,
    ChosenRun,
    NothingFoundError,
    Paint,
    Progress,
    RunReport,
    WarmWorkers,
    clean_line,
    clean_text,
    render_report,
    wants_progress,
)
from panther_engine.events import Event, Notice
from panther_engine.model import Diagnostic
from panther_tui.cli.streams import say, say_document, wants_colour, write_report
from panther_tui.cli.test.run_request import TestRequest

ALL_PASSED = 0
SOMETHING_FAILED = 1
NOTHING_TESTED = 2
INTERRUPTED = 130


def run_once(
    request: TestRequest, asked: Asked, workers: WarmWorkers, faults: tuple[Diagnostic, ...]
) -> int:
    """Run what is asked for and report it; returns the exit code. Raises SelectionError."""
    run = ChosenRun(asked, faults)
    try:
        report = _run(run, request, workers)
    except NothingFoundError as nothing:
        if request.format != "text" or request.output is not None:
            _write(request, run.report_nothing(nothing))
        if request.allow_empty:
            say(f"{WARN_MARK} {clean_text(str(nothing))}\n", sys.stderr)
            return ALL_PASSED
        raise
    _tell(request, report, f"{asked.python.path} ({asked.python.reason})")
    if request.verbosity > 0:
        for sentence in run.discarded:
            say(f"{WARN_MARK} {clean_line(sentence)}\n", sys.stderr)
    run.remember()
    if report.interrupted:
        return INTERRUPTED
    if report.tested_nothing and not request.allow_empty:
        return NOTHING_TESTED
    return ALL_PASSED if report.passed else SOMETHING_FAILED


def _run(run: ChosenRun, request: TestRequest, workers: WarmWorkers) -> RunReport:
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
        report = run.run(workers, on_event)
    finally:
        if progress is not None:
            progress.close()
    for notice in notices:
        say(f"{WARN_MARK} {clean_line(notice.message)}\n", sys.stderr)
    return report


def _tell(request: TestRequest, report: RunReport, python: str) -> None:
    """Print the report, or write it to the file and print it for people."""
    _write(request, report)
    if request.format != "text" and request.output is None:
        return
    if request.verbosity > 0:
        say(f"python {clean_line(python)}\n\n")
    say(_text(request, report, Paint(wants_colour(sys.stdout))))


def _write(request: TestRequest, report: RunReport) -> None:
    """Write the report to the file, or print it if it is for programs."""
    if request.format != "text":
        document = render_report(report, request.format)
        if request.output is None:
            say_document(document)
        else:
            write_report(request.output, document)
    elif request.output is not None:
        write_report(request.output, _text(request, report, Paint()))


def _text(request: TestRequest, report: RunReport, paint: Paint) -> str:
    return render_report(report, paint=paint, verbosity=request.verbosity, here=str(request.here))
