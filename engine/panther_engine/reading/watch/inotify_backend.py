"""Listen to directories through Linux's inotify."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from panther_engine.reading.repository.walk.folders import join
from panther_engine.reading.watch import inotify
from panther_engine.reading.watch.backend import News, is_litter, is_passed_over
from panther_engine.reading.watch.inotify import Inotify, Notice


class InotifyEar:
    """Sleeps until the kernel speaks. Hears when its root goes and comes back."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._inotify = Inotify()
        self._wanted: tuple[str, ...] = ()
        self._paths: dict[int, tuple[str, ...]] = {}
        """Each watch with the names of its directory: the same one can be reached by several."""
        self._above = -1

    def listen_to(self, directories: Sequence[str]) -> bool:
        """As `Ear`. Directories that are not there, or may not be read, are passed over."""
        self._wanted = tuple(dict.fromkeys((".", *directories)))
        return self._watch()

    def _watch(self) -> bool:
        """Put a watch on what the paths mean now: a recreated directory is another one.

        While the root is gone its parent is watched for its return.
        """
        before = self._paths
        paths = self._add_all()
        above = -1
        if not paths:
            above = self._add(os.path.dirname(self._root), inotify.COMING)
            paths = self._add_all()
            if above < 0 and not paths:
                raise FileNotFoundError(errno.ENOENT, "the directory is gone", str(self._root))
        for watch in ({*before, self._above} - {*paths, above}) - {-1}:
            self._inotify.remove(watch)
        self._paths, self._above = paths, above
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

    def wait(self, seconds: float | None) -> News:
        """As `Ear`."""
        news = News()
        moved = False
        for notice in self._inotify.wait(seconds):
            moved |= self._hear(notice, news)
        if moved:
            news.everything = True
            self._watch()
        return news

    def _hear(self, notice: Notice, news: News) -> bool:
        """Take one notice in; whether directories may not be where they were."""
        if notice.mask & inotify.OVERFLOW:
            return True
        folders = self._paths.get(notice.watch)
        if notice.watch == self._above:
            return notice.name == self._root.name or not notice.name
        if folders is None:
            return False
        if notice.mask & inotify.GONE:
            return True
        if notice.mask & inotify.IS_DIRECTORY:
            return not is_passed_over(notice.name)
        if is_litter(notice.name):
            return False
        moved = False
        for folder in folders:
            path = join(folder, notice.name)
            moved |= path in self._wanted  # a link to a directory came, went or leads elsewhere
            if notice.mask & inotify.COMPLETE:
                news.unsettled.discard(path)
                news.written.add(path)
            else:
                news.unsettled.add(path)
        return moved

    def wake(self) -> None:
        """As `Ear`."""
        self._inotify.wake()

    def close(self) -> None:
        """As `Ear`."""
        self._inotify.close()
