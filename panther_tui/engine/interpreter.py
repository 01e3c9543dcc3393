"""Which Python runs the policies, and why that one."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDERS = (".venv", "venv", "env")
"""Where a repository keeps its environment, in this order."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python executable and why it was chosen."""

    path: str
    reason: str


class InterpreterError(Exception):
    """The interpreter that was asked for is not there. The message says what to do."""


def choose_interpreter(
    root: Path, asked: str | None, setting: str | None, environment: Mapping[str, str]
) -> Interpreter:
    """The first there is of: `--python`, the setting, `$VIRTUAL_ENV`, the repository's, ours.

    Raises InterpreterError when one was asked for by name and is not there.
    """
    for name, source in ((asked, "--python"), (setting, "the setting `python`")):
        if name:
            return Interpreter(_find(name, root, source), source)
    active = environment.get("VIRTUAL_ENV")
    if active and not _is_ours(Path(active)) and (python := _python_in(Path(active))):
        return Interpreter(str(python), f"$VIRTUAL_ENV ({Path(active).name})")
    for name in FOLDERS:
        if not _is_ours(root / name) and (python := _python_in(root / name)):
            return Interpreter(str(python), name)
    for manager, folder in _managed(root, environment):
        if python := _python_in(folder):
            return Interpreter(str(python), f"{manager} ({folder.name})")
    return Interpreter(sys.executable, "panther-tui's own: the checkout has no environment")


def _find(wanted: str, root: Path, source: str) -> str:
    import shutil

    expanded = Path(wanted).expanduser()
    for candidate in (expanded, root / expanded):
        if candidate.is_dir() and (python := _python_in(candidate)):
            return str(python)
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return str(candidate.absolute())
    if found := shutil.which(wanted):
        return found
    raise InterpreterError(
        f"no Python at {wanted!r}, which {source} asks for;"
        " give the path of an executable or of a virtual environment"
    )


def _python_in(folder: Path) -> Path | None:
    """The interpreter of a virtual environment; its link is kept, for it is what makes it one."""
    for name in ("bin/python", "Scripts/python.exe"):
        python = folder / name
        if os.access(python, os.X_OK):
            return python.absolute()
    return None


def _is_ours(folder: Path) -> bool:
    return os.path.realpath(folder) == os.path.realpath(sys.prefix)


def _managed(root: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    """Where pipenv and poetry keep a project's environment outside of it."""
    home = Path(environment.get("HOME", "~")).expanduser()
    if (root / "Pipfile").is_file():
        digest = hashlib.sha256(str(root / "Pipfile").encode()).digest()[:6]
        name = re.sub(r'[ &$`!*@"()\[\]\\\r\n\t]', "_", root.name)[:42]
        folder = f"{name}-{base64.urlsafe_b64encode(digest).decode()[:8]}"
        place = environment.get("WORKON_HOME") or home / ".local/share/virtualenvs"
        yield "pipenv", Path(place) / folder
    if (root / "poetry.lock").is_file():
        digest = hashlib.sha256(os.path.realpath(root).encode()).digest()
        suffix = base64.urlsafe_b64encode(digest).decode()[:8]
        cache = Path(environment.get("POETRY_CACHE_DIR") or home / ".cache/pypoetry")
        for folder_path in sorted((cache / "virtualenvs").glob(f"*-{suffix}-py*")):
            yield "poetry", folder_path
