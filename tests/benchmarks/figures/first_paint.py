"""How soon the app shows the policies, and all results."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.app import TREE_ENTRY, start
from tests.benchmarks.figure import Figure, median
from tests.benchmarks.workplace import Workplace, empty_home

ROUNDS = 7


def measure(workplace: Workplace) -> Iterator[Figure]:
    """From the start of the process, with nothing remembered from an earlier session."""
    painted, complete = [], []
    for _ in range(ROUNDS):
        with empty_home() as home, start(workplace, Path(home)) as terminal:
            shown, _ = terminal.wait_for(TREE_ENTRY)
            painted.append(shown - terminal.started)
            shown, _ = terminal.wait_for(r"390 passed")
            complete.append(shown - terminal.started)
    more = {"rounds": ROUNDS}
    yield Figure("first-paint", median(painted), "s", 0.6, 0.4, more)
    yield Figure("all-results-painted", median(complete), "s", 2.0, 1.5, more)
