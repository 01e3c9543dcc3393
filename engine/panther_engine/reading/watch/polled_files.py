"""Polls files whose changes no backend reports: those with hard links, written by another name."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from panther_engine.reading.repository.walk.folders import Stamp, stamp_path

EVERY = 0.5
"""Seconds between two polls."""


def note_of_shared(count: int) -> str:
    """The note about polled files; empty if there are none."""
    if not count:
        return ""
    return f"{'1 file' if count == 1 else f'{count} files'} with hard links " + (
        f"{'is' if count == 1 else 'are'} looked at every {EVERY:g} s"
    )


class PolledFiles:
    """The stamps of some files. Belongs to the watcher's thread; any thread may call `watch`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stamps: dict[str, Stamp | None] = {}
        self._polled = 0.0

    def watch(self, paths: Sequence[str]) -> None:
        """Poll exactly these files from now on; a new one counts as unchanged."""
        known = self._stamps
        self._stamps = {path: known.get(path) or self._stamp(path) for path in paths}

    def shorten(self, seconds: float | None) -> float | None:
        """A wait of `seconds`, made short enough for the next poll."""
        if not self._stamps:
            return seconds
        return EVERY if seconds is None else min(seconds, EVERY)

    def poll(self) -> set[str]:
        """The files that have changed since they were last polled; none before it is time."""
        now = time.monotonic()
        if not self._stamps or now - self._polled < EVERY:
            return set()
        self._polled = now
        changed = set()
        for path, before in list(self._stamps.items()):
            stamp = self._stamp(path)
            if stamp != before:
                self._stamps[path] = stamp
                changed.add(path)
        return changed

    def _stamp(self, path: str) -> Stamp | None:
        return stamp_path(os.path.join(self._root, path))
