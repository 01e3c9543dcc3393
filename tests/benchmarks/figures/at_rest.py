"""What the app uses while nothing happens, all its processes together: processor and memory."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.benchmarks.app import opened
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import cpu_seconds, proportional_bytes, tree
from tests.benchmarks.workplace import Workplace

SECONDS = 10.0


def measure(workplace: Workplace) -> Iterator[Figure]:
    """After all results are on the screen."""
    with opened(workplace) as terminal:
        terminal.wait_until_quiet(3.0)
        processes = tree(terminal.pid)
        before, began = cpu_seconds(processes), time.perf_counter()
        terminal.wait_until_quiet(SECONDS)
        used = cpu_seconds(processes) - before
        share = 100 * used / (time.perf_counter() - began)
        megabytes = proportional_bytes(tree(terminal.pid)) / 1e6
    yield Figure("idle-cpu", share, "%", 0.5, 0.1, {"seconds": SECONDS})
    yield Figure("memory", megabytes, "MB", 180, 130, {"processes": len(processes)})
