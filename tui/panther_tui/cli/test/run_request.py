"""What `panther-tui test` was asked to do."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from panther_engine import RunRequest
from panther_engine.values.frozen import dataclass

if TYPE_CHECKING:
    from panther_engine import ReportFormat  # whose home imports all that reports need


@dataclass(frozen=True, slots=True)
class TestRequest:
    """What a command line asks for. None: whatever the settings say."""

    __test__ = False

    here: Path
    run: RunRequest = field(default_factory=RunRequest)
    minimum_tests: int | None = None
    destinations: tuple[str, ...] = ()
    format: ReportFormat = "text"
    output: Path | None = None
    workers: int | None = None
    timeout: float | None = None
    memory: int | None = None
    network: bool | None = None
    python: str | None = None
    trust: bool | None = None
    fail_fast: bool = False
    allow_empty: bool = False
    watch: bool = False
    verbosity: int = 0
    coverage: Path | None = None
    """Where to write which lines the tests reach."""
