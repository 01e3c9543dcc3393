"""The request that the insight commands share, and the workers that answer it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from panther_engine import (
    Interpreter,
    RunOptions,
    Sandbox,
    Workplace,
    find_python,
    load_pat_settings,
    open_workplace,
)
from panther_tui.cli.streams import warn
from panther_tui.settings.config import NOT_TRUSTED, load_config


@dataclass(frozen=True, slots=True)
class InsightRequest:
    """What a command line asks for. None: whatever the settings say."""

    paths: tuple[str, ...] = ()
    test: str | None = None
    """A test's name, or a part of it."""
    python: str | None = None
    timeout: float | None = None
    workers: int | None = None
    trust: bool | None = None
    """Whether the checkout's settings may reach further than the user's."""

    def prepare(self, root: Path) -> tuple[RunOptions, Interpreter]:
        """How to run the policies of the checkout at `root`. Raises InterpreterError."""
        config, found = load_config(root, trust=self.trust)
        for one in found:
            if one.code == NOT_TRUSTED:
                warn(f"{one.path}:{one.line}: {one.message}; {one.hint}")
        options = RunOptions(
            timeout=self.timeout or config.timeout,
            workers=self.workers or config.workers or None,
            memory=config.memory,
            sandbox=Sandbox(config.sandbox),
            read=config.read,
            write=config.write,
            network=config.network,
            allowed_variables=config.environment,
            available_destinations=load_pat_settings(root).available_destination,
        )
        return options, find_python(root, self.python, config.python)


def workplace(request: InsightRequest, here: Path) -> AbstractContextManager[Workplace]:
    """What a request needs.

    Raises SelectionError, InterpreterError, OSError: what was asked for is not there.
    """
    return open_workplace(request.paths, here, request.prepare, warn, test=request.test)
