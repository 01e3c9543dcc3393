"""Remembers which tests failed, in one file per repository in the user's cache directory."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from panther_engine.model import Outcome, Status
from panther_engine.reading.storage.files import cache_file
from panther_engine.reading.storage.kept import Tell, load_json, save_json
from panther_engine.running.jobs.report import RunReport

VERSION = 1
"""Of the file; what another version wrote is not used."""


def failed_file(root: str) -> Path:
    """Where the failures of the repository at the absolute path `root` are kept."""
    return cache_file("last-failed", Path(root))


@dataclass(frozen=True, slots=True)
class _Kept:
    """The file: names of failed tests by spec path."""

    version: int
    failed: dict[str, tuple[str, ...]]


def load_failed(path: Path, tell: Tell) -> Mapping[str, tuple[str, ...]]:
    """Names of failed tests by spec path; none for an invalid policy.

    `tell` is called with a sentence if the file had to be discarded.
    """
    kept = load_json(path, _Kept, VERSION, tell)
    return kept.failed if kept else {}


def save_failed(path: Path, report: RunReport, tell: Tell) -> None:
    """Add what a run says; tests that it did not run keep what is known of them. Does not raise."""
    failed = update(load_failed(path, tell), report)
    with contextlib.suppress(OSError):  # a run that cannot be remembered is still a run
        save_json(path, {"version": VERSION, "root": report.root, "failed": failed})


def update(known: Mapping[str, tuple[str, ...]], report: RunReport) -> dict[str, tuple[str, ...]]:
    """What is known after a run. Specs that are gone from the repository are forgotten."""
    failed = {spec: names for spec, names in known.items() if Path(report.root, spec).exists()}
    for policy, result in report.policies:
        if result.status is Status.INVALID:
            failed[policy.spec] = ()
        elif result.status in (Status.PASSED, Status.FAILED):
            ran = {test.name for test in result.results}
            names = [name for name in failed.pop(policy.spec, ()) if name not in ran]
            names += [test.name for test in result.results if test.outcome is not Outcome.PASSED]
            if names:
                failed[policy.spec] = tuple(dict.fromkeys(names))
            elif result.status is Status.FAILED:
                failed[policy.spec] = ()
        elif result.status is Status.UNTESTED and not policy.tests:
            failed.pop(policy.spec, None)
    return failed
