"""Files that change without anyone telling: those with hard links, looked at now and then."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from panther_engine.reading.repository.walk.folders import Stamp, stamp_path

EVERY = 0.5
"""Seconds between two looks."""


def note_of_shared(count: int) -> str:
    """What is said of files that are looked at; empty if there are none."""
    if not count:
        return ""
    return f"{'1 file' if count == 1 else f'{count} files'} with hard links " + (
        f"{'is' if count == 1 else 'are'} looked at every {EVERY:g} s"
    )


class Unheard:
    """Stamps of some files. Used by the watcher's thread, but for `watch`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stamps: dict[str, Stamp | None] = {}
        self._looked = 0.0

    def watch(self, paths: Sequence[str]) -> None:
        """Look at exactly these from now on; what changed before a first look is not told."""
        known = self._stamps
        self._stamps = {path: known.get(path) or self._stamp(path) for path in paths}

    def patience(self, seconds: float | None) -> float | None:
        """How long to wait at most for other news."""
        if not self._stamps:
            return seconds
        return EVERY if seconds is None else min(seconds, EVERY)

    def look(self) -> set[str]:
        """Those that are not as they were."""
        now = time.monotonic()
        if not self._stamps or now - self._looked < EVERY:
            return set()
        self._looked = now
        changed = set()
        for path, before in list(self._stamps.items()):
            stamp = self._stamp(path)
            if stamp != before:
                self._stamps[path] = stamp
                changed.add(path)
        return changed

    def _stamp(self, path: str) -> Stamp | None:
        return stamp_path(os.path.join(self._root, path))
