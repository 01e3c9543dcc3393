"""Look at directories again and again, where nobody tells of changes."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

from panther_engine.reading.repository.walk.folders import SETTINGS_NAME, Folder, join, read_folder
from panther_engine.reading.watch.backend import News, is_litter


class PollingEar:
    """Looks at every stamp again and again, seldom enough to cost next to nothing."""

    QUICKEST = 0.3
    SLOWEST = 4.0
    SHARE = 0.005
    """How much of a core may go into looking."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._wake = threading.Event()
        self._folders: dict[str, Folder] = {}
        self.pause = self.QUICKEST
        """Seconds between two looks."""

    def listen_to(self, directories: Sequence[str]) -> bool:
        """As `Ear`. The root is always looked at: it may be gone, and come back."""
        known = self._folders
        self._folders = {
            path: known.get(path) or read_folder(self._root, path)
            for path in dict.fromkeys((".", *directories))
        }
        return self._folders.keys() != known.keys()

    def wait(self, seconds: float | None) -> News:
        """As `Ear`."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while True:
            left = self.pause if deadline is None else min(self.pause, deadline - time.monotonic())
            woken = self._wake.wait(max(0.0, left))
            self._wake.clear()
            news = self.look()
            if news or woken or (deadline is not None and time.monotonic() >= deadline):
                return news

    def look(self) -> News:
        """What is different from the last look."""
        started = time.thread_time()
        news = News()
        for path, before in self._folders.items():
            now = read_folder(self._root, path)
            if now == before:
                continue
            self._folders[path] = now
            news.everything |= now.folders != before.folders
            for name in {*before.files, *now.files}:
                if before.files.get(name) != now.files.get(name) and not is_litter(name):
                    news.written.add(join(path, name))
            if before.settings != now.settings:
                news.written.add(join(path, SETTINGS_NAME))
        cost = time.thread_time() - started
        self.pause = min(max(self.QUICKEST, cost / self.SHARE), self.SLOWEST)
        return news

    def wake(self) -> None:
        """As `Ear`."""
        self._wake.set()

    def close(self) -> None:
        """As `Ear`."""
        self._folders.clear()
