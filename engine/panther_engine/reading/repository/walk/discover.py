"""Lists the files that may be specs or bodies, in PAT's order, and the directories to watch."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from panther_engine.model import Diagnostic, Level
from panther_engine.reading.repository.walk.folders import SETTINGS_NAME as SETTINGS_NAME
from panther_engine.reading.repository.walk.folders import (
    Folder,
    is_candidate,
    is_spec_name,
    join,
    parent_of,
    read_folder,
)
from panther_engine.reading.repository.walk.folders import Stamp as Stamp
from panther_engine.values.frozen import dataclass

FOLDER_PATTERNS = (
    "*data_models*",
    "*/global_helpers",
    "*lookup_tables*",
    "*rules*",
    "*/packs",
    "*policies*",
    "*queries*",
    "*scheduled_prompts*",
)
"""Paths read when the scope is the root itself; `*` crosses `/` (PAT 1.11.1: analysis_utils)."""

HELPER_FOLDERS = ("global_helpers", "data_models")
"""Directories that PAT adds to every scope if they exist."""

ALWAYS_IGNORED = ("dependabot.yml", "package.json", "package-lock.json")
"""Ignored at the root (PAT 1.11.1: load_analysis_specs_ex)."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a walk found. `files` holds candidates only: `*.y*ml`, `*.json` and `*.py`."""

    files: Mapping[str, Stamp]
    """By path, in PAT's load order; directories sorted, where PAT takes them as they come."""
    specs: tuple[str, ...]
    """Those among the files whose names are of specs."""
    directories: tuple[str, ...]
    """All that must be watched for the listing to stay true."""
    diagnostics: tuple[Diagnostic, ...]
    folders: Mapping[str, Folder] = field(default_factory=dict)
    """Everything that was read, including ancestors of the scopes that are only watched."""
    missing: tuple[str, ...] = ()
    """Scopes that do not exist."""


def find_root(path: Path) -> Path:
    """The root of the repository that `path` lies in; `path` need not exist.

    The nearest ancestor with `.git` or `.panther_settings.yml`; without one, the nearest with
    `policies` or `global_helpers`; else the path itself, or its directory if it is a file.
    """
    start = Path(os.path.abspath(path))
    if not start.is_dir():
        start = start.parent
    for names in ((".git", SETTINGS_NAME), ("policies", "global_helpers")):
        for folder in (start, *start.parents):
            if any(os.path.lexists(folder / name) for name in names):
                return folder
    return start


def list_files(root: Path, scopes: tuple[str, ...], ignored: tuple[str, ...] = ()) -> Listing:
    """Everything under the scopes and the helper directories that PAT would add for them.

    Scopes are root-relative directories. Scope `.` reads only directories that match
    `FOLDER_PATTERNS`; any other scope reads every directory below it. `ignored` are
    root-relative specs to leave out; as in PAT they have no effect in helper directories.
    """
    folders: dict[str, Folder] = {}
    missing = tuple(scope for scope in map(_normal, scopes) if not os.path.isdir(root / scope))
    for start in _starts(root, scopes):
        stack = [start]
        while stack:
            path = stack.pop()
            known = path in folders
            folder = folders.setdefault(path, folders.get(path) or read_folder(root, path))
            if not known and not _is_closed(folder, scopes):
                stack += [join(path, name) for name in folder.folders]
    for ancestor in _ancestors(_possible_starts(scopes)):
        if ancestor not in folders and os.path.isdir(root / ancestor):
            folders[ancestor] = read_folder(root, ancestor)
    return _arrange(root, scopes, ignored, folders, missing)


def refresh(
    root: Path,
    scopes: tuple[str, ...],
    ignored: tuple[str, ...],
    listing: Listing,
    touched: Collection[str],
) -> Listing:
    """The listing after another look at the `touched` directories only.

    Falls back to the whole walk when directories came or went, or one is not in the listing.
    """
    fresh: dict[str, Folder] = {}
    for path in touched:
        known = listing.folders.get(path)
        if known is None:
            return list_files(root, scopes, ignored)
        folder = read_folder(root, path)
        if (
            folder.folders != known.folders
            or folder.links != known.links
            or folder.environment != known.environment
            or (folder.settings is None) != (known.settings is None)
        ):
            return list_files(root, scopes, ignored)
        if folder != known:
            fresh[path] = folder
    if not fresh:
        return listing
    if all(_holds_the_same(listing.folders[path], folder) for path, folder in fresh.items()):
        return _restamp(listing, fresh)
    return _arrange(root, scopes, ignored, {**listing.folders, **fresh}, listing.missing)


def _holds_the_same(known: Folder, folder: Folder) -> bool:
    return (
        known.files.keys() == folder.files.keys()
        and known.diagnostics == folder.diagnostics
        and known.shared == folder.shared
    )


def _restamp(listing: Listing, fresh: Mapping[str, Folder]) -> Listing:
    """The same files, some with other stamps."""
    files = dict(listing.files)
    for path, folder in fresh.items():
        known = listing.folders[path].files
        for name, stamp in folder.files.items():
            if known[name] != stamp and (place := join(path, name)) in files:
                files[place] = stamp
    return replace(listing, files=files, folders={**listing.folders, **fresh})


def _arrange(
    root: Path,
    scopes: tuple[str, ...],
    ignored: tuple[str, ...],
    folders: Mapping[str, Folder],
    missing: tuple[str, ...],
) -> Listing:
    """Flatten what was read into load order."""
    left_out = {*ALWAYS_IGNORED, *map(_normal, ignored)}
    own_scopes = {_normal(scope) for scope in scopes}
    files: dict[str, Stamp] = {}
    found = [_no_directory(scope) for scope in missing]
    told: set[str] = set()
    for start in _starts(root, scopes):
        helpers = start not in own_scopes
        for path in _preorder(folders, start, scopes):
            folder = folders[path]
            if path not in told:
                told.add(path)
                found += folder.diagnostics
                if folder.settings is not None and _is_closed(folder, scopes):
                    found.append(_nested(path))
                elif not _is_closed(folder, scopes):
                    linked = (join(path, name) for name in folder.linked_folders)
                    found += [_linked(one) for one in linked if start != "." or _is_read(one)]
            if _is_closed(folder, scopes):
                continue
            if start == "." and path != "." and not _is_read(path):
                continue
            for name, stamp in folder.files.items():
                place = join(path, name)
                if place not in files and is_candidate(name):
                    if not helpers and place in left_out and not name.endswith(".py"):
                        continue
                    files[place] = stamp
    directories = tuple(path for path, folder in folders.items() if not folder.environment)
    specs = tuple(path for path in files if is_spec_name(path))
    return Listing(files, specs, directories, tuple(found), folders, missing)


def _preorder(folders: Mapping[str, Folder], start: str, scopes: tuple[str, ...]) -> Iterator[str]:
    stack = [start]
    while stack:
        path = stack.pop()
        folder = folders.get(path)
        if folder is None:
            continue
        yield path
        if not _is_closed(folder, scopes):
            stack += [join(path, name) for name in reversed(folder.folders)]


def _is_read(path: str) -> bool:
    return any(fnmatchcase(f"./{path}", pattern) for pattern in FOLDER_PATTERNS)


def _is_closed(folder: Folder, scopes: tuple[str, ...]) -> bool:
    """Whether it is a virtual environment or another repository, which a walk does not enter."""
    if folder.path == "." or folder.path in map(_normal, scopes):
        return False
    return folder.environment or folder.settings is not None


def _possible_starts(scopes: tuple[str, ...]) -> list[str]:
    normal = [_normal(scope) for scope in scopes]
    starts = list(normal)
    for name in HELPER_FOLDERS:
        for scope in normal:
            starts += [_normal(f"{scope}/{name}"), name, _normal(f"{scope}/../{name}")]
    inside = (start for start in starts if start != ".." and not start.startswith(("../", "/")))
    return list(dict.fromkeys(inside))


def _starts(root: Path, scopes: tuple[str, ...]) -> list[str]:
    """Where the walk starts, in PAT's order: the scopes, then helper directories that exist."""
    return [start for start in _possible_starts(scopes) if os.path.isdir(root / start)]


def _ancestors(paths: Iterable[str]) -> list[str]:
    """Every directory above these, the root among them, each once."""
    found: dict[str, None] = {".": None}
    for path in paths:
        while path != ".":
            path = parent_of(path)
            found[path] = None
    return list(found)


def _normal(path: str) -> str:
    return posixpath.normpath(path.replace(os.sep, "/"))


def _no_directory(path: str) -> Diagnostic:
    return Diagnostic(path, 1, 0, Level.ERROR, "no-such-directory", "there is no such directory")


def _linked(path: str) -> Diagnostic:
    return Diagnostic(
        path,
        1,
        0,
        Level.INFO,
        "linked-folder",
        "this directory is a symbolic link and is left out, as PAT leaves it out",
        "name it to test the policies in it, or link the single files",
    )


def _nested(path: str) -> Diagnostic:
    return Diagnostic(
        join(path, SETTINGS_NAME),
        1,
        0,
        Level.INFO,
        "nested-repository",
        "this directory is a repository of its own and is left out",
        "start panther-tui in it to test its policies",
    )
