"""From a key to the screen's answer while every policy runs."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from tests.benchmarks.app import opened
from tests.benchmarks.figure import Figure, percentile
from tests.benchmarks.figures.save_to_painted import BODY
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.workplace import Workplace

RUNS = 6
KEYS = 12
"""Pressed during each run; a run of everything takes a second or more."""


def measure(workplace: Workplace) -> Iterator[Figure]:
    """The cursor goes down and up in the code, which nothing but the cursor repaints."""
    lines = (workplace.checkout / BODY).read_text("utf-8").splitlines()
    times: list[float] = []
    with opened(workplace, BODY) as terminal:
        terminal.send(b"2g")
        terminal.wait_until_quiet(0.5)
        line = 0
        for _ in range(RUNS):
            terminal.forget()
            terminal.send(b"a")
            terminal.wait_for("running")
            for number in range(KEYS):
                down = number < KEYS // 2
                line += 1 if down else -1
                times.append(_press(terminal, b"j" if down else b"k", lines[line]))
            terminal.wait_until_quiet(2.0)
    milliseconds = [spent * 1000 for spent in times]
    more = {"keys": len(times), "p50": round(percentile(milliseconds, 0.5), 1)}
    yield Figure("key-to-paint-in-run-p99", percentile(milliseconds, 0.99), "ms", 50, 30, more)


def _press(terminal: Terminal, key: bytes, line: str) -> float:
    """Seconds until the row that the cursor comes to is painted."""
    terminal.forget()
    pressed = time.perf_counter()
    terminal.send(key)
    shown, _ = terminal.wait_for(re.escape(line.strip()[:20]) or "(?s).")
    time.sleep(0.03)
    return shown - pressed
