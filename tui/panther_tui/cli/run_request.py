"""What a command line asks `panther-tui test` for, and what that comes to with the settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from panther_engine.model import Diagnostic
from panther_engine.reading.repository.pat_settings import Filter, PatSettings
from panther_engine.reading.selection.targets import Selection
from panther_engine.running.interpreter.choose import Interpreter
from panther_engine.running.jobs.report import RunOptions
from panther_tui.settings.settings import Config


@dataclass(frozen=True, slots=True)
class TestRequest:
    """What a command line asks for. None: whatever the settings say."""

    __test__ = False

    paths: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Parts of tests' names."""
    tests: tuple[str, ...] = ()
    """Whole names of tests."""
    failed: bool = False
    minimum_tests: int | None = None
    skip_disabled: bool | None = None
    destinations: tuple[str, ...] = ()
    format: str = "text"
    output: Path | None = None
    workers: int | None = None
    timeout: float | None = None
    memory: int | None = None
    network: bool | None = None
    python: str | None = None
    fail_fast: bool = False
    allow_empty: bool = False
    watch: bool = False
    verbosity: int = 0
    coverage: Path | None = None
    """Where to write which lines the tests reach."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with all that the settings add to it."""

    request: TestRequest
    here: Path
    selection: Selection
    filters: tuple[Filter, ...]
    settings: PatSettings
    config: Config
    faults: tuple[Diagnostic, ...]
    """What is wrong in the settings."""
    options: RunOptions
    python: Interpreter
