"""Evaluations a second of a headless scan, with isolation and the store, and its memory."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from panther_engine.reading.repository.load import load_repository
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import proportional_bytes, tree
from tests.benchmarks.scanning.inventory import TYPES, write_inventory
from tests.benchmarks.workplace import Workplace, clean_environment, empty_home

RESOURCES = int(os.environ.get("PANTHER_TUI_SCAN_RESOURCES", "60000"))
"""1,000,000 take some minutes."""
NAIVE = Path(__file__).with_name("naive.py")
SAMPLED_EACH = 0.1
CHANGED_EACH = 100
"""Of so many resources one is another in the second scan."""


def measure(workplace: Workplace) -> Iterator[Figure]:
    """A scan, the naive loop over a part of the same, and what is asked of the store.

    That after a second scan, in which some resources are others.
    """
    with empty_home() as home:
        file = Path(home, "inventory.jsonl")
        write_inventory(workplace, file, RESOURCES)
        began = time.perf_counter()
        told, peak = _scan(workplace, home, file)
        whole = time.perf_counter() - began
        count = sum(told["evaluations"].values())
        rate = count / told["seconds"]
        naive = _naive(workplace, file)
        more = {
            "resources": RESOURCES,
            "evaluations": count,
            "with_reading_and_keeping": round(count / whole),
            "naive_one_process": round(naive),
            "x_naive": round(rate / naive, 2),
        }
        yield Figure("scan-evaluations", rate, "a second", 20_000, 50_000, more)
        yield Figure("scan-memory", peak / 1e6, "MB", 400, 400)
        store = next(Path(home).rglob("*.sqlite"))
        yield Figure("scan-store", store.stat().st_size / 1e6, "MB", 60, 30)
        write_inventory(workplace, file, RESOURCES, changed_each=CHANGED_EACH)
        again, _ = _scan(workplace, home, file)
        more = {"new": again["new"], "resolved": again["resolved"]}
        assert min(more.values()) > 0, again
        for name, seconds in _ask(store):
            goal = 100 if name == "compare" else 300
            told = more if name == "compare" else {}
            yield Figure(f"scan-{name}", seconds * 1000, "ms", goal, 50, told)


def _scan(workplace: Workplace, home: str, file: Path) -> tuple[dict, int]:  # type: ignore[type-arg]
    command = [*workplace.ours, "scan", "--format", "json", "--fail-on", "never", str(file)]
    environment = clean_environment(Path(home), workplace.python)
    process = subprocess.Popen(
        command, cwd=workplace.checkout, env=environment, stdout=subprocess.PIPE, text=True
    )
    over, peak = threading.Event(), 0

    def sample() -> None:
        nonlocal peak
        while not over.wait(SAMPLED_EACH):
            peak = max(peak, proportional_bytes(tree(process.pid)))

    thread = threading.Thread(target=sample)
    thread.start()
    out, _ = process.communicate()
    over.set()
    thread.join()
    found: dict = json.loads(out)  # type: ignore[type-arg]
    return found, peak


def _naive(workplace: Workplace, file: Path) -> float:
    part = file.with_name("part.jsonl")
    with file.open() as whole:
        part.write_text("".join(line for line, _ in zip(whole, range(6000), strict=False)))
    policies = [
        (one.body, one.resource_types)
        for one in load_repository(workplace.checkout, ("policies",)).policies.values()
        if one.enabled and not one.invalid and set(one.resource_types or TYPES) & set(TYPES)
    ]
    told = subprocess.run(
        [workplace.python, NAIVE, workplace.checkout, part],
        input=json.dumps(policies),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    count, seconds = json.loads(told.stdout.splitlines()[-1])
    return float(count / seconds)


def _ask(file: Path) -> Iterator[tuple[str, float]]:
    """What a screen asks of the store, each with its seconds."""
    from panther_engine.scan.store.compare import changed
    from panther_engine.scan.store.rollups import Group, causes, counts, worst_resources
    from panther_engine.scan.store.schema import open_store

    store = open_store(file)
    try:
        questions: dict[str, Callable[[], object]] = {
            f"by-{one.name.lower()}": partial(counts, store, 2, one) for one in Group
        }
        questions["by-cause"] = lambda: causes(store, 2)
        questions["by-resource"] = lambda: worst_resources(store, 2)
        questions["compare"] = lambda: list(changed(store, 1, 2))
        for name, ask in questions.items():
            began = time.perf_counter()
            ask()
            yield name, time.perf_counter() - began
    finally:
        store.close()
