"""Polls directories, where the system reports no changes."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

from panther_engine.reading.repository.walk.folders import SETTINGS_NAME, Folder, join, read_folder
from panther_engine.reading.watch.changes import Changes, is_ignored_file


class PollingBackend:
    """Compares the stamps of all files, at intervals long enough to cost next to nothing."""

    QUICKEST = 0.3
    SLOWEST = 4.0
    SHARE = 0.005
    """How much of a core polling may take."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._wake = threading.Event()
        self._folders: dict[str, Folder] = {}
        self.pause = self.QUICKEST
        """Seconds between two polls."""

    def watch(self, directories: Sequence[str]) -> bool:
        """As `WatchBackend`. The root is always polled: it may disappear and return."""
        known = self._folders
        self._folders = {
            path: known.get(path) or read_folder(self._root, path)
            for path in dict.fromkeys((".", *directories))
        }
        return self._folders.keys() != known.keys()

    def wait(self, seconds: float | None) -> Changes:
        """As `WatchBackend`."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while True:
            left = self.pause if deadline is None else min(self.pause, deadline - time.monotonic())
            woken = self._wake.wait(max(0.0, left))
            self._wake.clear()
            changes = self.poll()
            if changes or woken or (deadline is not None and time.monotonic() >= deadline):
                return changes

    def poll(self) -> Changes:
        """What has changed since the last poll."""
        started = time.thread_time()
        changes = Changes()
        for path, before in self._folders.items():
            now = read_folder(self._root, path)
            if now == before:
                continue
            self._folders[path] = now
            changes.everything |= now.folders != before.folders
            for name in {*before.files, *now.files}:
                if before.files.get(name) != now.files.get(name) and not is_ignored_file(name):
                    changes.written.add(join(path, name))
            if before.settings != now.settings:
                changes.written.add(join(path, SETTINGS_NAME))
        cost = time.thread_time() - started
        self.pause = min(max(self.QUICKEST, cost / self.SHARE), self.SLOWEST)
        return changes

    def wake(self) -> None:
        """As `WatchBackend`."""
        self._wake.set()

    def close(self) -> None:
        """As `WatchBackend`."""
        self._folders.clear()
