"""Listen to directories through watchfiles."""

from __future__ import annotations

import errno
import os
import queue
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from watchfiles import Change, watch

from panther_engine.reading.watch.backend import News, is_litter, is_passed_over

Heard: TypeAlias = set[tuple[Change, str]] | Exception | None
"""Changes with their paths; what ended the listening; or nothing, to wake whoever waits."""


class WatchfilesEar:
    """watchfiles, where there is no inotify: macOS and Windows. It listens in a thread."""

    STEP_MS = 5

    def __init__(self, root: Path) -> None:
        self._root = root
        self._heard: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._known: frozenset[str] = frozenset()
        self._wanted: tuple[str, ...] = ()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def listen_to(self, directories: Sequence[str]) -> bool:
        """As `Ear`. Always news: what happened while one watch took over from another is lost."""
        places = {os.path.normpath(self._root / path) for path in (".", *directories)}
        present = frozenset(place for place in places if os.path.isdir(place))
        self._wanted = tuple(directories)
        if not present:
            raise FileNotFoundError(errno.ENOENT, "the directory is gone", str(self._root))
        self.close()
        self._known = present
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._listen, args=(sorted(present), self._stop), name="watchfiles", daemon=True
        )
        self._thread.start()
        return True

    def _listen(self, places: Sequence[str], stop: threading.Event) -> None:
        try:
            for changes in watch(
                *places,
                watch_filter=None,
                debounce=self.STEP_MS,
                step=self.STEP_MS,
                stop_event=stop,
                raise_interrupt=False,
                recursive=False,
                ignore_permission_denied=True,
            ):
                self._heard.put(changes)
        except Exception as error:
            if not stop.is_set():
                self._heard.put(error)

    def wait(self, seconds: float | None) -> News:
        """As `Ear`. What watchfiles calls a deletion may be half of a save."""
        news = News()
        try:
            heard = self._heard.get(timeout=seconds)
        except queue.Empty:
            return news
        if isinstance(heard, Exception):
            raise heard
        for kind, place in heard or ():
            path = os.path.relpath(place, self._root).replace(os.sep, "/")
            if path.startswith("../"):  # the target of a link
                path = place.replace(os.sep, "/")
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
        self._heard.put(None)

    def close(self) -> None:
        """As `Ear`."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            self._known = frozenset()
