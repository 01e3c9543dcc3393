"""The mutants of every policy, from the command line."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure, median
from tests.benchmarks.workplace import Workplace, clean_environment, empty_home

ROUNDS = 3


def measure(workplace: Workplace) -> Iterator[Figure]:
    """A cold `panther-tui mutants` of the whole checkout, on two cores."""
    command = [*workplace.ours, "mutants", "--python", str(workplace.python), "--format", "json"]
    times = []
    for _ in range(ROUNDS):
        with empty_home() as home:
            environment = clean_environment(Path(home))
            began = time.perf_counter()
            done = subprocess.run(
                command, cwd=workplace.checkout, env=environment, capture_output=True, check=True
            )
            times.append(time.perf_counter() - began)
    policies = json.loads(done.stdout)["policies"]
    more = {
        "policies": len(policies),
        "mutants": sum(one["total"] for one in policies),
        "killed": sum(one["killed"] for one in policies),
    }
    yield Figure("all-mutants", median(times), "s", 15, 5, more)
