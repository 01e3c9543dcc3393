"""From a key to the screen's first answer, and until all that follows from it is drawn."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.benchmarks.app import opened
from tests.benchmarks.figure import Figure, percentile
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.workplace import Workplace

ROUNDS = 100


def measure(workplace: Workplace) -> Iterator[Figure]:
    """Down and up through the policies while nothing runs."""
    with opened(workplace) as terminal:
        terminal.send(b"1")
        terminal.wait_until_quiet(0.5)
        pressed = [_press(terminal, b"jjjjkkkk"[i % 8 : i % 8 + 1]) for i in range(ROUNDS)]
    first = [answered * 1000 for answered, _ in pressed]
    whole = [settled * 1000 for _, settled in pressed]
    more = {
        "keys": ROUNDS,
        "p50": round(percentile(first, 0.5), 1),
        "settled_p50": round(percentile(whole, 0.5), 1),
        "settled_p99": round(percentile(whole, 0.99), 1),
    }
    yield Figure("key-to-paint-p99", percentile(first, 0.99), "ms", 25, 12, more)


def _press(terminal: Terminal, key: bytes) -> tuple[float, float]:
    """Seconds until the first bytes of a repaint, and until the last, such as of colours."""
    terminal.wait_until_quiet(0.1)
    terminal.forget()
    pressed = time.perf_counter()
    terminal.send(key)
    answered, _ = terminal.wait_for(r"(?s).")
    return answered - pressed, terminal.wait_until_quiet(0.1) - pressed
