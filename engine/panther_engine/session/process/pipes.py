"""Reads and writes the pipes between the two processes without blocking.

Threads do so where an event loop cannot watch pipes, as on Windows, and for commands everywhere.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import deque
from collections.abc import Callable

READ_SIZE = 1 << 18


class PipeWriter:
    """Writes from a thread of its own what it is given: a reader that has stopped stops nobody."""

    def __init__(
        self,
        write: Callable[[memoryview], int | None],
        limit: int | None = None,
        on_broken: Callable[[], None] = lambda: None,
    ) -> None:
        """Call `write`, which may wait, and `on_broken` when it fails, both from the thread.

        `limit`: bytes that may wait; None for any number.
        """
        self._write = write
        self._limit = limit
        self._on_broken = on_broken
        self._changed = threading.Condition()
        self._parts: deque[bytes] = deque()
        self._size = 0
        self._since: float | None = None
        self._ending = False
        self._over = False
        self._thread = threading.Thread(target=self._work, name="pipe writer", daemon=True)
        self._thread.start()

    def put(self, data: bytes) -> None:
        """Write this after what waits already; nothing, where nobody reads any more.

        Raises BlockingIOError beyond the limit. What is larger than that by itself does not count:
        a resource of 5 MB is one thing to take, however long that lasts.
        """
        with self._changed:
            if self._over:
                return
            if self._limit is not None and self._size + self._weight(data) > self._limit:
                raise BlockingIOError(f"{self._size:,} bytes wait, and nobody takes them")
            self._parts.append(data)
            self._size += self._weight(data)
            if self._since is None:
                self._since = time.monotonic()
            self._changed.notify()

    def stuck_for(self) -> float:
        """Seconds for which nothing was taken although something waits."""
        with self._changed:
            return 0.0 if self._since is None else time.monotonic() - self._since

    def end(self) -> None:
        """Take nothing more; the thread ends once what waits is written. Returns at once."""
        with self._changed:
            self._ending = True
            self._changed.notify()

    def join(self, seconds: float) -> bool:
        """Wait for the thread's end, after `end`; whether it came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _weight(self, data: bytes) -> int:
        return 0 if self._limit is not None and len(data) > self._limit else len(data)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._parts and not self._ending:
                    self._changed.wait()
                if not self._parts:
                    self._over = True
                    return
                data = self._parts[0]
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[self._write(rest) or 0 :]
            except (OSError, ValueError):
                with self._changed:
                    self._over = True
                    self._parts.clear()
                    self._size, self._since = 0, None
                self._on_broken()
                return
            with self._changed:
                self._parts.popleft()
                self._size -= self._weight(data)
                self._since = time.monotonic() if self._parts else None


class PipeReader:
    """Reads from a thread of its own and rings a socket, which every system can wait for."""

    def __init__(self, descriptor: int) -> None:
        """Read `descriptor`, which stays open, to its end."""
        self._descriptor = descriptor
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)
        self._lock = threading.Lock()
        self._parts: deque[bytes] = deque()
        threading.Thread(target=self._work, name="pipe reader", daemon=True).start()

    def fileno(self) -> int:
        """Readable while something was read."""
        return self._bell.fileno()

    def read(self) -> bytes | None:
        """What was read: all of it; None if there is nothing, empty at the end."""
        try:
            while self._bell.recv(4096):
                pass
        except BlockingIOError:
            pass
        with self._lock:
            parts = list(self._parts)
            ended = bool(parts) and not parts[-1]
            self._parts.clear()
            if ended:
                self._parts.append(b"")
        if ended:
            self._ring()
        return b"".join(parts) if parts else None

    def close(self) -> None:
        """Ring no more."""
        self._bell.close()
        self._rope.close()

    def _work(self) -> None:
        data = b"-"
        while data:
            try:
                data = os.read(self._descriptor, READ_SIZE)
            except OSError:
                data = b""
            with self._lock:
                self._parts.append(data)
            self._ring()

    def _ring(self) -> None:
        try:
            self._rope.send(b"x")
        except OSError:
            return  # it rings already, or nobody listens any more
