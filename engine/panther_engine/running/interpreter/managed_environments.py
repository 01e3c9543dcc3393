"""Finds the virtual environments that pipenv and poetry keep outside the project.

The rules are those of pipenv 2024 (`project.py`, `utils/shell.py`) and poetry 1 and 2
(`EnvManager.generate_env_name`). Asking either of them would take a second.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from panther_engine.reading.storage.read_regular import read_text

PATH_LIMIT = 1 << 16
"""Bytes of a file that holds a path."""
NAME_LENGTH = 42
"""Characters that pipenv keeps of a project's name."""
DIGITS = re.compile(r"(\d+)")


def pipenv_folders(root: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    """Where pipenv's environment for a checkout would be, the likeliest first.

    A file `.venv` holds its path, or its name among pipenv's environments. A path that leads out of
    both them and the checkout is not followed, for it would let the checkout choose a program.
    """
    home = _workon_home(environment)
    pointed = _pointed_at(root, home)
    if pointed is not None and _is_in(pointed, (root, home)):
        yield pointed
    if not os.path.isfile(root / "Pipfile"):
        return
    if custom := environment.get("PIPENV_CUSTOM_VENV_NAME"):
        yield home / custom
        return
    python = environment.get("PIPENV_PYTHON", "")
    suffix = f"-{os.path.basename(python) if os.path.isabs(python) else python}" if python else ""
    for place in dict.fromkeys((os.path.abspath(root), os.path.realpath(root))):
        name = re.sub(r'[ &$`!*@"()\[\]\\\r\n\t]', "_", os.path.basename(place))[:NAME_LENGTH]
        digest = hashlib.sha256(os.path.join(place, "Pipfile").encode()).digest()[:6]
        yield home / f"{name}-{_in_letters(digest)}{suffix}"


def foreign_environment(root: Path, environment: Mapping[str, str]) -> str:
    """The path in the checkout's file `.venv` if it is not followed, else empty."""
    home = _workon_home(environment)
    pointed = _pointed_at(root, home)
    return "" if pointed is None or _is_in(pointed, (root, home)) else str(pointed)


def _pointed_at(root: Path, home: Path) -> Path | None:
    try:
        pointed = read_text(root / ".venv", PATH_LIMIT).strip()
    except OSError:
        return None
    if not pointed or "\0" in pointed:
        return None
    return root / pointed if re.search(r"[/\\]", pointed) else home / pointed


def _is_in(path: Path, folders: tuple[Path, ...]) -> bool:
    """Whether a path leads into one of these folders, whichever links lead there."""
    real = os.path.realpath(path)
    return any(real.startswith(os.path.join(os.path.realpath(it), "")) for it in folders)


def poetry_folders(root: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    """Poetry's environments for a checkout, the one of the newest Python first."""
    if not os.path.isfile(root / "pyproject.toml"):
        return
    where = os.path.normcase(os.path.realpath(root))
    suffix = _in_letters(hashlib.sha256(where.encode()).digest())
    folders = _poetry_home(environment).glob(f"*-{suffix}-py*")
    yield from sorted(folders, key=_by_version, reverse=True)


def _workon_home(environment: Mapping[str, str]) -> Path:
    if chosen := environment.get("WORKON_HOME"):
        return _expand(chosen, environment)
    if sys.platform == "win32":
        return _expand("~/.virtualenvs", environment)
    shared = environment.get("XDG_DATA_HOME") or "~/.local/share"
    return _expand(shared, environment) / "virtualenvs"


def _poetry_home(environment: Mapping[str, str]) -> Path:
    if chosen := environment.get("POETRY_VIRTUALENVS_PATH"):
        return _expand(chosen, environment)
    cache = environment.get("POETRY_CACHE_DIR")
    if not cache and sys.platform == "win32":
        cache = os.path.join(environment.get("LOCALAPPDATA", "~"), "pypoetry", "Cache")
    elif not cache and sys.platform == "darwin":
        cache = "~/Library/Caches/pypoetry"
    elif not cache:
        cache = os.path.join(environment.get("XDG_CACHE_HOME") or "~/.cache", "pypoetry")
    return _expand(cache, environment) / "virtualenvs"


def _expand(path: str, environment: Mapping[str, str]) -> Path:
    home = environment.get("HOME") or environment.get("USERPROFILE")
    if home and (path == "~" or path.startswith("~/")):
        return Path(home + path[1:])
    return Path(os.path.expanduser(path))


def _in_letters(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode()[:8]


def _by_version(folder: Path) -> list[int]:
    return [int(digits) for digits in DIGITS.findall(folder.name.rpartition("-py")[2])]
