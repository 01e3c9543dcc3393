"""The options of a session."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path

from panther_engine.reading.repository.pat_settings import PatSettings
from panther_engine.running.interpreter.choose import Interpreter
from panther_engine.running.jobs.report import RunOptions
from panther_engine.running.processes.job import Limits
from panther_engine.values.frozen import dataclass


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How to watch a checkout."""

    root: Path
    python: str
    python_reason: str
    scopes: tuple[str, ...] = (".",)
    settings: PatSettings = field(default_factory=PatSettings)
    limits: Limits = field(default_factory=Limits)
    places: int | None = None
    destinations: tuple[str, ...] = ()
    allowed_variables: tuple[str, ...] = ()
    minimum_tests: int = 0
    poll: bool = False
    only: frozenset[str] | None = None
    """Specs of the policies to run; None for all. Others are loaded and not run."""
    mappings: tuple[str, ...] = ()
    """Files that say how resources of shapes that are not Panther's are read."""
    ignores: str = ""
    """The checkout's file of results of scans that are ignored, relative to `root`."""

    @classmethod
    def of(
        cls,
        root: Path,
        python: Interpreter,
        settings: PatSettings,
        options: RunOptions,
        *,
        scopes: tuple[str, ...] = (".",),
        poll: bool = False,
        only: frozenset[str] | None = None,
    ) -> SessionOptions:
        """To run tests as `options` say, again and again."""
        return cls(
            root=root,
            python=python.path,
            python_reason=python.reason,
            scopes=scopes,
            settings=settings,
            limits=options.limits,
            places=options.workers,
            destinations=options.available_destinations,
            allowed_variables=options.allowed_variables,
            minimum_tests=options.minimum_tests,
            poll=poll,
            only=only,
        )
