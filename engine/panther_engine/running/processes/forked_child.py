"""The parent's side of a forked child: gives it jobs and receives its reports (Linux)."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Protocol

from panther_engine.running.processes.job import Job
from panther_engine.running.processes.launcher import Callbacks

if TYPE_CHECKING:
    import asyncio

READ_SIZE = 1 << 16
LARGEST_PIPE = 4 << 20
"""Bytes that a pipe may hold: 64 KiB, or 1 MiB where a page has 64 KiB."""


class Parent(Protocol):
    """What a child asks of the zygote that forks it."""

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """Where both listen."""

    @property
    def edition(self) -> int:
        """Changes with the globals that are served."""

    def pack(self, job: Job, marker: bytes) -> bytes:
        """The bytes that start a child on the job."""

    def kill(self, number: int) -> None:
        """Kill a child with all that it started."""


class ForkedChild:
    """Its report socket and its output pipe, on the event loop."""

    def __init__(self, zygote: Parent, number: int, spare: bool) -> None:
        """Listen to it. A `spare` one waits for its job, so it can die before it has that."""
        self._zygote = zygote
        self._number = number
        self._callbacks: Callbacks | None = None
        self._edition = zygote.edition
        self._spare = spare
        self._heard = False
        self.report, self.their_report = socket.socketpair()
        self._output, self.their_output = os.pipe2(os.O_CLOEXEC)
        self.pid = 0
        self._rest = b""
        self._open = True
        self.report.setblocking(False)
        os.set_blocking(self._output, False)
        self._loop = zygote.loop
        self._loop.add_reader(self.report, self._on_report)
        self._loop.add_reader(self._output, self._on_output)

    @property
    def is_current(self) -> bool:
        """Whether it could take a job: it lives, and serves the globals that there are now."""
        return self._open and self._edition == self._zygote.edition

    def take(self, job: Job, marker: bytes, callbacks: Callbacks) -> bool:
        """Give it a job, its first or another one, unless it is not current any more."""
        if not self.is_current:
            return False
        self._callbacks = callbacks
        self._send(self._zygote.pack(job, marker))
        return True

    def _send(self, data: bytes) -> None:
        """Send the job, all of it, without waiting for the child."""
        self._rest += data
        try:
            sent = self.report.send(self._rest)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # it has ended; the zygote says how
        self._rest = self._rest[sent:]
        if self._rest:
            self._loop.add_writer(self.report, self._on_writable)
        else:
            self._loop.remove_writer(self.report)

    def _on_writable(self) -> None:
        self._send(b"")

    def _on_report(self) -> None:
        if data := self._receive():
            self._tell(data)
        else:
            self._loop.remove_reader(self.report)  # the zygote says how it ended

    def _tell(self, data: bytes) -> None:
        self._heard = True
        if self._callbacks is not None:
            self._callbacks.on_report(data)

    def _receive(self) -> bytes:
        try:
            return self.report.recv(READ_SIZE)
        except OSError:
            return b""

    def _on_output(self) -> None:
        self._read_output()

    def _read_output(self) -> int:
        """Take what was printed, as far as one read goes; how many bytes that were."""
        try:
            data = os.read(self._output, READ_SIZE)
        except (BlockingIOError, OSError):
            return 0
        if not data:
            self._loop.remove_reader(self._output)
        elif self._callbacks is not None:
            self._callbacks.on_output(data)
        return len(data)

    def kill(self) -> None:
        """Have the zygote note its stack and kill it with all it started."""
        self._zygote.kill(self._number)

    def finish(self, status: int | None, stack: str) -> None:
        """The process has ended: deliver the last of its reports, then the end."""
        if not self._open:
            return
        while self._open and (data := self._receive()):
            self._tell(data)
        left = LARGEST_PIPE  # more is of somebody who goes on writing
        while self._open and left > 0 and (size := self._read_output()):
            left -= size
        if self._open:
            callbacks = self._callbacks
            self.release()
            if callbacks is not None:
                innocent = self._spare and not self._heard
                callbacks.on_end(None if innocent else status, stack)

    def release(self) -> None:
        """Close what belongs to it here, and hold nothing of its job any longer."""
        self._callbacks = None  # which hold what holds this
        self._rest = b""
        if self._open:
            self._open = False
            self._loop.remove_reader(self.report)
            self._loop.remove_writer(self.report)
            self._loop.remove_reader(self._output)
            self.report.close()
            os.close(self._output)
