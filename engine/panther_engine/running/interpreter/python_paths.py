"""Finds the files that an interpreter needs to start and to import, without starting it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from panther_engine.reading.storage.read_regular import read_text

HOME_LINE = re.compile(r"^home\s*=\s*(.+?)\s*$", re.MULTILINE)
LINKS_LIMIT = 40
PTH_LIMIT = 1 << 16
"""Bytes that are read of a `.pth` file."""
OWN_PARTS = ("bin", "lib", "lib64", "include", "ssl", "share/zoneinfo", "share/terminfo")
"""What belongs to Python in a prefix that others share, such as `~/.local`."""


def interpreter_paths(python: str, root: str) -> list[str]:
    """Absolute paths of folders and files; some may not exist.

    They are its program, its prefix and that of the Python it was made of, with the folders that
    `.pth` files of their site-packages name. An environment inside the checkout at `root` is not
    believed: it may have been committed to have other folders read.
    """
    found: list[str] = []
    for program in _chain(python):
        found.append(program)
        prefix = Path(program).parent.parent
        found += _prefix_paths(prefix)
        if home := _home_of(prefix):
            found += _prefix_paths(Path(home).parent)
    parts = python.split(os.sep)
    if ".pyenv" in parts:  # its programs are scripts that look for the real ones
        found.append(os.sep.join(parts[: parts.index(".pyenv") + 1]))
    found = list(dict.fromkeys(found))
    inside = root.rstrip(os.sep) + os.sep
    named = _named_by_pth([path for path in found if not path.startswith(inside)])
    return [*found, *dict.fromkeys(named)]


def _chain(python: str) -> Iterator[str]:
    """The program, and each that its links lead to."""
    path = os.path.abspath(python)
    for _ in range(LINKS_LIMIT):
        yield path
        try:
            target = os.readlink(path)
        except OSError:
            break
        path = os.path.normpath(os.path.join(os.path.dirname(path), target))
    yield os.path.realpath(python)


def _prefix_paths(prefix: Path) -> list[str]:
    """All of a prefix that is Python's own, else the parts that are."""
    if (prefix / "pyvenv.cfg").is_file() or (prefix / "conda-meta").is_dir():
        return [str(prefix)]
    if not any(prefix.glob("lib/python3*/os.py")):
        return []
    return [str(prefix / part) for part in OWN_PARTS]


def _home_of(prefix: Path) -> str:
    """The folder of the Python that a virtual environment was made with; empty if it is none."""
    try:
        found = HOME_LINE.search(read_text(prefix / "pyvenv.cfg", PTH_LIMIT))
    except (OSError, ValueError):
        return ""
    if found is None or not os.path.isabs(found[1]):
        return ""
    return found[1] if os.access(os.path.join(found[1], "python3"), os.X_OK) else ""


def _named_by_pth(prefixes: list[str]) -> Iterator[str]:
    for prefix in prefixes:
        base = Path(prefix)
        for pattern in ("lib/python3*/site-packages/*.pth", "python3*/site-packages/*.pth"):
            for path in sorted(base.glob(pattern)):
                yield from _lines_of(path)


def _lines_of(path: Path) -> Iterator[str]:
    try:
        lines = read_text(path, PTH_LIMIT).splitlines()
    except (OSError, ValueError):
        return
    # an editable installation is a folder of code; the top or a home is a mistake
    never = ("/", os.path.expanduser("~"))
    for line in lines:
        named = os.path.normpath(os.path.join(path.parent, line.strip()))
        is_no_path = line.startswith(("#", "import ", "import\t")) or not line.strip()
        if not is_no_path and os.path.isdir(named) and named not in never:
            yield named
