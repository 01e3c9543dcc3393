"""Runs the tests on each Python from 3.11 on that this machine has, the worker's on each from 3.9.

    python scripts/test_all.py [pytest option...]

A Python is looked for on the PATH and among pyenv's. Each from 3.11 on gets an environment of its
own under `.cache/`; an older one only runs policies, for the tests of the environment at hand.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
OURS, WORKERS = range(11, 15), range(9, 15)
"""Minor versions that we run on, and that policies run on."""
WORKER_TESTS = ("tests/engine/running/worker", "tests/engine/running/processes")
TESTED = "PANTHER_TUI_TEST_PYTHON"


def main() -> int:
    """Run everything; returns 1 if something failed."""
    failed = False
    for minor in WORKERS:
        name = f"Python 3.{minor}"
        python = find(minor)
        if python is None:
            print(f"{name}: not on this machine", flush=True)
        elif minor in OURS:
            failed |= not report(name, [environment(minor, python), *pytest()], {})
        else:
            ours = [sys.executable, *pytest(), *WORKER_TESTS]
            failed |= not report(f"{name}, policies only", ours, {TESTED: python})
    return int(failed)


def find(minor: int) -> str | None:
    """A Python of this version that starts."""
    for candidate in candidates(minor):
        asked = subprocess.run(
            [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.stdout.strip() == f"3.{minor}":
            return candidate
    return None


def candidates(minor: int) -> Iterator[str]:
    """Where one may be."""
    if found := shutil.which(f"python3.{minor}"):
        yield found
    for folder in sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*")):
        if os.access(folder / "bin" / "python", os.X_OK):
            yield str(folder / "bin" / "python")


def environment(minor: int, python: str) -> str:
    """The Python of our environment of this version, made anew when the project's needs changed."""
    folder = PROJECT / ".cache" / f"python3.{minor}"
    needs, stamp = (PROJECT / "pyproject.toml").read_text("utf-8"), folder / ".needs"
    ours = str(folder / "bin" / "python")
    if not stamp.exists() or stamp.read_text("utf-8") != needs:
        print(f"Python 3.{minor}: making {folder.relative_to(PROJECT)}", flush=True)
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        quiet = ("--quiet", "--disable-pip-version-check", "--no-color")
        command = [ours, "-m", "pip", "install", *quiet, "--editable", f"{PROJECT}[dev]"]
        installed = subprocess.run(command, capture_output=True, text=True, check=False)
        if installed.returncode:
            sys.exit(f"{installed.stdout}{installed.stderr}")
        stamp.write_text(needs, "utf-8")
    return ours


def pytest() -> list[str]:
    """The command after the Python."""
    return ["-m", "pytest", "-q", "-n", "2", *sys.argv[1:]]


def report(name: str, command: list[str], extra: dict[str, str]) -> bool:
    """Run tests and print what they came to: one line, or all of it if they fail."""
    started = time.monotonic()
    ran = subprocess.run(
        command,
        cwd=PROJECT,
        env={**os.environ, **extra},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ran.returncode:
        print(ran.stdout)
    last = (ran.stdout.strip().splitlines() or ["nothing was printed"])[-1]
    print(f"{name}: {last} ({time.monotonic() - started:.0f} s)", flush=True)
    return ran.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
