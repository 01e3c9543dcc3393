"""From a key to the last byte of what it changed on the screen."""

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
        times = [_press(terminal, b"jjjjkkkk"[i % 8 : i % 8 + 1]) * 1000 for i in range(ROUNDS)]
    more = {"keys": ROUNDS, "p50": round(percentile(times, 0.5), 1)}
    yield Figure("key-to-paint-p99", percentile(times, 0.99), "ms", 25, 12, more)


def _press(terminal: Terminal, key: bytes) -> float:
    terminal.wait_until_quiet(0.1)
    terminal.forget()
    pressed = time.perf_counter()
    terminal.send(key)
    terminal.wait_for(r"(?s).")
    return terminal.wait_until_quiet(0.05) - pressed
