"""Finds out whether policies may use newer syntax than our own Python reads."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from panther_engine.reading.storage.read_regular import read_text
from panther_engine.running.interpreter.environment import policy_environment

VERSION = re.compile(r"^version(?:_info)?\s*=\s*(\d+)\.(\d+)", re.MULTILINE)
CONFIG_LIMIT = 1 << 16
"""Bytes."""
PATIENCE = 5.0
"""Seconds that an interpreter gets to tell its version."""


def reads_newer_syntax(python: str) -> bool:
    """Whether `python` is a newer Python than the one that runs us; False if it cannot be told.

    A virtual environment says so in its `pyvenv.cfg`; any other interpreter is asked.
    """
    if Path(python) == Path(sys.executable):
        return False
    version = _version_of_environment(Path(python)) or _ask(python)
    return version is not None and version > sys.version_info[:2]


def _version_of_environment(python: Path) -> tuple[int, int] | None:
    try:
        text = read_text(python.parent.parent / "pyvenv.cfg", CONFIG_LIMIT)
    except OSError:
        return None
    found = VERSION.search(text)
    return (int(found[1]), int(found[2])) if found else None


def _ask(python: str) -> tuple[int, int] | None:
    code = "import sys; print('version = %d.%d' % sys.version_info[:2])"
    try:
        asked = subprocess.run(
            [python, "-I", "-c", code],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=policy_environment(os.environ),  # the checkout may have brought this program
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = VERSION.search(asked.stdout.decode("ascii", "replace"))
    return (int(found[1]), int(found[2])) if found else None
