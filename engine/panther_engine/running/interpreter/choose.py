"""Which Python runs the policies, and why that one."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from panther_engine.running.interpreter.managed_environments import pipenv_folders, poetry_folders

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

    What is asked for by name is looked for as a path (`--python` from the current directory first,
    the setting from the root first), then as a command.
    Raises InterpreterError when one was asked for and is not there.
    """
    if asked:
        return Interpreter(_find(asked, (Path(), root), "--python", environment), "--python")
    if setting:
        source = "the setting `python`"
        return Interpreter(_find(setting, (root, Path()), source, environment), source)
    candidates = [(name, root / name) for name in FOLDERS]
    candidates += [(f"pipenv ({place.name})", place) for place in pipenv_folders(root, environment)]
    candidates += [(f"poetry ({place.name})", place) for place in poetry_folders(root, environment)]
    if active := environment.get("VIRTUAL_ENV"):
        candidates.insert(0, (f"$VIRTUAL_ENV ({Path(active).name})", Path(active)))
    ours = ""
    for reason, folder in candidates:
        python = _python_in(folder)
        if python and not _is_ours(folder):
            return Interpreter(python, reason)
        if python and not reason.startswith("$"):
            ours = ours or reason
    if ours:
        return Interpreter(sys.executable, f"{ours}, which panther-tui runs in itself")
    return Interpreter(sys.executable, "panther-tui's own: the checkout has no environment")


def _find(
    wanted: str, places: tuple[Path, ...], source: str, environment: Mapping[str, str]
) -> str:
    expanded = os.path.expanduser(wanted)
    for place in places:
        candidate = os.path.join(place, expanded)
        if os.path.isdir(candidate) and (python := _python_in(Path(candidate))):
            return python
        if _is_executable(candidate):
            return os.path.abspath(candidate)
    if found := shutil.which(wanted, path=environment.get("PATH")):
        return os.path.abspath(found)
    raise InterpreterError(
        f"no Python at {wanted!r}, which {source} asks for;"
        " give the path of an executable or of a virtual environment"
    )


def _python_in(folder: Path) -> str:
    """The interpreter of a virtual environment; its link is kept, for it is what makes it one."""
    for name in ("bin/python", "Scripts/python.exe"):
        python = os.path.abspath(folder / name)
        if _is_executable(python):
            return python
    return ""


def _is_executable(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)


def _is_ours(folder: Path) -> bool:
    return os.path.realpath(folder) == os.path.realpath(sys.prefix)
