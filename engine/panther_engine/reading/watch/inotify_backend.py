"""Watches directories through Linux's inotify."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from panther_engine.reading.repository.walk.folders import join
from panther_engine.reading.watch import inotify
from panther_engine.reading.watch.changes import Changes, is_ignored_file, is_ignored_folder
from panther_engine.reading.watch.inotify import Inotify, InotifyEvent


class InotifyBackend:
    """Sleeps until the kernel reports something, the root's own disappearance and return too."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._inotify = Inotify()
        self._wanted: tuple[str, ...] = ()
        self._paths: dict[int, tuple[str, ...]] = {}
        """Each watch with the paths that lead to its directory: links can add to them."""
        self._parent_watch = -1

    def watch(self, directories: Sequence[str]) -> bool:
        """As `WatchBackend`. Directories that are missing or unreadable are skipped."""
        self._wanted = tuple(dict.fromkeys((".", *directories)))
        return self._set_watches()

    def _set_watches(self) -> bool:
        """Watch the directories that the paths lead to now: a recreated one needs a new watch.

        While the root is gone, its parent is watched for its return.
        """
        before = self._paths
        paths = self._add_all()
        parent = -1
        if not paths:
            parent = self._add(os.path.dirname(self._root), inotify.COMING)
            paths = self._add_all()
            if parent < 0 and not paths:
                raise FileNotFoundError(errno.ENOENT, "the directory is gone", str(self._root))
        for watch in ({*before, self._parent_watch} - {*paths, parent}) - {-1}:
            self._inotify.remove(watch)
        self._paths, self._parent_watch = paths, parent
        return any(before.get(watch) != names for watch, names in paths.items())

    def _add_all(self) -> dict[int, tuple[str, ...]]:
        watches: dict[int, tuple[str, ...]] = {}
        for path in self._wanted:
            watch = self._add(os.path.join(self._root, path), inotify.CHANGES)
            if watch >= 0:
                watches[watch] = (*watches.get(watch, ()), path)
        return watches

    def _add(self, directory: str, mask: int) -> int:
        try:
            return self._inotify.add(directory, mask)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.ELOOP):
                return -1
            raise

    def wait(self, seconds: float | None) -> Changes:
        """As `WatchBackend`."""
        changes = Changes()
        moved = False
        for event in self._inotify.wait(seconds):
            moved |= self._take(event, changes)
        if moved:
            changes.everything = True
            self._set_watches()
        return changes

    def _take(self, event: InotifyEvent, changes: Changes) -> bool:
        """Add what an event means to `changes`; whether directories may have moved."""
        if event.mask & inotify.OVERFLOW:
            return True
        folders = self._paths.get(event.watch)
        if event.watch == self._parent_watch:
            return event.name == self._root.name or not event.name
        if folders is None:
            return False
        if event.mask & inotify.GONE:
            return True
        if event.mask & inotify.IS_DIRECTORY:
            return not is_ignored_folder(event.name)
        if is_ignored_file(event.name):
            return False
        moved = False
        for folder in folders:
            path = join(folder, event.name)
            moved |= path in self._wanted  # a link to a directory was made, deleted or changed
            if event.mask & inotify.COMPLETE:
                changes.unsettled.discard(path)
                changes.written.add(path)
            else:
                changes.unsettled.add(path)
        return moved

    def wake(self) -> None:
        """As `WatchBackend`."""
        self._inotify.wake()

    def close(self) -> None:
        """As `WatchBackend`."""
        self._inotify.close()
