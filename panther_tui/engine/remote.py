"""The engine in a process of its own: the screen's event loop never parses, hashes or waits.

Both sides are ours and no policy's code runs in either, so what crosses is pickled.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Iterator

from panther_tui.engine.events import Close, Command, Event
from panther_tui.engine.session import Session, SessionOptions

HEADER = struct.Struct(">I")
READ_SIZE = 1 << 18


class Inbox:
    """Cuts a stream of bytes into the messages that were put in."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[object]:
        """Take bytes; yields each message that is whole."""
        self._buffer += data
        while len(self._buffer) >= HEADER.size:
            (size,) = HEADER.unpack_from(self._buffer)
            whole = HEADER.size + size
            if len(self._buffer) < whole:
                return
            message = pickle.loads(memoryview(self._buffer)[HEADER.size : whole])
            del self._buffer[:whole]
            yield message


def pack(message: object) -> bytes:
    """The bytes of one message."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(body)) + body


class EngineProcess:
    """The screen's side: starts the engine, sends commands, receives events."""

    def __init__(self, options: SessionOptions) -> None:
        """Start it; it loads the repository while the screen is being made."""
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "panther_tui.engine.remote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # ctrl+c and ctrl+z in the terminal are the screen's
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._commands = self._process.stdin
        self._events = self._process.stdout
        os.set_blocking(self._events.fileno(), False)
        self._inbox = Inbox()
        self._commands.write(pack(options))
        self._commands.flush()

    def send(self, command: Command) -> None:
        """Send a command; an engine that is gone is told of by `receive`."""
        try:
            self._commands.write(pack(command))
            self._commands.flush()
        except (BrokenPipeError, ValueError):
            return

    def fileno(self) -> int:
        """Readable when events wait."""
        return self._events.fileno()

    def receive(self) -> tuple[Event, ...]:
        """The events that have come. Raises EOFError when the engine is gone."""
        events: list[Event] = []
        while True:
            data = self._events.read(READ_SIZE)
            if data is None:
                return tuple(events)
            if not data:
                if events:
                    return tuple(events)
                raise EOFError(f"the engine ended with code {self._process.wait()}")
            for batch in self._inbox.feed(data):
                assert isinstance(batch, list)
                events += batch

    def close(self) -> None:
        """End the engine with all its workers."""
        self.send(Close())
        try:
            self._commands.close()
        except BrokenPipeError:
            pass
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._events.close()


class _Outbox:
    """Collects events and writes them in batches, never waiting for the reader."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._events: list[Event] = []
        self._bytes = bytearray()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting = False

    def listen(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._flush()

    def put(self, event: Event) -> None:
        self._events.append(event)
        if self._loop is not None and len(self._events) == 1:
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        assert self._loop is not None
        if self._events:
            self._bytes += pack(self._events)
            self._events = []
        while self._bytes:
            try:
                written = os.write(self._descriptor, self._bytes)
            except BlockingIOError:
                if not self._waiting:
                    self._waiting = True
                    self._loop.add_writer(self._descriptor, self._flush)
                return
            except OSError:
                os._exit(0)  # the screen is gone
            del self._bytes[:written]
        if self._waiting:
            self._waiting = False
            self._loop.remove_writer(self._descriptor)


def serve() -> None:
    """Be the engine for the options and commands on descriptor 0; events go to descriptor 1."""
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
    assert isinstance(options, SessionOptions)
    os.set_blocking(commands, False)
    os.set_blocking(events, False)
    outbox = _Outbox(events)
    session = Session(options, outbox.put)

    def on_commands() -> None:
        try:
            data = os.read(commands, READ_SIZE)
        except BlockingIOError:
            return
        if not data:
            session.handle(Close())
            return
        for command in inbox.feed(data):
            session.handle(command)  # type: ignore[arg-type]

    async def live() -> None:
        outbox.listen()
        task = asyncio.ensure_future(session.run())
        await asyncio.sleep(0)  # `run` loads the repository before it first waits
        for command in waiting:
            session.handle(command)  # type: ignore[arg-type]
        asyncio.get_running_loop().add_reader(commands, on_commands)
        await task

    asyncio.run(live())


if __name__ == "__main__":
    serve()
