"""Listen to directories through watchfiles."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from watchfiles import Change
from watchfiles._rust_notify import RustNotify

from panther_engine.reading.watch.backend import News, is_litter, is_passed_over


class WatchfilesEar:
    """watchfiles, where there is no inotify: macOS and Windows."""

    STEP_MS = 5

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stop = threading.Event()
        self._known: frozenset[str] = frozenset()
        self._wanted: tuple[str, ...] = ()
        self._notify: RustNotify | None = None

    def listen_to(self, directories: Sequence[str]) -> bool:
        """As `Ear`. Always news: what happened while one watch took over from another is lost."""
        places = {os.path.normpath(self._root / path) for path in (".", *directories)}
        present = frozenset(place for place in places if os.path.isdir(place))
        self._wanted = tuple(directories)
        if not present:
            raise FileNotFoundError(errno.ENOENT, "the directory is gone", str(self._root))
        self.close()
        self._notify = RustNotify(sorted(present), False, False, 0, False, True)
        self._known = present
        return True

    def wait(self, seconds: float | None) -> News:
        """As `Ear`. What watchfiles calls a deletion may be half of a save."""
        news = News()
        assert self._notify is not None
        timeout = 0 if seconds is None else max(1, int(seconds * 1000))
        heard = self._notify.watch(100, self.STEP_MS, timeout, self._stop)
        self._stop.clear()
        if isinstance(heard, str):
            return news
        for kind, place in heard:
            path = os.path.relpath(place, self._root).replace(os.sep, "/")
            name = os.path.basename(place)
            if place in self._known or os.path.isdir(place):
                news.everything |= not is_passed_over(name)
            elif not is_litter(name):
                (news.unsettled if kind == Change.deleted else news.written).add(path)
        news.unsettled -= news.written
        if news.everything:
            self.listen_to(self._wanted)
        return news

    def wake(self) -> None:
        """As `Ear`."""
        self._stop.set()

    def close(self) -> None:
        """As `Ear`."""
        if self._notify is not None:
            self._notify.close()
            self._notify = None
            self._known = frozenset()
