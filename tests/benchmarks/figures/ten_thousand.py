"""Ten thousand policies: the first paint, filtering, opening everything, memory."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure, median, percentile
from tests.benchmarks.processes import proportional_bytes, tree
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.workplace import Workplace, clean_environment, empty_home

COUNT = 10_000
IN_FOLDER = 100
ROUNDS = 5
SPEC = """\
AnalysisType: policy
Filename: made_{number:05}.py
PolicyID: AWS.Made.P{number:05}
DisplayName: Made {number}
Enabled: true
ResourceTypes:
  - AWS.S3.Bucket
Severity: Low
Description: Made for measuring
Tests:
  - Name: Another
    ExpectedResult: true
    Resource: {{"Number": -1}}
  - Name: The same
    ExpectedResult: false
    Resource: {{"Number": {number}}}
"""
BODY = "def policy(resource):\n    return resource['Number'] != {number}\n"


def measure(workplace: Workplace) -> Iterator[Figure]:
    """Starts with nothing remembered, and keys once every test has run."""
    with tempfile.TemporaryDirectory(prefix="panther-tui-bench-") as folder:
        root = Path(folder)
        make_policies(root)
        painted = []
        for _ in range(ROUNDS - 1):
            with empty_home() as home, _start(workplace, root, home) as terminal:
                painted.append(_first_paint(terminal))
        with empty_home() as home, _start(workplace, root, home) as terminal:
            painted.append(_first_paint(terminal))
            shown, _ = terminal.wait_for(rf"{2 * COUNT} passed", 300)
            complete = shown - terminal.started
            terminal.wait_until_quiet(3.0)
            megabytes = proportional_bytes(tree(terminal.pid)) / 1e6
            opening = [_press(terminal, key) for key in (b"=", b"-") * ROUNDS]
            filtering = []
            for _ in range(ROUNDS):
                _press(terminal, b"/")
                filtering += [_press(terminal, bytes((key,))) for key in b"p77"]
                _press(terminal, b"\x1b")
    more = {"policies": COUNT, "rounds": ROUNDS, "all_results_seconds": round(complete, 1)}
    yield Figure("ten-thousand-first-paint", median(painted), "s", 1.0, 0.6, more)
    for name, times, goal in (("filter-key", filtering, 50), ("open-all", opening, 100)):
        spread = {"keys": len(times), "worst": round(max(times), 1)}
        value = percentile(times, 0.5)
        yield Figure(f"ten-thousand-{name}", value, "ms", goal, goal / 2, spread)
    yield Figure("ten-thousand-memory", megabytes, "MB", 400, 250)


def make_policies(root: Path) -> None:
    """Write them, a hundred in a folder."""
    (root / ".git").mkdir()
    for number in range(COUNT):
        folder = root / "policies" / f"aws_made_{number // IN_FOLDER:03}_policies"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"made_{number:05}.yml").write_text(SPEC.format(number=number))
        (folder / f"made_{number:05}.py").write_text(BODY.format(number=number))


def _start(workplace: Workplace, root: Path, home: str) -> Terminal:
    environment = clean_environment(Path(home), workplace.python)
    return Terminal([*workplace.ours, str(root)], root, environment)


def _first_paint(terminal: Terminal) -> float:
    shown, _ = terminal.wait_for(r"aws_made_\d+_policies", 120)
    return shown - terminal.started


def _press(terminal: Terminal, key: bytes) -> float:
    """Milliseconds from a key to the first bytes of the screen's answer."""
    terminal.wait_until_quiet(0.3)
    terminal.forget()
    pressed = time.perf_counter()
    terminal.send(key)
    answered, _ = terminal.wait_for("(?s).")
    return (answered - pressed) * 1000
