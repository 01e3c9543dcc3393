"""The real app in a pseudo-terminal: its output as it arrives, with the time of each piece."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.benchmarks.processes import PROC, tree

ROWS, COLUMNS = 45, 160
CONTROL = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]"  # colours, cursor, modes
    rb"|\x1b[\]P_^][^\x07\x1b]*(?:\x07|\x1b\\)"  # titles and other strings
    rb"|\x1b[ -/]*[0-~]"
    rb"|[\x00-\x08\x0e-\x1a]"
)


class TooLateError(Exception):
    """What was waited for did not come."""


class Terminal:
    """A program in a terminal of 160 by 45. Times are `time.perf_counter()` seconds."""

    def __init__(self, command: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> None:
        self.started = time.perf_counter()
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(cwd)
                os.execvpe(command[0], list(command), dict(environment))
            finally:
                os._exit(127)
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._raw = b""
        """What arrived since the last `forget`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, keys: bytes) -> None:
        """Type."""
        os.write(self._descriptor, keys)

    def forget(self) -> None:
        """From now on look only at what arrives from now on."""
        while self._read(0):
            pass
        self._raw = b""

    def text(self) -> str:
        """What arrived since then, without control sequences: not where on the screen it stands."""
        return CONTROL.sub(b"", self._raw).decode("utf-8", "replace")

    def wait_for(self, pattern: str, seconds: float = 30.0) -> tuple[float, re.Match[str]]:
        """The time when text arrived that matches, and the match.

        Raises TooLateError after `seconds`, with the end of what did arrive.
        """
        wanted = re.compile(pattern)
        limit = time.perf_counter() + seconds
        while True:
            if match := wanted.search(self.text()):
                return self._arrived, match
            left = limit - time.perf_counter()
            if left <= 0 or not self._read(left):
                if time.perf_counter() < limit:
                    continue
                raise TooLateError(f"{pattern!r} did not come; the end was {self.text()[-600:]!r}")

    def wait_until_quiet(self, quiet: float = 0.2, seconds: float = 60.0) -> float:
        """Wait until nothing arrives for `quiet` seconds; returns when the last bytes arrived."""
        limit = time.perf_counter() + seconds
        while self._read(quiet) and time.perf_counter() < limit:
            pass
        return self._arrived

    def close(self) -> None:
        """End the program and all it started, by force if it does not go by itself."""
        family = tree(self.pid)
        os.close(self._descriptor)
        try:
            os.kill(self.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        limit = time.perf_counter() + 5
        reaped = False
        while not reaped or any((PROC / str(pid)).exists() for pid in family):
            if time.perf_counter() > limit:
                _kill(family)
                limit += 5
            if not reaped:
                reaped = os.waitpid(self.pid, os.WNOHANG)[0] != 0
            time.sleep(0.01)

    _arrived = 0.0

    def _read(self, seconds: float) -> bool:
        if not select.select([self._descriptor], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:  # the program closed its terminal
            data = b""
        if not data:
            time.sleep(min(seconds, 0.05))
            return False
        self._arrived = time.perf_counter()
        self._raw += data
        return True


def _kill(pids: Sequence[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
