"""A cold headless run against PAT, interleaved, the median of five."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.figure import Figure, median, rounded
from tests.benchmarks.workplace import Workplace, clean_environment, empty_home

ROUNDS = 5


def measure(workplace: Workplace) -> Iterator[Figure]:
    """How many times longer PAT takes over `policies`."""
    pat, ours = race(workplace)
    yield Figure("cold-run", pat / ours, "x PAT", 4.5, 5.5, seconds(pat, ours))


def race(workplace: Workplace) -> tuple[float, float]:
    """The median seconds of PAT and of us. Both must pass; a first round of each is not counted."""
    times: tuple[list[float], list[float]] = ([], [])
    with empty_home() as home:
        for number in range(ROUNDS + 1):
            for command, taken in zip(
                (workplace.test_pat(), workplace.test_ours()), times, strict=True
            ):
                spent = run(command, workplace.checkout, Path(home))
                if number:
                    taken.append(spent)
    return median(times[0]), median(times[1])


def run(command: Sequence[str], folder: Path, home: Path) -> float:
    """Seconds from start to end of a command that must succeed."""
    environment = clean_environment(home)
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    spent = time.perf_counter() - began
    if done.returncode:
        text = done.stdout.decode("utf-8", "replace")
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{text[-2000:]}")
    return spent


def seconds(pat: float, ours: float) -> dict[str, float]:
    """What the ratio was made from."""
    return {"pat_seconds": rounded(pat), "our_seconds": rounded(ours), "rounds": ROUNDS}
