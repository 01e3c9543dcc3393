"""What the kernel's walls cost, measured in children of a process like a zygote.

`python -m tests.benchmarks.walls` prints JSON lines: milliseconds that a child takes to shut itself
in, those that the zygote takes for its folder, and what a call costs behind the walls.
"""

from __future__ import annotations

import gc
import os
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import NoReturn

from panther_engine.running.processes.confinement import Confinement
from panther_engine.running.processes.job import Limits
from panther_engine.running.worker.sandbox.walls import Walls, paths_of_this_python, remove_folder
from tests.benchmarks.figure import Figure, median, percentile

ROUNDS = 400
CALLS = 20_000
FOUND = struct.Struct("=ddd")
"""Seconds to enter, and of one call that opens a file and of one that only asks."""


def main() -> int:
    """Measure a child behind walls by turns with one that is behind none."""
    with tempfile.TemporaryDirectory() as root:
        confinement = Confinement.of(sys.executable, root, Limits())
        if confinement is None:
            print("this system has no walls", file=sys.stderr)
            return 1
        walls = {"both": _of_a_child(confinement, filtered=False)}
        walls["child"] = _of_a_child(confinement, filtered=True)
        gc.collect()
        gc.freeze()
        folders: list[float] = []
        found: dict[str, list[tuple[float, float, float]]] = {"none": [], **{n: [] for n in walls}}
        for number in range(ROUNDS):
            calls = CALLS if number % 20 == 0 else 0
            found["none"].append(_in_a_child(lambda: None, calls))
            for name, them in walls.items():
                start = time.perf_counter()
                folder = them.make_folder()
                made = time.perf_counter() - start
                found[name].append(_in_a_child(partial(them.enter, folder), calls))
                start = time.perf_counter()
                for _ in remove_folder(folder):
                    pass
                folders.append(made + time.perf_counter() - start)
        _tell("walls-of-a-child", [one[0] for one in found["child"]], 1, 0.5)
        _tell("walls-of-an-interpreter", [one[0] for one in found["both"]], 1, 0.5)
        _tell("folder-of-a-child", folders, 1, 0.5)
        for place, what in ((1, "an-open"), (2, "a-call")):
            free, held = (
                median([one[place] for one in found[name] if one[place]]) * 1e6
                for name in ("none", "both")
            )
            more = {"without": round(free, 3), "calls": CALLS}
            print(Figure(f"walls-of-{what}", held - free, "us", 1, 0.5, more).line())
        confinement.close()
    return 0


def _of_a_child(confinement: Confinement, *, filtered: bool) -> Walls:
    """As a zygote builds them; one that is `filtered` has the filter of calls already."""
    readable = [*paths_of_this_python(), *confinement.readable]
    return Walls(readable, (), False, confinement.folder, filtered)


def _in_a_child(enter: Callable[[], None], calls: int) -> tuple[float, float, float]:
    """Seconds that it took in a fork, and of a call of each kind after it; 0 for none made."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _enter_and_tell(enter, calls, writer)
    os.close(writer)
    told = os.read(reader, FOUND.size)
    os.close(reader)
    os.waitpid(child, 0)
    one, two, three = FOUND.unpack(told)
    return one, two, three


def _enter_and_tell(enter: Callable[[], None], calls: int, writer: int) -> NoReturn:
    try:
        start = time.perf_counter()
        enter()
        entered = time.perf_counter() - start
        opened = asked = 0.0
        if calls:
            start = time.perf_counter()
            for _ in range(calls):
                os.close(os.open(os.__file__, os.O_RDONLY))
            opened = (time.perf_counter() - start) / calls
            start = time.perf_counter()
            for _ in range(calls):
                os.getppid()
            asked = (time.perf_counter() - start) / calls
        os.write(writer, FOUND.pack(entered, opened, asked))
    finally:
        os._exit(0)


def _tell(name: str, seconds: list[float], goal: float, stretch: float) -> None:
    times = [one * 1000 for one in seconds]
    more = {"p95": round(percentile(times, 0.95), 3), "rounds": len(times)}
    print(Figure(name, median(times), "ms", goal, stretch, more).line())


if __name__ == "__main__":
    sys.exit(main())
