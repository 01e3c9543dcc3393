"""Watches directories through the watchfiles package."""

from __future__ import annotations

import errno
import os
import queue
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from watchfiles import Change, watch

from panther_engine.reading.watch.changes import Changes, is_ignored_file, is_ignored_folder

Report: TypeAlias = set[tuple[Change, str]] | Exception | None
"""Changes with their paths; the error that ended the watch; or None, to end a `wait`."""


class WatchfilesBackend:
    """watchfiles in a thread of its own, for systems without inotify: macOS and Windows."""

    STEP_MS = 5

    def __init__(self, root: Path) -> None:
        self._root = root
        self._reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self._known: frozenset[str] = frozenset()
        self._wanted: tuple[str, ...] = ()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, directories: Sequence[str]) -> bool:
        """As `WatchBackend`. All count as new: changes between two watches are lost."""
        places = {os.path.normpath(self._root / path) for path in (".", *directories)}
        present = frozenset(place for place in places if os.path.isdir(place))
        self._wanted = tuple(directories)
        if not present:
            raise FileNotFoundError(errno.ENOENT, "the directory is gone", str(self._root))
        self.close()
        self._known = present
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._work, args=(sorted(present), self._stop), name="watchfiles", daemon=True
        )
        self._thread.start()
        return True

    def _work(self, places: Sequence[str], stop: threading.Event) -> None:
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
                self._reports.put(changes)
        except Exception as error:
            if not stop.is_set():
                self._reports.put(error)

    def wait(self, seconds: float | None) -> Changes:
        """As `WatchBackend`. What watchfiles calls a deletion may be the first half of a save."""
        changes = Changes()
        try:
            report = self._reports.get(timeout=seconds)
        except queue.Empty:
            return changes
        if isinstance(report, Exception):
            raise report
        for kind, place in report or ():
            path = os.path.relpath(place, self._root).replace(os.sep, "/")
            if path.startswith("../"):  # a link leads there
                path = place.replace(os.sep, "/")
            name = os.path.basename(place)
            if place in self._known or os.path.isdir(place):
                changes.everything |= not is_ignored_folder(name)
            elif not is_ignored_file(name):
                (changes.unsettled if kind == Change.deleted else changes.written).add(path)
        changes.unsettled -= changes.written
        if changes.everything:
            self.watch(self._wanted)
        return changes

    def wake(self) -> None:
        """As `WatchBackend`."""
        self._reports.put(None)

    def close(self) -> None:
        """As `WatchBackend`."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            self._known = frozenset()
