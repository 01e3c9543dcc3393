"""How the screen and the engine reach each other, and how events become one picture at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from panther_engine.events import Command, Event

FLUSH_SECONDS = 0.05
"""The screen takes in new events at most this often; the first after a quiet time at once."""


class EngineLink(Protocol):
    """The engine as the screen sees it, wherever it runs."""

    def send(self, command: Command) -> None:
        """Ask the engine for something. Answers come as events."""

    def fileno(self) -> int:
        """A descriptor that is readable while events wait."""

    def receive(self) -> tuple[Event, ...]:
        """The events that wait, without blocking.

        Raises EOFError, which says why, when the engine is gone.
        """

    def close(self) -> None:
        """Let go of the engine."""


class Feed:
    """Reads the engine's events on the running event loop and hands them on in batches."""

    def __init__(
        self,
        engine: EngineLink,
        take: Callable[[tuple[Event, ...]], None],
        gone: Callable[[str], None],
        patience: Callable[[tuple[Event, ...]], float | None],
    ) -> None:
        """Call `take` with each batch, and `gone` once, with the reason, when the engine has ended.

        `patience` says how many seconds events may be held back so that one picture shows them
        with what follows: 0 for what somebody waits for, None for what comes at the usual pace.
        """
        self._engine = engine
        self._take = take
        self._gone = gone
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._fd = engine.fileno()
        self._waiting: list[Event] = []
        self._timer: asyncio.TimerHandle | None = None
        self._last = float("-inf")
        self._loop.add_reader(self._fd, self._read)

    def stop(self) -> None:
        """Read no more; what waits is dropped."""
        if self._fd >= 0:
            self._loop.remove_reader(self._fd)
            self._fd = -1
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _read(self) -> None:
        try:
            events = self._engine.receive()
        except EOFError as end:
            self._flush()
            self.stop()
            self._gone(str(end))
            return
        self._waiting += events
        patience = self._patience(events)
        if patience == 0:
            self._flush()
        elif self._timer is None and self._waiting:
            pace = self._last + FLUSH_SECONDS - self._loop.time()
            wait = max(pace, patience or 0)
            if wait > 0:
                self._timer = self._loop.call_later(wait, self._flush)
            else:
                self._flush()

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._last = self._loop.time()
        events, self._waiting = tuple(self._waiting), []
        if events:
            self._take(events)
