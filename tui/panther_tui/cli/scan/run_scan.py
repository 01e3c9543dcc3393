"""`panther-tui scan`: an inventory judged."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from panther_engine import (
    Cluster,
    Paint,
    ScanInterruptedError,
    ScanProgress,
    ScanRequest,
    at_least,
    check_exports,
    export_scan,
    found_severities,
    plan_scan,
    render_plan,
    render_scan,
    scan_inventory,
)
from panther_tui.cli.insight.insight_request import InsightRequest
from panther_tui.cli.scan.interrupting import ended_as_interrupted
from panther_tui.cli.streams import say, say_document, wants_colour, warn
from panther_tui.settings.config import load_config

BROKEN = 2
PAINTED_EACH = 0.1
"""Seconds between two pictures of how far it is."""


@dataclass(frozen=True, slots=True)
class ScanCall:
    """The options of a call."""

    inventory: tuple[str, ...]
    policies: tuple[str, ...]
    filters: tuple[str, ...]
    disabled: bool
    partial: bool
    fail_on: str
    rows: int
    exports: tuple[Path, ...]
    quiet: bool
    format_name: Literal["text", "json"]
    timeout: float | None
    workers: int | None
    python: str | None
    trust: bool | None = None
    no_ignores: bool = False
    baseline: Path | None = None
    extend_baseline: bool = False
    cluster: Cluster | None = None
    mappings: tuple[Path, ...] = ()
    resume: bool = False
    since: str = ""
    keep_inventory: bool = False


class ProgressLine:
    """One line on a terminal's standard error that says how far a scan is; nothing elsewhere."""

    def __init__(self, wanted: bool) -> None:
        self._on = wanted and sys.stderr.isatty()
        self._last = 0.0

    def __call__(self, progress: ScanProgress) -> None:
        """Paint it, if it was not just painted."""
        now = time.monotonic()
        if self._on and now - self._last > PAINTED_EACH:
            self._last = now
            if progress.shards is not None:
                done, total = progress.shards
                say(f"\r\x1b[K{done:,} of {total:,} shards are back", sys.stderr)
                return
            left = f"{progress.seconds_left:,.0f} s left" if progress.rate else "starting"
            say(
                f"\r\x1b[K{progress.evaluated:,} of {progress.total:,} evaluations"
                f" · {progress.rate:,.0f} a second · {left}"
                f" · {progress.failed:,} do not pass",
                sys.stderr,
            )

    def clear(self) -> None:
        """Take it away."""
        if self._on:
            say("\r\x1b[K", sys.stderr)


def _mappings(root: Path, trust: bool | None) -> tuple[Path, ...]:
    return tuple(map(Path, load_config(root, trust=trust)[0].mappings))


def run_scan(call: ScanCall, here: Path, plan: bool) -> int:
    """Scan, or only plan; returns the exit code.

    1 if something of that severity was found, else 2 if a policy could not be evaluated.

    Raises SelectionError, FilterError, InterpreterError, StoreError, UnknownExportError, OSError.
    """
    request = ScanRequest(
        call.inventory,
        call.policies,
        call.filters,
        call.disabled,
        call.partial,
        keep=lambda root: load_config(root)[0].kept_scans,
        mappings=lambda root: call.mappings or _mappings(root, call.trust),
        ignores=None if call.no_ignores else lambda root: load_config(root)[0].ignores,
        baseline=None if call.no_ignores else call.baseline,
        extend=call.extend_baseline,
        cluster=call.cluster,
        since=call.since,
        resume=call.resume,
        keep_inventory=call.keep_inventory,
    )
    options = InsightRequest(
        python=call.python, timeout=call.timeout, workers=call.workers, trust=call.trust
    )
    paint = Paint(wants_colour(sys.stdout))
    if plan:
        text = render_plan(plan_scan(request, here, options.prepare), call.format_name, paint)
        (say_document if call.format_name == "json" else say)(text)
        return 0
    check_exports(call.exports, call.inventory)
    line = ProgressLine(not call.quiet)
    try:
        with ended_as_interrupted():
            scanned = scan_inventory(request, here, options.prepare, line)
    except ScanInterruptedError as error:
        line.clear()
        warn(str(error))
        raise
    finally:
        line.clear()
    try:
        text = render_scan(scanned, call.format_name, paint, call.rows)
        if call.format_name == "json":
            say_document(text)
        else:
            say(text.splitlines(keepends=True)[-1] if call.quiet else text)
        for file in call.exports:
            for told in export_scan(scanned, file):
                warn(told)
        if call.fail_on == "never":
            return 0
        if found_severities(scanned) & at_least(call.fail_on.capitalize()):
            return 1
        return BROKEN if scanned.planned.plan.broken else 0
    finally:
        scanned.store.close()
