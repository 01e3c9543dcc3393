"""Remembers how long policies took, so that the next run can start with the slowest."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from panther_engine.running.jobs.report import RunReport
from panther_engine.storage.decode import ShapeError, mapping, number
from panther_engine.storage.files import cache_file, read_json, write_json

LONG_MS = 100.0
"""From this duration on it matters when a policy begins."""


def durations_file(root: Path) -> Path:
    """Where the durations of the repository at `root` are kept."""
    return cache_file("durations", root)


def recall_durations(file: Path) -> Mapping[str, float]:
    """Milliseconds by spec path, of those that took long. Empty if unreadable."""
    try:
        return {spec: number(it) for spec, it in mapping(read_json(file)).items()}
    except ShapeError:
        return {}


def remember_durations(file: Path, report: RunReport) -> None:
    """Add what a run took; policies that it did not run keep theirs. Does not raise."""
    known = recall_durations(file)
    ran = {result.spec: result.duration_ms for _, result in report.policies if result.results}
    kept = {spec: round(ms) for spec, ms in {**known, **ran}.items() if ms >= LONG_MS}
    if kept.keys() != known.keys():
        with contextlib.suppress(OSError):  # a run that cannot be remembered is still a run
            write_json(file, dict(kept))
