"""The engine's side of its process: reads options and commands, writes events."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from functools import partial

from panther_engine.events import ANNOUNCED, Close, Event, Notice, RepositoryChanged
from panther_engine.model import Level
from panther_engine.reading.storage.gc_pause import collect_from_now_on, stop_collecting
from panther_engine.session.faults import describe_fault
from panther_engine.session.options import SessionOptions
from panther_engine.session.process.pipes import READ_SIZE, PipeWriter
from panther_engine.session.process.remote import Inbox, pack
from panther_engine.session.session import Session

FIRST_SECONDS = 3.0
"""After the repository was loaded: by then the first run is over, as a rule."""


class _Outbox:
    """Collects events and writes them in batches, never waiting for the reader."""

    def __init__(self, descriptor: int, *, threads: bool) -> None:
        """`threads`: write in a thread, for loops that cannot watch a pipe."""
        self._descriptor = descriptor
        self._writer = PipeWriter(partial(os.write, descriptor), None, _leave) if threads else None
        if self._writer is None:
            os.set_blocking(descriptor, False)
        self._events: list[Event] = []
        self._bytes = bytearray()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting = False

    def listen(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._flush()

    def put(self, event: Event) -> None:
        self._events.append(event)
        if isinstance(event, RepositoryChanged) and event.generation == ANNOUNCED:
            self._flush()  # reading the repository keeps the loop busy from now on
        elif self._loop is not None and len(self._events) == 1:
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        assert self._loop is not None
        if self._events:
            events, self._events = self._events, []
            data = _pack_all(events)
            if self._writer is not None:
                self._writer.put(data)
                return
            self._bytes += data
        while self._bytes:
            try:
                written = os.write(self._descriptor, self._bytes)
            except BlockingIOError:
                if not self._waiting:
                    self._waiting = True
                    self._loop.add_writer(self._descriptor, self._flush)
                return
            except OSError:
                _leave()
            del self._bytes[:written]
        if self._waiting:
            self._waiting = False
            self._loop.remove_writer(self._descriptor)


def _leave() -> None:
    os._exit(0)  # the screen is gone


def _pack_all(events: list[Event]) -> bytes:
    """The events as one message; one that cannot be sent is told of instead."""
    try:
        return pack(events)
    except Exception:
        return pack([_packable(event) for event in events])


def _packable(event: Event) -> Event:
    try:
        pack(event)
    except Exception as error:
        kind = type(event).__name__
        return Notice(Level.ERROR, f"panther-tui could not show {kind}: {describe_fault(error)}")
    return event


def serve(*, threads: bool = sys.platform == "win32") -> None:
    """Be the engine for the options and commands on descriptor 0; events go to descriptor 1."""
    stop_collecting()
    commands, events = os.dup(0), os.dup(1)
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 0)
    os.dup2(quiet, 1)
    inbox = Inbox()
    waiting: list[object] = []
    while not waiting:
        data = os.read(commands, READ_SIZE)
        if not data:
            return
        waiting += inbox.feed(data)
    options = waiting.pop(0)
    if not isinstance(options, SessionOptions):
        return  # the start was given up
    outbox = _Outbox(events, threads=threads)
    session = Session(options, outbox.put)

    def take(data: bytes) -> None:
        if not data:
            session.handle(Close())
            return
        for command in inbox.feed(data):
            session.handle(command)  # type: ignore[arg-type]

    def on_commands() -> None:
        try:
            data = os.read(commands, READ_SIZE)
        except BlockingIOError:
            return
        take(data)

    def read_commands(loop: asyncio.AbstractEventLoop) -> None:
        data = b"-"
        while data:
            data = os.read(commands, READ_SIZE)
            try:
                loop.call_soon_threadsafe(take, data)
            except RuntimeError:
                return  # the session is over

    async def live() -> None:
        outbox.listen()
        task = asyncio.ensure_future(session.run())
        await asyncio.sleep(0)  # `run` loads the repository before it first waits
        loop = asyncio.get_running_loop()
        loop.call_later(FIRST_SECONDS, partial(collect_from_now_on, tidy=True))
        if not task.done():  # else it has failed, and says why
            for command in waiting:
                session.handle(command)  # type: ignore[arg-type]
            if threads:
                threading.Thread(target=read_commands, args=(loop,), daemon=True).start()
            else:
                os.set_blocking(commands, False)
                loop.add_reader(commands, on_commands)
        await task

    asyncio.run(live())


if __name__ == "__main__":
    if sys.argv[1:] == ["--threads"]:
        serve(threads=True)
    else:
        serve()
