"""Save thousands of times under a running engine and see what is left over.

    python -m tests.benchmarks.soak PATH [--saves 5000] [--seed N] [--python EXE] [--app]

Saves random bodies, specs and globals of a copy of PATH, one after the other, each with new
content; with `--app` under the whole app in a terminal. Prints JSON lines: memory, processes,
descriptors and files after the first 200 saves and at the end, and what all use while nothing
happens. Exits with 1 if memory has grown by more than 5 % or anything is left over.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.benchmarks.live import LiveEngine
from tests.benchmarks.processes import cpu_seconds, proportional_bytes, tree
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.workplace import clean_environment
from tests.environments import analysis_python

FIRST = 200
"""Saves after which memory is measured for the first time."""
GROWTH = 5.0
"""Percent of memory that may be more at the end."""
PICTURE = 0.08
"""Seconds without output after which a save is on the screen, nearly always."""
REST = 30.0
"""Seconds of doing nothing that are measured."""
SHARES = {"global": 0.04, "spec": 0.16}
"""How many of the saves are of globals and of specs; the others are of bodies."""
TAILS = ("\n# save {}\n", "\nSAVE_{} = True\n", "\n\ndef policy(it):\n    return save_{}(it)\n")
"""A comment; a change of meaning; a mistake."""


@dataclass(frozen=True, slots=True)
class Use:
    """What all processes of an engine hold at one moment."""

    megabytes: float
    each: tuple[float, ...]
    """Megabytes of each process: the screen, if it is there, the engine, and its workers."""
    descriptors: Mapping[str, int]
    """How many each process has open, by its place in the tree and its command."""
    temporary: tuple[str, ...]
    cached: tuple[str, ...]


class Watching(Protocol):
    """Whoever watches the checkout."""

    @property
    def pid(self) -> int:
        """Of the process that all others come from."""

    def take(self, save: Callable[[], None]) -> None:
        """Call `save`, and wait until what it changed is done with."""

    def rest(self, quiet: float) -> None:
        """Wait until nothing has happened for so many seconds."""


class EngineAlone:
    """The engine, without a screen."""

    def __init__(self, engine: LiveEngine) -> None:
        self._engine = engine

    @property
    def pid(self) -> int:
        """Of the engine."""
        return self._engine.pid

    def take(self, save: Callable[[], None]) -> None:
        """The save makes a new generation, and its run ends."""
        engine = self._engine
        before = engine.state.generation
        save()
        limit = time.monotonic() + 60
        while engine.state.generation == before or engine.state.running:
            engine.pump(1.0)
            if time.monotonic() > limit:
                raise TimeoutError("a save was not noticed")
        engine.forget()

    def rest(self, quiet: float) -> None:
        """It says nothing."""
        self._engine.settle(quiet=quiet)


class WholeApp:
    """The app in a terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.pid = terminal.pid

    def take(self, save: Callable[[], None]) -> None:
        """The save makes it paint, and then it rests; two saves may come to one picture."""
        save()
        self._terminal.wait_until_quiet(PICTURE)
        self._terminal.forget()

    def rest(self, quiet: float) -> None:
        """It paints nothing."""
        self._terminal.wait_until_quiet(quiet)
        self._terminal.forget()


class Soak:
    """Saves files of one checkout."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._folder = folder
        self.root = folder / "checkout"
        self._chance = chance
        self._texts: dict[Path, str] = {}
        self.kinds: Counter[str] = Counter()
        self._count = 0

    def save(self) -> None:
        """Save one file."""
        self._count += 1
        place = self._choose()
        text = self._texts.setdefault(place, place.read_text("utf-8"))
        tail = TAILS[0] if place.suffix == ".yml" else self._chance.choice(TAILS)
        content = text + tail.format(self._count)
        if self._chance.random() < 0.5:
            place.write_text(content, "utf-8")
        else:
            other = place.with_name(f".{place.name}.new")
            other.write_text(content, "utf-8")
            os.replace(other, place)

    def _choose(self) -> Path:
        lot = self._chance.random()
        if lot < SHARES["global"]:
            kind, pattern = "global", "global_helpers/*.py"
        elif lot < SHARES["global"] + SHARES["spec"]:
            kind, pattern = "spec", "policies/*/*.yml"
        else:
            kind, pattern = "body", "policies/*/*.py"
        self.kinds[kind] += 1
        places = (place for place in self.root.glob(pattern) if not place.stem.endswith("_test"))
        return self._chance.choice(sorted(places))

    def measure(self, watching: Watching) -> Use:
        """What is held once there is rest and the results are written down."""
        watching.rest(3.0)
        pids = tree(watching.pid)
        return Use(
            proportional_bytes(pids) / 1e6,
            tuple(round(proportional_bytes([pid]) / 1e6, 1) for pid in pids),
            {f"{place} {_command(pid)}": _descriptors(pid) for place, pid in enumerate(pids)},
            _names(self._folder / "tmp"),
            _names(self._folder / "cache"),
        )


@contextmanager
def prepared(path: Path, chance: random.Random) -> Iterator[Soak]:
    """A copy of the checkout, with folders for temporary files and the cache beside it."""
    with tempfile.TemporaryDirectory(prefix="panther-tui-soak-") as name:
        folder = Path(name)
        for variable, inside in (("TMPDIR", "tmp"), ("XDG_CACHE_HOME", "cache")):
            (folder / inside).mkdir()
            os.environ[variable] = str(folder / inside)
        clone = ["git", "clone", "--quiet", "--shared", str(path), str(folder / "checkout")]
        subprocess.run(clone, check=True)
        yield Soak(folder, chance)


@contextmanager
def engine_alone(root: Path, python: str) -> Iterator[Watching]:
    """The engine on the checkout."""
    with LiveEngine(root, python) as engine:
        yield EngineAlone(engine)


@contextmanager
def whole_app(root: Path, python: str) -> Iterator[Watching]:
    """The app on the checkout, when it shows all results."""
    kept = {name: os.environ[name] for name in ("TMPDIR", "XDG_CACHE_HOME")}
    environment = clean_environment(root.parent, Path(python)) | kept
    command = [sys.executable, "-m", "panther_tui", str(root)]
    with Terminal(command, root, environment) as terminal:
        terminal.wait_for(r"\d+ passed .* ran \d+ ")
        yield WholeApp(terminal)


def main() -> int:
    """Soak; 1 if something grew or was left over."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.soak")
    parser.add_argument("path", type=Path, help="a checkout of panther-analysis")
    parser.add_argument("--saves", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python", help="has what panther-analysis imports")
    parser.add_argument("--app", action="store_true", help="the whole app, in a terminal")
    arguments = parser.parse_args()
    python = arguments.python or str(analysis_python())
    with prepared(arguments.path, random.Random(arguments.seed)) as soak:
        began = time.monotonic()
        watch = whole_app if arguments.app else engine_alone
        with watch(soak.root, python) as watching:
            for _ in range(FIRST):
                watching.take(soak.save)
            first = soak.measure(watching)
            _tell("first", first, FIRST, began)
            for number in range(FIRST, arguments.saves):
                watching.take(soak.save)
                if number % 1000 == 0:
                    _tell("on the way", soak.measure(watching), number, began)
            last = soak.measure(watching)
            _tell("last", last, arguments.saves, began)
            pids = tree(watching.pid)
            used, rested = cpu_seconds(pids), time.perf_counter()
            watching.rest(REST)
            idle = 100 * (cpu_seconds(pids) - used) / (time.perf_counter() - rested)
        left = [pid for pid in pids if os.path.exists(f"/proc/{pid}")]
        files = _names(soak.root.parent / "tmp")
        growth = 100 * (last.megabytes / first.megabytes - 1)
        clean = (
            growth <= GROWTH
            and last.descriptors == first.descriptors
            and last.temporary == first.temporary  # copies of the globals, as long as it lives
            and last.cached == first.cached
            and not left
            and not files
        )
        line = {
            "soak": "end",
            "saves": arguments.saves,
            **soak.kinds,
            "growth_percent": round(growth, 2),
            "idle_cpu_percent": round(idle, 3),
            "processes_left": len(left),
            "temporary_files_left": list(files),
            "clean": clean,
        }
        print(json.dumps(line))
    return 0 if clean else 1


def _tell(when: str, use: Use, saves: int, began: float) -> None:
    line = {
        "soak": when,
        "saves": saves,
        "megabytes": round(use.megabytes, 2),
        "each": use.each,
        "descriptors": use.descriptors,
        "temporary": len(use.temporary),
        "cached": len(use.cached),
        "seconds": round(time.monotonic() - began),
    }
    print(json.dumps(line), flush=True)


def _command(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return " ".join(os.path.basename(word.decode()) for word in words[:4] if word)


def _descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def _names(folder: Path) -> tuple[str, ...]:
    found = folder.rglob("*")
    return tuple(sorted(str(place.relative_to(folder)) for place in found if place.is_file()))


if __name__ == "__main__":
    sys.exit(main())
