"""A cold headless run against PAT, interleaved, the median of five."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.figure import Figure, median, rounded
from tests.benchmarks.workplace import Workplace, clean_environment, empty_home

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command took."""

    seconds: float
    cpu: float
    """Processor seconds, with those of its children: it varies less on a busy machine."""


def measure(workplace: Workplace) -> Iterator[Figure]:
    """How many times longer PAT takes over `policies`."""
    pat, ours = race(workplace)
    yield Figure("cold-run", pat.seconds / ours.seconds, "x PAT", 4.5, 5.5, details(pat, ours))


def race(workplace: Workplace) -> tuple[Spent, Spent]:
    """The medians of PAT and of us. Both must pass; a first round of each is not counted."""
    times: tuple[list[Spent], list[Spent]] = ([], [])
    with empty_home() as home:
        for number in range(ROUNDS + 1):
            for command, taken in zip(
                (workplace.test_pat(), workplace.test_ours()), times, strict=True
            ):
                spent = run(command, workplace.checkout, Path(home))
                if number:
                    taken.append(spent)
    pat, ours = (
        Spent(median([one.seconds for one in taken]), median([one.cpu for one in taken]))
        for taken in times
    )
    return pat, ours


def run(command: Sequence[str], folder: Path, home: Path) -> Spent:
    """What a command that must succeed took from start to end."""
    environment = clean_environment(home)
    before, began = os.times(), time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    seconds, after = time.perf_counter() - began, os.times()
    if done.returncode:
        text = done.stdout.decode("utf-8", "replace")
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{text[-2000:]}")
    user = after.children_user - before.children_user
    return Spent(seconds, user + after.children_system - before.children_system)


def details(pat: Spent, ours: Spent) -> dict[str, float]:
    """What the ratio was made from."""
    return {
        "pat_seconds": rounded(pat.seconds),
        "our_seconds": rounded(ours.seconds),
        "pat_cpu_seconds": rounded(pat.cpu),
        "our_cpu_seconds": rounded(ours.cpu),
        "rounds": ROUNDS,
    }
