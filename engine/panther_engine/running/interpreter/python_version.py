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
LIBRARY = re.compile(r"python(\d+)\.(\d+)t?")
CONFIG_LIMIT = 1 << 16
"""Bytes."""
PATIENCE = 5.0
"""Seconds that an interpreter gets to tell its version."""


def reads_newer_syntax(python: str, root: str | os.PathLike[str]) -> bool:
    """Whether `python` is a newer Python than the one that runs us; False if it cannot be told.

    A virtual environment says so in its `pyvenv.cfg`; any other interpreter is asked. One in the
    checkout at `root` never is, for it may be any program: its folders tell.
    """
    if Path(python) == Path(sys.executable):
        return False
    prefix = Path(python).parent.parent
    version = _version_in_config(prefix)
    if version is None:
        version = _version_of_library(prefix) if _is_in(python, root) else _ask(python)
    return version is not None and version > sys.version_info[:2]


def _is_in(python: str, root: str | os.PathLike[str]) -> bool:
    """Whether a program or a link to it lies in the checkout."""
    folders = {os.path.abspath(root), os.path.realpath(root)}
    path = os.path.abspath(python)
    named = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    places = (path, named, os.path.realpath(path))
    return any(place.startswith(os.path.join(it, "")) for it in folders for place in places)


def _version_of_library(prefix: Path) -> tuple[int, int] | None:
    """As the folder with its standard library is called; None without one, or with several."""
    try:
        found = {LIBRARY.fullmatch(path.parent.name) for path in prefix.glob("lib/python3.*/os.py")}
    except OSError:
        return None
    versions = {(int(it[1]), int(it[2])) for it in found if it}
    return versions.pop() if len(versions) == 1 else None


def _version_in_config(prefix: Path) -> tuple[int, int] | None:
    try:
        text = read_text(prefix / "pyvenv.cfg", CONFIG_LIMIT)
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
            env=policy_environment(os.environ),
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = VERSION.search(asked.stdout.decode("ascii", "replace"))
    return (int(found[1]), int(found[2])) if found else None
