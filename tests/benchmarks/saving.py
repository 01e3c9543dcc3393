"""Saves a file back and forth while the app watches, and times until the screen says so."""

from __future__ import annotations

import os
import random
import re
import time
from pathlib import Path

from tests.benchmarks.app import COUNTS
from tests.benchmarks.terminal import Terminal


def save(path: Path, text: str, *, by_rename: bool) -> float:
    """Write as editors do; returns when it began."""
    content = text.encode()
    began = time.perf_counter()
    if by_rename:
        new = path.with_name(f".{path.name}.new")
        new.write_bytes(content)
        os.replace(new, path)
    else:
        path.write_bytes(content)
    return began


def time_saves(terminal: Terminal, path: Path, broken: str, rounds: int) -> list[float]:
    """Seconds from each save to its result painted: the broken text, then the good one, and so on.

    The counts after the first two saves say what to wait for; those saves are not counted.
    """
    good = path.read_text("utf-8")
    chance = random.Random(rounds)
    wanted: dict[str, str] = {}
    times = []
    try:
        for number in range(rounds + 2):
            text = (broken, good)[number % 2]
            terminal.wait_until_quiet(0.15)
            time.sleep(chance.uniform(0.0, 0.1))  # no rhythm with anybody's clock
            terminal.forget()
            began = save(path, text, by_rename=number % 4 > 1)
            if text not in wanted:
                wanted[text] = _counts_at_rest(terminal)
                continue
            painted, _ = terminal.wait_for(wanted[text])
            times.append(painted - began)
    finally:
        save(path, good, by_rename=True)
    return times


def _counts_at_rest(terminal: Terminal) -> str:
    """A pattern for the counts on the screen when nothing moves any more."""
    terminal.wait_for(COUNTS)
    terminal.wait_until_quiet(1.0)
    counts = COUNTS
    last = [match.groups() for match in _all(terminal, counts)][-1]
    return rf"(?<!\d){last[0]} passed\s+{last[1]} failed\s+{last[2]} errored"


def _all(terminal: Terminal, pattern: str) -> list[re.Match[str]]:
    return list(re.finditer(pattern, terminal.text()))
