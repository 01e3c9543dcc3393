"""The live engine as the app runs it, driven from a program: its State, and when it is at rest."""

from __future__ import annotations

import select
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from panther_engine.events import Event, OpenSource, SourceOpened
from panther_engine.session.process.remote import EngineProcess
from panther_engine.session.session import SessionOptions
from panther_engine.state import State, reduce

QUIET = 0.5
"""Seconds without an event after which an idle engine is at rest; news of a burst of changes are
held back for 0.2 at most."""


class LiveEngine:
    """An engine in a process of its own, and the State that its events make."""

    def __init__(self, root: Path, python: str, *, poll: bool = False) -> None:
        self.state = State()
        self.events: list[Event] = []
        """Everything since the last `forget`."""
        self._barriers = 0
        self._passed = 0
        options = SessionOptions(root, python, "asked for", poll=poll)
        self._engine = EngineProcess()
        self._engine.begin(options)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._engine.close()

    @property
    def pid(self) -> int:
        """Of the engine; its workers are its descendants."""
        return self._engine._process.pid

    def forget(self) -> None:
        """Begin a new list of events."""
        self.events = []

    def pump(self, seconds: float) -> bool:
        """Wait that long for events at most; whether any came."""
        if not select.select([self._engine.fileno()], [], [], max(seconds, 0.0))[0]:
            return False
        events = self._engine.receive()
        self._passed += sum(
            isinstance(event, SourceOpened) and event.path.startswith("barrier/")
            for event in events
        )
        self.events += events
        self.state = reduce(self.state, events)
        return bool(events)

    def settle(self, seconds: float = 120.0, quiet: float = QUIET) -> None:
        """Return when the engine has seen all that happened before and come to rest.

        Raises TimeoutError after `seconds`.
        """
        self._barriers += 1
        self._engine.send(OpenSource(f"barrier/{self._barriers}"))
        limit = time.monotonic() + seconds
        rested = time.monotonic()
        while True:
            now = time.monotonic()
            if self.pump(quiet / 5):
                rested = time.monotonic()
            elif now - rested >= quiet and not self.state.running:
                if self._passed == self._barriers:
                    return
            elif now > limit:
                raise TimeoutError(f"not at rest after {seconds:g} s")
