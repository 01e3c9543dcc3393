"""The interface of a watch backend: one way to notice changes in directories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from panther_engine.reading.watch.changes import Changes


class WatchBackend(Protocol):
    """Watches some directories. One thread calls `watch` and `wait`."""

    def watch(self, directories: Sequence[str]) -> bool:
        """Watch exactly these directories; whether some are new. Raises OSError if it cannot."""
        ...

    def wait(self, seconds: float | None) -> Changes:
        """Sleep until something changes, `wake` is called or the time is up."""
        ...

    def wake(self) -> None:
        """End a `wait`, from any thread."""
        ...

    def close(self) -> None:
        """Release threads and descriptors."""
        ...
