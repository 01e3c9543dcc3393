"""Check out commits of a whole history under a running watch, and compare with cold runs.

    python -m tests.benchmarks.replay PATH [--commits 60] [--seed N] [--python EXE]

Commits come in random order with random pauses; some are left before the engine has come to rest.
After each rest, policy by policy and test by test, the live results must be those of a run from
scratch. Prints a line for each difference, and one JSON line at the end; exits with 1 if there
was a difference.
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
from pathlib import Path

from tests.benchmarks.cold import Cold, Difference, differences, run_cold, unsteady
from tests.benchmarks.live import LiveEngine
from tests.environments import analysis_python

LONGEST_PAUSE = 0.3
"""Seconds between two checkouts at most."""
WAIT_SHARE = 0.6
"""How many of the checkouts are waited for."""
AGAIN = 8
"""Cold runs that a policy must survive unchanged before a difference counts against the engine."""


def choose_commits(root: Path, count: int, chance: random.Random) -> list[str]:
    """Commits spread evenly over the history of HEAD, shuffled."""
    history = _git(root, "rev-list", "HEAD").split()
    count = min(count, len(history))
    step = (len(history) - 1) / max(count - 1, 1)
    commits = [history[round(step * number)] for number in range(count)]
    chance.shuffle(commits)
    return commits


class Replay:
    """One walk through commits. Counts what it compares."""

    def __init__(self, root: Path, python: str, chance: random.Random) -> None:
        self._root = root
        self._python = python
        self._chance = chance
        self.settles = 0
        self.policies = 0
        self.tests = 0
        self.unsteady: set[str] = set()
        self.found: list[tuple[str, Difference]] = []

    def run(self, engine: LiveEngine, commits: list[str]) -> None:
        """Check out these, one after the other."""
        engine.settle()
        for number, commit in enumerate(commits, 1):
            _git(self._root, "checkout", "--quiet", "--force", "--detach", commit)
            until = time.monotonic() + self._chance.uniform(0.0, LONGEST_PAUSE)
            while (left := until - time.monotonic()) > 0:
                engine.pump(left)
            if self._chance.random() < WAIT_SHARE or number == len(commits):
                engine.settle()
                self.compare(engine, commit)

    def compare(self, engine: LiveEngine, commit: str) -> None:
        """Compare what is live with a cold run of the same checkout."""
        cold = run_cold(self._root, self._python)
        self.settles += 1
        self.policies += len(cold.entries)
        self.tests += sum(len(result.results) for result in cold.results.values())
        found = differences(engine.state, cold)
        suspects = sorted({one.spec for one in found} & cold.entries.keys())
        if suspects:
            moody = self._find_unsteady(cold, suspects)
            self.unsteady |= moody
            found = [one for one in found if one.spec not in moody]
        for one in found:
            self.found.append((commit, one))
            print(f"{commit[:12]} {one.words()}", flush=True)

    def _find_unsteady(self, cold: Cold, suspects: list[str]) -> set[str]:
        """Those that read a clock, chance or the order of a set: cold runs differ too."""
        found: set[str] = set()
        for _ in range(AGAIN):
            left = [spec for spec in suspects if spec not in found]
            if left:
                found |= unsteady(cold, [run_cold(self._root, self._python, left)])
        return found


def main() -> int:
    """Replay; 1 if live and cold differ anywhere."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.replay")
    parser.add_argument("path", type=Path, help="a checkout of panther-analysis, with its history")
    parser.add_argument("--commits", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python", help="has what panther-analysis imports")
    arguments = parser.parse_args()
    python = arguments.python or str(analysis_python())
    chance = random.Random(arguments.seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="panther-tui-replay-") as folder:
        root = Path(folder, "checkout")
        os.environ["XDG_CACHE_HOME"] = str(Path(folder, "cache"))
        clone = ["git", "clone", "--quiet", "--shared", str(arguments.path), str(root)]
        subprocess.run(clone, check=True)
        commits = choose_commits(root, arguments.commits, chance)
        replay = Replay(root, python, chance)
        with LiveEngine(root, python) as engine:
            replay.run(engine, commits)
    line = {
        "replay": str(arguments.path.name),
        "seed": arguments.seed,
        "commits": len(commits),
        "settles": replay.settles,
        "policies": replay.policies,
        "tests": replay.tests,
        "differences": len(replay.found),
        "unsteady": sorted(replay.unsteady),
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(line))
    return 1 if replay.found else 0


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
