"""Loads what is ignored in a checkout: its file of ignores, and a baseline if one is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from panther_engine.model import Diagnostic, Level
from panther_engine.scan.ignores.baseline import read_baseline
from panther_engine.scan.ignores.entries import Ignore, Ignores
from panther_engine.scan.ignores.reading import MALFORMED, read_ignores

IGNORES_FILE = ".panther-tui/ignores.yml"
"""Where a checkout's ignores are, unless the settings say otherwise."""


class NoBaselineError(Exception):
    """The baseline that was named cannot be read; the text says why."""


def load_ignores(
    root: Path, name: str, baseline: Path | None = None, *, today: date, extended: bool = False
) -> Ignores:
    """The ignores in force on a day.

    Args:
        root: of the checkout, which `name` is relative to; an empty name is no file.
        name: of the file of ignores.
        baseline: a file of results that are known.
        today: the day.
        extended: the baseline is about to be added to, and may not be there yet.

    Raises NoBaselineError. A file of ignores that cannot be read is a problem of the result.
    """
    entries: list[Ignore] = []
    problems: list[Diagnostic] = []
    if name:
        try:
            entries, problems = read_ignores(root / name, name)
        except FileNotFoundError as error:
            if name != IGNORES_FILE:
                problems.append(_unreadable(name, error))
        except OSError as error:
            problems.append(_unreadable(name, error))
    if baseline is not None:
        try:
            known, wrong = read_baseline(baseline, str(baseline))
            entries += known
            problems += wrong
        except FileNotFoundError as error:
            if not extended:
                raise NoBaselineError(
                    f"there is no baseline {baseline}: --extend-baseline makes one"
                ) from error
        except OSError as error:
            raise NoBaselineError(f"{baseline}: {error.strerror or error}") from error
    return Ignores(entries, today, problems)


def _unreadable(name: str, error: OSError) -> Diagnostic:
    text = f"{error.strerror or error}: nothing is ignored"
    return Diagnostic(name, 1, 0, Level.WARNING, MALFORMED, text)
