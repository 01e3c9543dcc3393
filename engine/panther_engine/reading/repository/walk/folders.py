"""Reads one directory: its files with their stamps, and the directories to descend into.

Names that are not UTF-8 are kept as surrogate escapes. Nothing on the disk can make this raise:
what cannot be read becomes a diagnostic.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import field
from fnmatch import fnmatchcase
from pathlib import Path

from panther_engine.model import Diagnostic, Level
from panther_engine.values.frozen import dataclass

SETTINGS_NAME = ".panther_settings.yml"
"""PAT's settings; a directory that holds one is the root of a repository."""

SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules"})


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells a file's versions apart without reading it."""

    mtime_ns: int
    size: int
    inode: int
    ctime_ns: int = 0
    """Tells of changed permissions, and of writes that keep the old modification time."""


@dataclass(frozen=True, slots=True)
class Folder:
    """One directory as it was when it was read. Hidden names are left out."""

    path: str
    """Relative to the root; `.` is the root itself."""
    files: Mapping[str, Stamp] = field(default_factory=dict)
    """Regular files by name, sorted."""
    folders: tuple[str, ...] = ()
    """Names of the directories that a walk goes on to, sorted."""
    settings: Stamp | None = None
    """Stamp of its `.panther_settings.yml`."""
    environment: bool = False
    """It is a virtual environment."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Where names that are symbolic links lead, broken ones too."""
    linked_folders: tuple[str, ...] = ()
    """Names of directories that are links: a walk does not go on to them, as PAT's does not."""
    shared: frozenset[str] = frozenset()
    """Names of files that have other names as well (hard links)."""
    diagnostics: tuple[Diagnostic, ...] = ()


def read_folder(root: Path, path: str) -> Folder:
    """Read one directory with the stamps of its files."""
    files: list[tuple[str, Stamp]] = []
    folders: list[str] = []
    found: list[Diagnostic] = []
    links: dict[str, str] = {}
    linked_folders: list[str] = []
    shared: set[str] = set()
    settings = None
    environment = False
    try:
        with os.scandir(os.path.join(root, path)) as entries:
            for entry in entries:
                name = entry.name
                if name.startswith("."):
                    if name == SETTINGS_NAME:
                        status = _status_of(entry)
                        settings = stamp_status(status) if stat.S_ISREG(status.st_mode) else None
                    continue
                try:
                    if entry.is_symlink():
                        links[name] = os.readlink(entry.path)
                    if entry.is_dir(follow_symlinks=False):
                        if name not in SKIPPED_FOLDERS:
                            folders.append(name)
                        continue
                    if entry.is_dir():
                        linked_folders.append(name)
                        continue
                    status = _status_of(entry)
                    stamp = stamp_status(status) if stat.S_ISREG(status.st_mode) else None
                except OSError as error:
                    vanished = isinstance(error, FileNotFoundError) and not entry.is_symlink()
                    if is_candidate(name) and not vanished:
                        found.append(_unreadable(join(path, name), error))
                    continue
                if stamp is not None:
                    files.append((name, stamp))
                    if status.st_nlink > 1 and is_candidate(name):
                        shared.add(name)
                elif is_candidate(name):
                    found.append(_irregular(join(path, name), entry))
                environment |= name == "pyvenv.cfg"
    except FileNotFoundError:
        pass
    except OSError as error:
        found.append(_unreadable(path, error))
    return Folder(
        path=path,
        files=dict(sorted(files)),
        folders=tuple(sorted(folders)),
        settings=settings,
        environment=environment,
        links=dict(sorted(links.items())),
        linked_folders=tuple(sorted(linked_folders)),
        shared=frozenset(shared),
        diagnostics=tuple(sorted(found, key=lambda one: one.path)),
    )


def stamp_path(path: str) -> Stamp | None:
    """Stamp of a regular file, by its path on disk; None when there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return stamp_status(status) if stat.S_ISREG(status.st_mode) else None


def stamp_status(status: os.stat_result) -> Stamp:
    """The stamp that a file's status comes to."""
    return Stamp(status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns)


def is_spec_name(name: str) -> bool:
    """Whether a file of this name can be a spec; case counts, as in PAT."""
    return name.endswith((".yml", ".json")) or fnmatchcase(name, "*.y*ml")


def is_candidate(name: str) -> bool:
    """Whether a file of this name can be a spec or a body."""
    return name.endswith(".py") or is_spec_name(name)


def join(folder: str, name: str) -> str:
    """Path of a name in a root-relative directory."""
    return name if folder == "." else f"{folder}/{name}"


def parent_of(path: str) -> str:
    """Root-relative directory of a normal path; `.` for what lies in the root."""
    return path.rpartition("/")[0] or ("/" if path.startswith("/") else ".")


def _status_of(entry: os.DirEntry[str]) -> os.stat_result:
    # On Windows a directory entry knows no inode.
    return os.stat(entry.path) if os.name == "nt" else entry.stat()


def _unreadable(path: str, error: OSError) -> Diagnostic:
    reason = error.strerror or type(error).__name__
    return Diagnostic(path, 1, 0, Level.WARNING, "unreadable", f"cannot be read: {reason}")


def _irregular(path: str, entry: os.DirEntry[str]) -> Diagnostic:
    return Diagnostic(path, 1, 0, Level.WARNING, "not-a-file", f"`{entry.name}` is not a file")
