"""How the screen and the engine reach each other, and how events become one picture at a time."""

from __future__ import annotations

import asyncio
import select
import threading
from collections.abc import Callable
from typing import Protocol

from panther_engine.events import Command, Event

FLUSH_SECONDS = 0.05
"""The screen takes in new events at most this often; the first after a quiet time at once."""

LOOK_SECONDS = 1.0
"""Where a thread waits for events, it looks this often whether it is still wanted."""


class EngineLink(Protocol):
    """The engine as the screen sees it, wherever it runs."""

    def send(self, command: Command) -> None:
        """Ask the engine for something, without waiting. Answers come as events.

        Raises OSError when it takes nothing any more.
        """

    def stuck_for(self) -> float:
        """Seconds for which the engine has taken no command although some wait."""

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
        self._ready: threading.Semaphore | None = None
        try:
            self._loop.add_reader(self._fd, self._read)
        except NotImplementedError:  # Windows: a thread waits instead
            self._ready = threading.Semaphore()
            threading.Thread(target=self._wait, args=(self._ready,), daemon=True).start()

    def stop(self) -> None:
        """Read no more; what waits is dropped."""
        if self._fd >= 0:
            if self._ready is None:
                self._loop.remove_reader(self._fd)
            self._fd = -1
        if self._ready is not None:
            self._ready.release()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self, ready: threading.Semaphore) -> None:
        """Have the loop read whenever there is something, and wait until it has."""
        while ready.acquire() and self._fd >= 0:
            try:
                readable, _, _ = select.select([self._fd], [], [], LOOK_SECONDS)
                self._loop.call_soon_threadsafe(self._read_waited, bool(readable))
            except (OSError, ValueError, RuntimeError):
                return  # the engine was closed, or the loop

    def _read_waited(self, readable: bool) -> None:
        if self._fd >= 0:
            if readable:
                self._read()
            assert self._ready is not None
            self._ready.release()

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
