"""How long `--help` and `--version` take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure, median, rounded
from tests.benchmarks.figures.cold_run import run
from tests.benchmarks.workplace import Workplace, empty_home

ROUNDS = 15


def measure(workplace: Workplace) -> Iterator[Figure]:
    """The slower of the two medians."""
    with empty_home() as home:
        medians = {
            option: median(
                [
                    run([*workplace.ours, option], workplace.checkout, Path(home)).seconds
                    for _ in range(ROUNDS)
                ]
            )
            for option in ("--help", "--version")
        }
    more = {f"{option[2:]}_seconds": rounded(value) for option, value in medians.items()}
    yield Figure("help-time", max(medians.values()), "s", 0.12, 0.06, more)
