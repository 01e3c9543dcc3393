"""Remembers how long policies took, so that the next run can start with the slowest."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from panther_engine.reading.storage.files import cache_file
from panther_engine.reading.storage.kept import Tell, load_json, save_json
from panther_engine.running.jobs.report import RunReport

VERSION = 1
"""Of the file; what another version wrote is not used."""
LONG_MS = 100.0
"""From this duration on it matters when a policy begins."""


def durations_file(root: Path) -> Path:
    """Where the durations of the repository at `root` are kept."""
    return cache_file("durations", root)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The file: milliseconds by spec path."""

    version: int
    milliseconds: dict[str, float]


def load_durations(file: Path, tell: Tell) -> Mapping[str, float]:
    """Milliseconds by spec path, of those that took long.

    `tell` is called with a sentence if the file had to be discarded.
    """
    kept = load_json(file, _Kept, VERSION, tell)
    return {spec: ms for spec, ms in kept.milliseconds.items() if ms < math.inf} if kept else {}


def save_durations(file: Path, report: RunReport, tell: Tell) -> None:
    """Add what a run took; policies that it did not run keep theirs. Does not raise."""
    known = load_durations(file, tell)
    ran = {result.spec: result.duration_ms for _, result in report.policies if result.results}
    kept = {spec: round(ms) for spec, ms in {**known, **ran}.items() if ms >= LONG_MS}
    if kept.keys() != known.keys():
        with contextlib.suppress(OSError):  # a run that cannot be remembered is still a run
            save_json(file, {"version": VERSION, "milliseconds": kept})
