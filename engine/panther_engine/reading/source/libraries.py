"""Guesses the third-party modules that a worker should import in advance."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from panther_engine.reading.storage.read_regular import read_regular

HEAVY = frozenset(
    {
        "boto3",
        "botocore",
        "jsonpath_ng",
        "panther_core",
        "panther_detection_helpers",
        "policyuniverse",
        "requests",
        "unittest",
    }
)
"""Top-level names that take long to import: only policies that need one pay for it."""
LIGHT = frozenset({"dateutil"})
PARTS = {"dateutil": ("dateutil.parser",)}
"""Submodules that `from dateutil import parser` needs; importing one takes 10 ms."""
LATER = ("unittest", "panther_core", "boto3", "botocore")
"""Imported after all others, in this order: few policies need them, or they take longest."""
NEVER = frozenset({"antigravity", "idlelib", "lib2to3", "test", "this", "tkinter", "turtle"})
"""Standard modules that do more than define something when they are imported."""


def is_heavy(modules: Iterable[str]) -> bool:
    """Whether one of these (dotted) module names belongs to a heavy library."""
    return any(name.partition(".")[0] in HEAVY for name in modules)


def preloadable(modules: Iterable[str], heavy: bool) -> tuple[str, ...]:
    """Those that a worker may import beforehand: known libraries, never a project's own."""
    known = (sys.stdlib_module_names - NEVER) | LIGHT | (HEAVY if heavy else frozenset())
    chosen = {
        name
        for name in modules
        if (top := name.partition(".")[0]) in known and (heavy or top not in HEAVY)
    }
    parts = {part for name in chosen for part in PARTS.get(name, ())}

    def turn(name: str) -> tuple[int, str]:
        top = name.partition(".")[0]
        return (LATER.index(top) + 1 if top in LATER else 0, name)

    return tuple(sorted(chosen | parts, key=turn))


IMPORT = re.compile(rb"^\s*(?:from|import)\s+([A-Za-z_][\w.]*)", re.MULTILINE)
GUESSED_FILES = 5_000
GUESSED_SIZE = 1 << 20
"""Bytes of a file; a larger one is no body by hand."""


def guess_modules(root: Path) -> frozenset[str]:
    """Names that a checkout's policies and globals import, by a quick look at their text.

    So that workers can warm up while the repository is being read. Unreadable files are left out.
    """
    names: set[bytes] = set()
    files = 0
    for folder in [*sorted(root.glob("*policies*")), root / "global_helpers"]:
        for place, inside, found in os.walk(folder):
            inside[:] = [name for name in inside if not name.startswith((".", "__"))]
            for name in found:
                if name.endswith(".py") and files < GUESSED_FILES:
                    files += 1
                    try:
                        content = read_regular(Path(place, name), GUESSED_SIZE)
                    except OSError:
                        continue
                    names.update(IMPORT.findall(content))
    return frozenset(name.decode("ascii", "replace") for name in names)
