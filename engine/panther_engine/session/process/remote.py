"""The screen's side of the engine's process, so that its event loop never parses or hashes.

Both sides are ours and neither runs policy code, so messages are pickled. The engine's side is
`serve`. The app imports this module first of all, so it imports little itself.
"""

from __future__ import annotations

import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from panther_engine.session.process.pipes import READ_SIZE, PipeReader, PipeWriter
from panther_engine.text.signals import signal_name

if TYPE_CHECKING:
    from panther_engine.events import Command, Event
    from panther_engine.session.options import SessionOptions

HEADER = struct.Struct(">I")
PIPE_SIZE = 1 << 20
WAITING_LIMIT = 1 << 20
"""Bytes of commands that may wait for an engine that takes none: thousands."""
TAKE_SECONDS = 0.5
"""Within which the engine has to take the last command."""
END_SECONDS = 2.0
"""Within which it has to end after that, before it is killed."""
LAST_WORDS = 1 << 12
"""Bytes of what the engine said on stderr that are looked at."""


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

    def __init__(self, *, threads: bool = sys.platform == "win32") -> None:
        """Start it: it imports what it needs while its options are made out.

        `threads`: read its events in a thread, for loops that cannot watch a pipe.
        """
        self._errors = _memory_file()
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                "panther_engine.session.process.serve",
                *(["--threads"] if threads else []),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            stderr=subprocess.DEVNULL if self._errors < 0 else self._errors,
            start_new_session=True,  # ctrl+c and ctrl+z in the terminal are the screen's
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._commands = self._process.stdin
        self._events = self._process.stdout
        self._writer = PipeWriter(self._commands.write, WAITING_LIMIT)
        self._reader = PipeReader(self._events.fileno()) if threads else None
        if self._reader is None:
            os.set_blocking(self._events.fileno(), False)
        _widen(self._events.fileno())
        self._inbox = Inbox()

    def begin(self, options: SessionOptions) -> None:
        """Have it load the repository and run; it does while the screen is being made."""
        self._writer.put(pack(options))

    def send(self, command: Command) -> None:
        """Send a command without waiting; an engine that is gone is told of by `receive`.

        Raises BlockingIOError when thousands wait for an engine that takes none.
        """
        self._writer.put(pack(command))

    def stuck_for(self) -> float:
        """Seconds for which the engine has taken no command although some wait."""
        return self._writer.stuck_for()

    def fileno(self) -> int:
        """Readable when events wait."""
        return (self._reader or self._events).fileno()

    def receive(self) -> tuple[Event, ...]:
        """The events that have come. Raises EOFError, which says why, when the engine is gone."""
        events: list[Event] = []
        while True:
            data = self._reader.read() if self._reader else self._events.read(READ_SIZE)
            if data is None:
                return tuple(events)
            if not data:
                if events:
                    return tuple(events)
                raise EOFError(self._how_it_ended())
            for batch in self._inbox.feed(data):
                assert isinstance(batch, list)
                events += batch

    def _how_it_ended(self) -> str:
        code = self._process.wait()
        how = f"exit code {code}"
        if code < 0:
            how = f"it was killed ({signal_name(-code)})"
        elif self._errors >= 0:
            size = os.fstat(self._errors).st_size
            said = os.pread(self._errors, LAST_WORDS, max(0, size - LAST_WORDS)).strip()
            how = said.splitlines()[-1].decode("utf-8", "replace") if said else how
        return f"the engine ended: {how}"

    def close(self) -> None:
        """End the engine with all its workers."""
        from panther_engine.events import Close

        try:
            self.send(Close())
        except BlockingIOError:
            pass  # it does not take that either, and is killed below
        self._writer.end()
        if self._writer.join(TAKE_SECONDS):
            try:
                self._commands.close()
            except OSError:
                pass  # it has ended
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._writer.join(END_SECONDS):
            self._commands.close()
        if self._reader is not None:
            self._reader.close()
        self._events.close()
        if self._errors >= 0:
            os.close(self._errors)
            self._errors = -1


def _memory_file() -> int:
    """For what the engine says when it fails; -1 where there is no such thing."""
    try:
        return os.memfd_create("engine-errors", os.MFD_CLOEXEC)
    except (AttributeError, OSError):
        return -1


def _widen(pipe: int) -> None:
    """Let what the engine says first wait in the pipe while the screen is being made."""
    try:
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
    except (ImportError, AttributeError, OSError):
        return  # another system, or a user with many pipes: it comes a little later
