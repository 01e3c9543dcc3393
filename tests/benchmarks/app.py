"""The app on the checkout, with all results on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.terminal import Terminal
from tests.benchmarks.workplace import Workplace, clean_environment, empty_home

COUNTS = r"(?<!\d)(\d+) passed\s+(\d+) failed\s+(\d+) errored"
"""The status bar's counts."""

TREE_ENTRY = r"aws_[a-z0-9_]+_policies"
"""A folder of the policy tree."""


def start(workplace: Workplace, home: Path, at: str = "") -> Terminal:
    """The app, just started, with the cursor on the file `at` of the checkout."""
    environment = clean_environment(home, workplace.python)
    place = str(workplace.checkout / at)
    return Terminal([*workplace.ours, place], workplace.checkout, environment)


@contextmanager
def opened(workplace: Workplace, at: str = "") -> Iterator[Terminal]:
    """The app when it has shown every result and come to rest."""
    with empty_home() as home, start(workplace, Path(home), at) as terminal:
        terminal.wait_for(r"390 passed")
        terminal.wait_until_quiet(1.0)
        yield terminal
