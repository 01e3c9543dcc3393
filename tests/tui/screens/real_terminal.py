"""The real app in a pseudo-terminal, with its screen as a person would see it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import pyte

PATIENCE = 60.0
"""Seconds after which something awaited counts as never coming: much, for loaded machines."""

_TAKE_TERMINAL = (
    "import fcntl, os, sys, termios;"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execv(sys.argv[1], sys.argv[1:])"
)


class Terminal:
    """A program with a terminal of its own, of `columns` by `rows`."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], columns: int, rows: int
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        """All that the program wrote."""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL, *command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
        )
        self.settings = termios.tcgetattr(slave)
        """How the terminal was before the program."""
        self._slave = slave

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def text(self) -> str:
        """What is on the screen, line by line."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    @property
    def title(self) -> str:
        """The terminal's title."""
        return str(self.screen.title)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def wait_for(
        self, condition: Callable[[str], object], what: str, patience: float = PATIENCE
    ) -> None:
        """Wait until a condition of the screen's text holds; fails with the screen if never."""
        deadline = time.monotonic() + patience
        while not condition(self.text):
            left = deadline - time.monotonic()
            assert left > 0, f"it never came to this: {what}\n{self.text}"
            assert self._read(left), f"the app ended before this: {what}\n{self.text}"

    def shows(self, *texts: str) -> None:
        """Wait until all these texts are on the screen."""
        self.wait_for(lambda text: all(it in text for it in texts), " and ".join(texts))

    def wait_for_end(self) -> int:
        """Wait for the program's end; returns its exit code."""
        while self.process.poll() is None and self._read(PATIENCE):
            pass
        return self.process.wait(PATIENCE)

    def settings_now(self) -> list[object]:
        """How the terminal is now."""
        return list(termios.tcgetattr(self._slave))

    def close(self) -> None:
        """End the program, by force if it still runs."""
        with suppress(ProcessLookupError):
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
                try:
                    self.process.wait(5)
                except subprocess.TimeoutExpired:
                    self.process.kill()
                    self.process.wait()
        os.close(self._slave)
        os.close(self._master)

    def _read(self, seconds: float) -> bool:
        """Take in what comes within this time; False if the program has ended."""
        ready = select.select([self._master], [], [], min(seconds, 0.25))[0]
        if not ready:
            return self.process.poll() is None
        data = os.read(self._master, 65536)
        self.raw += data
        self._stream.feed(data)
        return True
