"""Starts workers first, so that they import libraries while the repository is being read."""

from __future__ import annotations

import os
import time
from pathlib import Path

from panther_engine.reading.source.libraries import guess_modules
from panther_engine.running.interpreter.environment import policy_environment
from panther_engine.running.jobs.report import RunOptions
from panther_engine.running.processes.job import Limits, WorkerConfig
from panther_engine.running.processes.launch import ManagedLauncher, make_launcher
from panther_engine.values.frozen import dataclass


@dataclass(frozen=True, slots=True)
class WarmWorkers:
    """Workers for one run, and what they have to tell so far."""

    python: str
    limits: Limits
    launcher: ManagedLauncher
    notices: list[str]
    started: float
    """`time.perf_counter()` seconds."""

    def close(self) -> None:
        """End them."""
        self.launcher.close()


def warm_up(root: Path, python: str, options: RunOptions) -> WarmWorkers:
    """Start the first worker process. Raises OSError if `python` cannot be run."""
    started = time.perf_counter()
    limits = options.limits
    notices: list[str] = []
    launcher = make_launcher(
        WorkerConfig(
            python,
            str(root),
            policy_environment(os.environ, options.allowed_variables),
            limits,
            options.available_destinations,
        ),
        notices.append,
        lambda version: None,
    )
    launcher.set_modules(guess_modules(root))
    return WarmWorkers(python, limits, launcher, notices, started)
