"""Decides when changes are reported: a lone save at once, a burst of changes in one go."""

from __future__ import annotations

import time
from collections.abc import Callable

from panther_engine.reading.watch.changes import Changes

QUIET = 0.015
"""Seconds without a change after which a deletion is final, and not the first half of a save."""

BURST = 0.03
"""Seconds after a report during which further changes are collected, not reported at once."""

LONGEST = 0.2
"""Seconds for which the changes of a burst are held back at most."""


class Debouncer:
    """Collects changes until they are due. Does no waiting of its own.

    A file that was written completely is due at once, unless the last report was a moment ago.
    Everything else is due when there was no change for a moment, and after `LONGEST` at the latest.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds that never go back."""
        self._clock = clock
        self._pending = Changes()
        self._first = self._last = self._reported = float("-inf")
        """When the first and the last pending change came, and when changes were last due."""

    def add(self, changes: Changes) -> None:
        """Collect changes that were noticed just now."""
        if not changes:
            return
        now = self._clock()
        if not self._pending:
            self._first = now
        self._last = now
        self._pending.add(changes)

    def add_everything(self) -> None:
        """Have everything rescanned: due at once if nothing else is pending."""
        if not self._pending:
            self._first = self._last = float("-inf")
        self._pending.everything = True

    def seconds_left(self) -> float | None:
        """Seconds until changes are due; None while there are none."""
        if not self._pending:
            return None
        return max(0.0, self._due_at() - self._clock())

    def take_due(self) -> Changes:
        """The changes that are due, which are pending no longer; none if it is too early."""
        now = self._clock()
        if not self._pending or now < self._due_at():
            return Changes()
        self._reported = now
        due = self._pending
        if due.everything or self._is_settled(now):
            self._pending = Changes()
            return due
        self._pending = Changes(unsettled=due.unsettled)
        return Changes(written=due.written)

    def _due_at(self) -> float:
        """When something of what is pending is due."""
        latest = self._first + LONGEST
        if self._pending.everything or not self._pending.written:
            return min(self._last + QUIET, latest)
        if self._last < self._reported + BURST:
            return min(self._reported + BURST, latest)
        return self._last

    def _is_settled(self, now: float) -> bool:
        return now >= self._last + QUIET or now >= self._first + LONGEST
