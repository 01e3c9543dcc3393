"""A progress line, shown only on a terminal and erased when the run ends."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from typing import TextIO

from panther_engine.events import Event, PolicyFinished, PolicyStarted, RunStarted, TestFinished
from panther_engine.model import Outcome, Status
from panther_engine.report.text.paint import FAIL_MARK, PASS_MARK, plain_marks
from panther_engine.text.clean import clean_line

INTERVAL = 0.05
"""Seconds that must pass before the line is written again."""


def wants_progress(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a line that is written over and over makes sense there."""
    return stream.isatty() and environment.get("TERM") != "dumb"


class Progress:
    """Follows a run's events and keeps one line of `stream` up to date."""

    def __init__(self, stream: TextIO, width: int | None = None) -> None:
        self._stream = stream
        self._width = width or shutil.get_terminal_size().columns
        self._ascii = "utf" not in (stream.encoding or "utf-8").lower()
        self._total = 0
        self._finished = 0
        self._tests = dict.fromkeys(Outcome, 0)
        self._invalid = 0
        self._current = ""
        self._written_at = 0.0
        self._shown = False

    def on_event(self, event: Event) -> None:
        """Take note of an event, and write the line again if it is time to."""
        match event:
            case RunStarted(reasons=reasons):
                self._total = len(reasons)
            case PolicyStarted(spec=spec):
                self._current = spec
            case TestFinished(result=result):
                self._tests[result.outcome] += 1
            case PolicyFinished(result=result):
                self._finished += 1
                self._invalid += result.status is Status.INVALID
            case _:
                return
        now = time.monotonic()
        if now - self._written_at >= INTERVAL:
            self._written_at = now
            self._write(self.line())

    def line(self) -> str:
        """What the line says now, cut to the terminal's width."""
        done = f"{self._finished}/{max(self._total, self._finished)} policies"
        failed = self._tests[Outcome.FAILED] + self._tests[Outcome.ERRORED]
        said = f"{done}  {PASS_MARK} {self._tests[Outcome.PASSED]}"
        if failed or self._invalid:
            said += f"  {FAIL_MARK} {failed + self._invalid}"
        name = clean_line(self._current).rpartition("/")[2]
        return f"{said}  {name}"[: self._width - 1]

    def close(self) -> None:
        """Take the line away."""
        if self._shown:
            self._write("")

    def _write(self, line: str) -> None:
        self._stream.write(f"\r\x1b[K{plain_marks(line) if self._ascii else line}")
        self._stream.flush()
        self._shown = bool(line)
