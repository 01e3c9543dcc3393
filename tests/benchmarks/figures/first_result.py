"""How soon a cold headless run shows a first result."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure, median
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.workplace import Workplace, clean_environment, empty_home

ROUNDS = 7
COUNT = r"policies\s+\S+ [1-9]"
"""The progress line with at least one test passed."""


def measure(workplace: Workplace) -> Iterator[Figure]:
    """From the start of the process to the progress line that counts a test."""
    times = []
    with empty_home() as home:
        for _ in range(ROUNDS):
            environment = clean_environment(Path(home))
            with Terminal(workplace.test_ours(), workplace.checkout, environment) as terminal:
                shown, _ = terminal.wait_for(COUNT)
                times.append(shown - terminal.started)
    yield Figure("first-result", median(times), "s", 0.35, 0.15, {"rounds": ROUNDS})
