"""The interface that the pool uses to start workers, and which kind of start is safe here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Protocol

from panther_engine.running.processes.job import Job
from panther_engine.values.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What a launcher tells of one worker. Called on the event loop, `on_end` once and last."""

    on_report: Callable[[bytes], None]
    on_output: Callable[[bytes], None]
    on_end: Callable[[int | None, str], None]
    """A `wait` status and the worker's stack as faulthandler wrote it or an empty text.

    Without a status the worker was lost for no reason of its own; the text says what is known.
    """


def can_fork() -> bool:
    """Whether forking is safe here, and not forbidden by PANTHER_TUI_WORKER=spawn."""
    return sys.platform.startswith("linux") and os.environ.get("PANTHER_TUI_WORKER") != "spawn"


class Running(Protocol):
    """A worker at work."""

    def kill(self) -> None:
        """End it and all that it started; `on_end` follows."""

    def release(self) -> None:
        """Listen no longer: all that matters was reported. The worker ends by itself."""

    def take(self, job: Job, marker: bytes, callbacks: Callbacks) -> bool:
        """Have a worker that has reported everything of a tame job run another one.

        False if it takes no more, such as when it knows other globals than there are by now.
        """


class Launcher(Protocol):
    """A way to start workers."""

    def set_globals(
        self, changed: Mapping[str, tuple[str, bytes]], removed: tuple[str, ...]
    ) -> None:
        """Serve these globals (absolute path and content by GlobalID) to workers started later."""

    def is_ready(self, job: Job) -> bool:
        """Whether a worker for the job could begin at once."""

    def when_ready(self, on_ready: Callable[[], None]) -> None:
        """Call `on_ready` when a job that was not ready may be."""

    def launch(self, job: Job, marker: bytes, callbacks: Callbacks) -> Running:
        """Start a worker on a job; it prints `marker` before each report.

        Raises OSError when no process can be had.
        """

    def close(self) -> None:
        """End every worker."""
