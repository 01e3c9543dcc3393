"""A session on an event loop, the State that its events make, and waiting for what it should be."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from panther_engine.events import (
    Close,
    Command,
    Event,
    Notice,
    PolicyFinished,
    PolicyStarted,
    RunFinished,
    RunStarted,
    WatchChanged,
)
from panther_engine.running.processes.job import Limits
from panther_engine.session.session import Session, SessionOptions
from panther_engine.state import State, reduce

PATIENCE = 60.0
"""Seconds after which what never comes true fails its test."""


class LiveSession:
    """A session that watches `root`; a context that begins when the first run is over."""

    def __init__(
        self, root: Path, *, python: str = sys.executable, timeout: float = 10.0, places: int = 2
    ) -> None:
        self.state = State()
        self.events: list[Event] = []
        """Everything since the last `forget`."""
        self._changed = asyncio.Event()
        limits = Limits(timeout, write=(str(root.parent),))
        options = SessionOptions(root, python, "asked for", limits=limits, places=places)
        self.session = Session(options, self._take)

    async def __aenter__(self) -> Self:
        await self.begin()
        await self.until(lambda: self.heard(WatchChanged) > 0 or self.watching)
        await self.until(lambda: self.at_rest)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.end()

    async def begin(self) -> None:
        """Start it, and wait for nothing."""
        self._task = asyncio.ensure_future(self.session.run())
        await asyncio.sleep(0)

    async def end(self) -> None:
        """Close it, and wait until it is gone."""
        self.session.handle(Close())
        await self._task

    def _take(self, event: Event) -> None:
        self.events.append(event)
        self.state = reduce(self.state, [event])
        self._changed.set()

    @property
    def watching(self) -> bool:
        """Whether it has begun to watch; changes before that are found by a first look."""
        return self.session._watcher is not None

    @property
    def at_rest(self) -> bool:
        """Whether everything has run that was to be run."""
        return self.heard(RunFinished) > 0 and not self.state.running

    @property
    def notices(self) -> list[str]:
        """What the user was told."""
        return [event.message for event in self.events if isinstance(event, Notice)]

    @property
    def started(self) -> list[str]:
        """Specs of the policies that began to run, in order."""
        return [event.spec for event in self.events if isinstance(event, PolicyStarted)]

    @property
    def finished(self) -> list[str]:
        """Specs of the policies whose results came, in order."""
        return [event.result.spec for event in self.events if isinstance(event, PolicyFinished)]

    @property
    def reasons(self) -> dict[str, str]:
        """Why each policy was run."""
        told: dict[str, str] = {}
        for event in self.events:
            if isinstance(event, RunStarted):
                told.update(event.reasons)
        return told

    def heard(self, kind: type[Event]) -> int:
        """How many events of a kind there were."""
        return sum(isinstance(event, kind) for event in self.events)

    def forget(self) -> None:
        """Begin a new list of events."""
        self.events = []

    def say(self, command: Command) -> None:
        """Give a command."""
        self.session.handle(command)

    async def until(self, condition: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Wait for something that events make true."""
        async with asyncio.timeout(patience):
            while not condition():
                if self._task.done():
                    await self._task
                    raise AssertionError("the session has ended")
                self._changed.clear()
                await self._changed.wait()
