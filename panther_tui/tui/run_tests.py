"""`panther-tui test`: one run without a screen, its report and the exit code."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from panther_tui.engine import last_failed
from panther_tui.engine.events import Event, Notice
from panther_tui.engine.headless import HeadlessRun
from panther_tui.engine.interpreter import Interpreter, choose_interpreter
from panther_tui.engine.job import Limits
from panther_tui.engine.model import Level, Policy
from panther_tui.engine.places import Selection, SelectionError, resolve
from panther_tui.engine.python_version import reads_newer_syntax
from panther_tui.engine.report.clean import clean_line
from panther_tui.engine.report.paint import WARN_MARK, Paint
from panther_tui.engine.report.progress import Progress, wants_progress
from panther_tui.engine.repository import Repository, facts_of, load_repository
from panther_tui.engine.run_report import RunOptions, RunReport
from panther_tui.engine.select import (
    Choice,
    choose,
    keep_exact_names,
    keep_failed,
    keep_names,
    keep_policies,
    lines_of,
)
from panther_tui.engine.settings import (
    Filter,
    PatSettings,
    load_pat_settings,
    matches,
    parse_filters,
)
from panther_tui.tui.config import Config, load_config
from panther_tui.tui.say import say, wants_colour, write_report

ALL_PASSED = 0
SOMETHING_FAILED = 1
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class TestRequest:
    """What a command line asks for. None: whatever the settings say."""

    __test__ = False

    paths: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    failed: bool = False
    minimum_tests: int | None = None
    skip_disabled: bool | None = None
    destinations: tuple[str, ...] = ()
    format: str = "text"
    output: Path | None = None
    workers: int | None = None
    timeout: float | None = None
    memory: int | None = None
    network: bool | None = None
    python: str | None = None
    fail_fast: bool = False
    watch: bool = False
    verbosity: int = 0


def run_tests(request: TestRequest, here: Path) -> int:
    """Run what is asked for and report it; returns the exit code.

    Raises:
        SelectionError, FilterError, InterpreterError, OSError: what was asked for is not there.
    """
    filters = parse_filters(request.filters)
    selection = resolve(request.paths, here, lambda root: load_pat_settings(root).path)
    root = selection.root
    settings = load_pat_settings(root)
    config, faults = load_config(root)
    options = RunOptions(
        python=request.python or config.python or None,
        timeout=request.timeout or config.timeout,
        workers=request.workers or config.workers or None,
        memory=config.memory if request.memory is None else request.memory,
        network=config.network if request.network is None else request.network,
        allowed_variables=config.environment,
        available_destinations=request.destinations or settings.available_destination,
        minimum_tests=(
            settings.minimum_tests if request.minimum_tests is None else request.minimum_tests
        ),
        fail_fast=request.fail_fast,
    )
    python = choose_interpreter(root, request.python, config.python or None, os.environ)
    if request.watch:
        return _watch(request, selection, settings, filters, options, config, python)
    run = HeadlessRun(root, python.path, options)  # its workers warm up while we read
    try:
        repository = load_repository(
            root,
            selection.scopes,
            settings,
            check_syntax=not reads_newer_syntax(python.path),
        )
        memory = last_failed.memory_path(str(root))
        choice = _choose(request, selection, repository, settings, filters, memory)
        report = _run(request, run, repository, choice, settings)
    finally:
        run.close()
    last_failed.remember(memory, report)
    report = replace(report, diagnostics=(*choice.diagnostics, *faults))
    _tell(request, report, here, f"{python.path} ({python.reason})")
    if report.interrupted:
        return INTERRUPTED
    return ALL_PASSED if report.passed else SOMETHING_FAILED


def _watch(
    request: TestRequest,
    selection: Selection,
    settings: PatSettings,
    filters: tuple[Filter, ...],
    options: RunOptions,
    config: Config,
    python: Interpreter,
) -> int:
    """Run what is asked for again and again, as files change."""
    from panther_tui.engine.session import SessionOptions
    from panther_tui.tui.watch_lines import watch

    repository = load_repository(selection.root, selection.scopes, settings)
    memory = last_failed.memory_path(str(selection.root))
    choice = _choose(request, selection, repository, settings, filters, memory)
    narrowed = request.filters or request.names or request.failed or settings.filters
    files = any((selection.root / target.path).is_file() for target in selection.targets)
    return watch(
        SessionOptions(
            root=selection.root,
            python=python.path,
            python_reason=python.reason,
            scopes=selection.scopes,
            settings=settings,
            limits=Limits(options.timeout, options.memory << 20, options.network),
            places=options.workers,
            destinations=options.available_destinations,
            allowed_variables=options.allowed_variables,
            minimum_tests=options.minimum_tests,
            poll=config.poll is True,
            only=frozenset(choice.policies) if narrowed or files else None,
        )
    )


def _choose(
    request: TestRequest,
    selection: Selection,
    repository: Repository,
    settings: PatSettings,
    filters: tuple[Filter, ...],
    memory: Path,
) -> Choice:
    """Apply everything that narrows a run. Raises SelectionError if nothing at all is left."""
    choice = choose(selection, repository)
    if not choice.policies:
        if any(found.severity is Level.ERROR for found in choice.diagnostics):
            return choice
        where = ", ".join(target.typed or target.path for target in selection.targets)
        raise SelectionError(
            f"nothing to test in {where}: no policy lies there or is affected by it"
            " (a policy is a .yml file with `AnalysisType: policy`)"
        )
    wanted = filters or settings.filters
    if wanted:

        def is_wanted(policy: Policy) -> bool:
            facts = facts_of(repository, policy.spec)
            return all(matches(one, facts) for one in wanted)

        choice = keep_policies(choice, is_wanted)
        if not choice.policies:
            raise SelectionError("nothing to test: no policy passes the filter")
    if request.names:
        choice = keep_names(choice, request.names)
    elif settings.test_names:
        choice = keep_exact_names(choice, settings.test_names)
        if not choice.policies:
            raise SelectionError("nothing to test: no test has a name that `test_names` lists")
    if request.failed:
        choice = keep_failed(choice, last_failed.recall(memory))
        if not choice.policies:
            raise SelectionError("nothing to test: none of these failed when it last ran")
    return choice


def _run(
    request: TestRequest,
    run: HeadlessRun,
    repository: Repository,
    choice: Choice,
    settings: PatSettings,
) -> RunReport:
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
            repository, specs, on_event, skipped=skipped, lines=lines_of(choice, repository)
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
            say(document)
            return
        write_report(request.output, document)
    from panther_tui.engine.report.text import render_text

    def text(colour: bool) -> str:
        return render_text(report, Paint(colour), request.verbosity, str(here))

    if request.format == "text" and request.output is not None:
        write_report(request.output, text(False))
    if request.verbosity > 0:
        say(f"python {clean_line(python)}\n\n")
    say(text(wants_colour(sys.stdout)))


def _document(name: str, report: RunReport) -> str:
    if name == "json":
        from panther_tui.engine.report.json import render_json

        return render_json(report)
    if name == "junit":
        from panther_tui.engine.report.junit import render_junit

        return render_junit(report)
    from panther_tui.engine.report.github import render_github
    from panther_tui.engine.report.text import summary_line

    return f"{render_github(report)}{summary_line(report, Paint())}\n"
