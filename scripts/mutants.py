"""Prints which small changes of the engine's riskiest modules none of their tests notices.

    python scripts/mutants.py [--each 20] [--seed 1] [MODULE...]

A report and no gate: some survivors are equal to what they change. Each module is changed in a copy
of the project, one change at a time, and the tests of its room run until one fails. All changes of
a module take minutes to hours, so a sample of them is tried unless `--each 0` asks for all.

No library does this here: mutmut switches its mutants by an environment variable, which the
processes of policies do not inherit, and cosmic-ray changes the files that are being worked on.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "engine"))

from panther_engine.running.worker.observe.mutate import Mutants  # noqa: E402

ENGINE = "engine/panther_engine"
MODULES = {
    "pool": ("running/jobs/pool.py", "running/jobs"),
    "live_runs": ("session/live_runs.py", "session"),
    "dependencies": ("reading/repository/dependencies.py", "reading/repository"),
    "guard": ("running/worker/sandbox/guard.py", "running/processes running/worker"),
    "purity": ("reading/source/purity.py", "reading/source reading/repository/facts/test_reuse.py"),
}
"""The module in the engine, and its tests in `tests/engine`."""
COPIED = ("engine", "tui", "tests", "themes", "examples", "docs", "pyproject.toml")


def main() -> int:
    """Try the mutants of the modules that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(MODULES)}")
    parser.add_argument("--each", type=int, default=20, help="mutants of a module, 0 for all [20]")
    parser.add_argument("--seed", type=int, default=1, help="of the sample [1]")
    asked = parser.parse_args()
    if unknown := set(asked.modules) - set(MODULES):
        parser.error(f"no such module: {', '.join(sorted(unknown))}; of {', '.join(MODULES)}")
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        for name in COPIED:
            whole = PROJECT / name
            if whole.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(whole, Path(folder, name), ignore=ignored)
            else:
                shutil.copy(whole, folder)
        for name in asked.modules or MODULES:
            try_module(Path(folder), name, asked.each, random.Random(asked.seed))
    return 0


def try_module(copy: Path, name: str, each: int, chance: random.Random) -> None:
    """Try mutants of one module and print those that survive."""
    path, rooms = MODULES[name]
    file = copy / ENGINE / path
    source = file.read_bytes()
    tests = [f"tests/engine/{room}" for room in rooms.split()]
    started = time.monotonic()
    if not passes(copy, tests, 600):
        print(f"{name}: its tests fail without a mutant; nothing was tried", flush=True)
        return
    limit = 3 * (time.monotonic() - started) + 30
    mutants = Mutants(str(file), source, everything=True)
    chosen = mutants.all
    if each and len(chosen) > each:
        chosen = sorted(chance.sample(chosen, each), key=lambda it: (it.line, it.column))
    survivors = 0
    for mutant in chosen:
        file.write_text(mutants.source_of(mutant), "utf-8")
        if passes(copy, tests, limit):
            survivors += 1
            print(f"{ENGINE}/{path}:{mutant.line}: {mutant.before} -> {mutant.after}", flush=True)
    file.write_bytes(source)
    tried, seconds = len(chosen), time.monotonic() - started
    of = f"{tried} of {len(mutants.all)} mutants"
    print(f"{name}: {survivors} survived, {of} tried in {seconds:.0f} s", flush=True)


def passes(copy: Path, tests: list[str], seconds: float) -> bool:
    """Whether the tests pass in this time."""
    options = ("-q", "-x", "-n", "2", "-p", "no:cacheprovider")
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", *options, *tests]
    try:
        ran = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
