"""`panther-tui test`: resolves the request, and starts workers before it imports the rest."""

from __future__ import annotations

from panther_engine import (
    Asked,
    RunOptions,
    Sandbox,
    find_python,
    load_pat_settings,
    parse_filters,
    select_paths,
    warm_up,
)
from panther_engine.model import Diagnostic
from panther_tui.cli.test.run_request import TestRequest as TestRequest
from panther_tui.settings.config import load_config
from panther_tui.settings.settings import Config

INTERRUPTED = 130


def run_tests(request: TestRequest) -> int:
    """Run what is asked for and report it; returns the exit code.

    Raises:
        SelectionError, FilterError, InterpreterError, OSError: what was asked for is not there.
    """
    asked, config, faults = _ask(request)
    if request.watch:
        from panther_tui.cli.test.run_watched import run_watched

        return run_watched(asked, poll=config.poll is True)
    workers = warm_up(asked.selection.root, asked.python.path, asked.options)
    try:
        from panther_tui.cli.test.run_once import run_once

        code = run_once(request, asked, workers, faults)
    finally:
        workers.close()
    if request.coverage is not None and code != INTERRUPTED:
        from panther_tui.cli.test.run_coverage import write_coverage

        write_coverage(asked, request.coverage)
    return code


def _ask(request: TestRequest) -> tuple[Asked, Config, tuple[Diagnostic, ...]]:
    """What it comes to, the settings, and what is wrong in them."""
    filters = parse_filters(request.run.filters)
    selection = select_paths(request.run.paths, request.here)
    root = selection.root
    settings = load_pat_settings(root)
    config, faults = load_config(root, trust=request.trust)
    options = RunOptions(
        python=request.python or config.python or None,
        timeout=request.timeout or config.timeout,
        workers=request.workers or config.workers or None,
        memory=config.memory if request.memory is None else request.memory,
        sandbox=Sandbox(config.sandbox),
        read=config.read,
        write=config.write,
        network=config.network if request.network is None else request.network,
        allowed_variables=config.environment,
        available_destinations=request.destinations or settings.available_destination,
        minimum_tests=(
            settings.minimum_tests if request.minimum_tests is None else request.minimum_tests
        ),
        fail_fast=request.fail_fast,
    )
    python = find_python(root, request.python, config.python)
    return Asked(request.run, selection, filters, settings, options, python), config, faults
