"""Chooses between fork and spawn for this system."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from panther_engine.running.processes.job import WorkerConfig
from panther_engine.running.processes.launcher import Launcher, can_fork


class ManagedLauncher(Launcher, Protocol):
    """A launcher with what its owner needs besides starting workers."""

    def listen(self) -> None:
        """Take part in the running event loop; call once it runs."""

    def set_modules(self, modules: frozenset[str]) -> None:
        """Have workers import what of these they may hold, before a job asks for it."""

    def hang_up(self) -> None:
        """Have workers end without waiting for it, once no job runs; `close` waits for them."""

    def prepare_observed(self, names: Iterable[str]) -> None:
        """Make observed code of these globals when nothing else is to be done, by GlobalID."""


def make_launcher(
    config: WorkerConfig,
    on_notice: Callable[[str], None],
    on_version: Callable[[str], None],
) -> ManagedLauncher:
    """Zygotes where fork is safe, else one spawned process for each job.

    `on_notice` is told what the user should know, `on_version` the interpreter's version.
    Raises OSError if the interpreter cannot be run.
    """
    if can_fork():
        from panther_engine.running.processes.fork_launcher import ForkLauncher

        return ForkLauncher(config, on_notice, on_version)
    from panther_engine.running.processes.spawn_launcher import SpawnLauncher

    return SpawnLauncher(config, on_version)
