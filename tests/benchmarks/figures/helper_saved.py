"""From a save of a helper that 43 policies import to all their verdicts on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.app import opened
from tests.benchmarks.figure import Figure, percentile
from tests.benchmarks.saving import save, time_saves
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.workplace import Workplace

HELPER = "global_helpers/panther_base_helpers.py"
BUG = "\n\ndef deep_get(*args, **options):\n    raise LookupError('deep_get')\n"
ROUNDS = 10


def measure(workplace: Workplace) -> Iterator[Figure]:
    """The helper is broken and mended by turns."""
    helper = workplace.checkout / HELPER
    broken = helper.read_text("utf-8") + BUG
    with opened(workplace) as terminal:
        first = [spent * 1000 for spent in _time_first(terminal, helper, broken)]
        times = time_saves(terminal, helper, broken, ROUNDS)
    milliseconds = [spent * 1000 for spent in times]
    more = {"saves": len(first), "worst": round(max(first), 1)}
    yield Figure("helper-saved-first-painted", percentile(first, 0.5), "ms", 60, 25, more)
    more = {"saves": len(times), "worst": round(max(milliseconds), 1)}
    yield Figure("helper-saved-all-painted", percentile(milliseconds, 0.5), "ms", 400, 150, more)


def _time_first(terminal: Terminal, helper: Path, broken: str) -> Iterator[float]:
    """Seconds from each break to the first test that errs for it on the screen."""
    good = helper.read_text("utf-8")
    for _ in range(ROUNDS // 2):
        terminal.wait_until_quiet(0.5)
        terminal.forget()
        began = save(helper, broken, by_rename=True)
        shown, _ = terminal.wait_for(r"[1-9]\d* errored")
        yield shown - began
        terminal.wait_until_quiet(0.5)
        save(helper, good, by_rename=True)
