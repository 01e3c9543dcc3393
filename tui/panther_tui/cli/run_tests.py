"""`panther-tui test`: makes out what is asked for, and starts workers before it imports more."""

from __future__ import annotations

import os
from pathlib import Path

from panther_engine.reading.repository.pat_settings import load_pat_settings
from panther_engine.reading.selection.filters import parse_filters
from panther_engine.reading.selection.targets import resolve
from panther_engine.running.interpreter.choose import choose_interpreter
from panther_engine.running.jobs.report import RunOptions
from panther_engine.running.jobs.warm_up import warm_up
from panther_tui.cli.run_request import Asked
from panther_tui.cli.run_request import TestRequest as TestRequest
from panther_tui.settings.config import load_config

INTERRUPTED = 130


def run_tests(request: TestRequest, here: Path) -> int:
    """Run what is asked for and report it; returns the exit code.

    Raises:
        SelectionError, FilterError, InterpreterError, OSError: what was asked for is not there.
    """
    asked = _ask(request, here)
    if request.watch:
        from panther_tui.cli.run_watched import run_watched

        return run_watched(asked)
    workers = warm_up(asked.selection.root, asked.python.path, asked.options)
    try:
        from panther_tui.cli.run_once import run_once

        code = run_once(asked, workers)
    finally:
        workers.close()
    if request.coverage is not None and code != INTERRUPTED:
        from panther_tui.cli.insight.run_coverage import write_coverage

        write_coverage(asked, request.coverage)
    return code


def _ask(request: TestRequest, here: Path) -> Asked:
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
    return Asked(request, here, selection, filters, settings, config, faults, options, python)
