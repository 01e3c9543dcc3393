"""Chooses the Python that runs the policies, and says why."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from panther_engine.running.interpreter.managed_environments import (
    foreign_environment,
    pipenv_folders,
    poetry_folders,
)
from panther_engine.values.frozen import dataclass

FOLDERS = (".venv", "venv", "env")
"""Where a repository keeps its environment, in this order."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python executable and why it was chosen."""

    path: str
    reason: str
    broken: tuple[str, ...] = ()
    """Environments that would have come first and cannot be used, each with why, in words."""


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
    broken: list[str] = []
    if foreign := foreign_environment(root, environment):
        broken.append(
            f".venv names {foreign:.200}, outside of the checkout, which may not choose it:"
            " your own setting `python` may"
        )
    for reason, folder in candidates:
        python = _python_in(folder)
        if python and not _is_ours(folder):
            return _chosen(python, reason, broken)
        if python and not reason.startswith("$"):
            ours = ours or reason
        if not python and (why := _fault_of(folder, reason.startswith("$"))):
            broken.append(f"{reason} is broken: {why}")
    if ours:
        return _chosen(sys.executable, f"{ours}, which panther-tui runs in itself", broken)
    if broken:
        return _chosen(sys.executable, "panther-tui's own", broken)
    return Interpreter(sys.executable, "panther-tui's own: the checkout has no environment")


def _chosen(python: str, reason: str, broken: Sequence[str]) -> Interpreter:
    return Interpreter(python, "; ".join((reason, *broken)), tuple(broken))


def _fault_of_asked(path: str) -> str:
    """Why what was asked for by its path is no Python; empty if it is not there at all."""
    if os.path.islink(path) and not os.path.exists(path):
        return f"it points to {os.path.realpath(path)}, which is not there; make it anew"
    return _fault_of(Path(path), named=False) if os.path.isdir(path) else ""


def _fault_of(folder: Path, named: bool) -> str:
    """Why an environment without a Python that runs is none; empty if it never was one.

    One that is `named`, as by $VIRTUAL_ENV, is to be there.
    """
    if not os.path.lexists(folder):
        return f"there is no {folder}; deactivate it, or make it anew" if named else ""
    if os.path.islink(folder) and not os.path.exists(folder):
        return f"it points to {os.path.realpath(folder)}, which is not there; make it anew"
    for name in ("bin/python", "Scripts/python.exe"):
        python = folder / name
        if os.path.islink(python) and not os.path.exists(python):
            target = os.path.realpath(python)
            return f"its {name} points to {target}, which is not there; make it anew"
        if os.path.exists(python):
            return f"its {name} cannot be run; make it anew"
    if named or os.path.isfile(folder / "pyvenv.cfg"):
        return "it holds no Python; make it anew"
    return ""


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
        if why := _fault_of_asked(candidate):
            raise InterpreterError(f"{wanted!r}, which {source} asks for, is broken: {why}")
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
