"""Finds links and other names of files, where a change to a checkout's file can also happen."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path

from panther_engine.reading.repository.walk.folders import Folder, join, parent_of
from panther_engine.values.frozen import dataclass

HOPS_LIMIT = 40
"""Links that one name may lead through; the kernel allows as many."""


@dataclass(frozen=True, slots=True)
class Links:
    """What must be watched because of names that are links, and what it stands for."""

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Paths of the checkout by the other path that a change of theirs is seen at. Other paths are
    relative to the root where they lie inside it, else absolute."""
    directories: tuple[str, ...] = ()
    """Where those other paths are, likewise; each exists."""
    shared: tuple[str, ...] = ()
    """Files with hard links: a write through another name is heard nowhere."""

    def expand(self, paths: Iterable[str]) -> frozenset[str]:
        """Hints as paths of the checkout. What lies outside and stands for nothing is left out."""
        found: set[str] = set()
        for path in paths:
            found.update(self.names.get(path, ()))
            if not path.startswith(("/", "../")):
                found.add(path)
        return frozenset(found)


def find_links(
    root: Path, folders: Mapping[str, Folder], files: Iterable[str], opened: Iterable[str]
) -> Links:
    """The links among what a repository is made of.

    Args:
        root: its absolute path.
        folders: the directories that were read.
        files: specs, bodies and globals that a spec names.
        opened: files that runs read besides.
    """
    real_root = os.path.realpath(root)
    names: dict[str, dict[str, None]] = {}
    for path in _candidates(root, folders, files, opened):
        for place in _places(os.path.join(root, path)):
            other = _as_path(place, str(root), real_root)
            if other != path:
                names.setdefault(other, {})[path] = None
    directories = dict.fromkeys(
        _existing(root, parent_of(other)) for other in names if other not in (".", "/")
    )
    shared = tuple(
        join(path, name) for path, folder in folders.items() for name in sorted(folder.shared)
    )
    return Links(
        {other: tuple(paths) for other, paths in names.items()}, tuple(directories), shared
    )


def _candidates(
    root: Path, folders: Mapping[str, Folder], files: Iterable[str], opened: Iterable[str]
) -> Iterator[str]:
    """Paths that a link can be part of: asking the disk about every file would take too long."""
    for path, folder in folders.items():
        yield from (join(path, name) for name in folder.links)
        if path != "." and parent_of(path) not in folders:
            yield path  # a start of the walk may be a link
    for path in (*files, *opened):
        holder = folders.get(parent_of(path))
        if holder is None or path.rpartition("/")[2] not in holder.files:
            yield path
    linked = [path for path in folders if os.path.islink(root / path)]
    for path in linked:
        yield path
        yield from (join(path, name) for name in folders[path].files)


def _places(path: str) -> Iterator[str]:
    """Each link that the path leads through, then where it ends, as absolute real paths."""
    todo = [part for part in path.split(os.sep) if part][::-1]
    current, hops = os.sep, 0
    while todo:
        part = todo.pop()
        if part in (".", ".."):
            current = os.path.dirname(current) if part == ".." else current
            continue
        following = os.path.join(current, part)
        try:
            target = os.readlink(following)
        except OSError:
            current = following
            continue
        hops += 1
        if hops > HOPS_LIMIT:
            return
        yield following
        if os.path.isabs(target):
            current = os.sep
        todo += [part for part in target.split(os.sep) if part][::-1]
    yield current


def _as_path(place: str, root: str, real_root: str) -> str:
    """Relative to the root under either of its names, else absolute."""
    for top in (root, real_root):
        if place == top:
            return "."
        if place.startswith(top.rstrip(os.sep) + os.sep):
            return place[len(top.rstrip(os.sep)) + 1 :]
    return place


def _existing(root: Path, folder: str) -> str:
    """The directory, or the nearest one above it that is there."""
    while folder not in (".", "/") and not os.path.isdir(root / folder):
        folder = parent_of(folder)
    return folder
