"""From a save of a helper that 43 policies import to all their verdicts on the screen."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.app import opened
from tests.benchmarks.figure import Figure, percentile
from tests.benchmarks.saving import time_saves
from tests.benchmarks.workplace import Workplace

HELPER = "global_helpers/panther_base_helpers.py"
BUG = "\n\ndef deep_get(*args, **options):\n    raise LookupError('deep_get')\n"
ROUNDS = 10


def measure(workplace: Workplace) -> Iterator[Figure]:
    """The helper is broken and mended by turns."""
    helper = workplace.checkout / HELPER
    with opened(workplace) as terminal:
        times = time_saves(terminal, helper, helper.read_text("utf-8") + BUG, ROUNDS)
    milliseconds = [spent * 1000 for spent in times]
    more = {"saves": len(times), "worst": round(max(milliseconds), 1)}
    yield Figure("helper-saved-all-painted", percentile(milliseconds, 0.5), "ms", 400, 150, more)
