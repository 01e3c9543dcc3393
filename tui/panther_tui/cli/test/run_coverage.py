"""`panther-tui test --coverage FILE`: writes what the tests that ran reach."""

from __future__ import annotations

from pathlib import Path

import click

from panther_engine import Asked, cover_tests
from panther_tui.cli.streams import warn, write_report

ENDINGS = (".json", ".info", ".lcov")


def check_coverage_file(file: Path) -> None:
    """Refuse a file whose ending says no format. Raises click.BadParameter."""
    if file.suffix.lower() not in ENDINGS:
        raise click.BadParameter(
            f"{file} says no format: end it in .json, or in .info or .lcov for LCOV",
            param_hint="--coverage",
        )


def write_coverage(asked: Asked, file: Path) -> None:
    """Run the tests that were asked for once more, and write what they reach. Raises OSError."""
    form = file.suffix.lower()
    write_report(file, cover_tests(asked, "json" if form == ".json" else "lcov", warn))
