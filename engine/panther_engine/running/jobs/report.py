"""What a headless run is asked to do, and what it came to."""

from __future__ import annotations

from panther_engine.model import Diagnostic, Level, Outcome, Policy, PolicyResult, Status
from panther_engine.reading.selection.notes import Note, note_of
from panther_engine.running.processes.job import Limits, Sandbox
from panther_engine.values.frozen import dataclass

PASSING_STATUSES = frozenset({Status.PASSED, Status.UNTESTED, Status.SKIPPED})
"""Statuses that let a run end with exit code 0."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run tests headless."""

    python: str | None = None
    """The interpreter that runs the policies; None lets the engine choose."""
    timeout: float = 10.0
    """Seconds that one test may take."""
    workers: int | None = None
    """Processes at once; None for one per core."""
    memory: int = 2048
    """MiB that one worker may allocate."""
    network: bool = False
    allowed_variables: tuple[str, ...] = ()
    """Environment variables that policies see besides those that any program needs."""
    available_destinations: tuple[str, ...] = ()
    """Names that the function `destinations` may return; any, if there are none."""
    minimum_tests: int = 0
    """A policy with fewer tests fails; so does, from 2 on, one that expects only one verdict."""
    test_names: tuple[str, ...] = ()
    """Run only tests with one of these exact names; all, if there are none."""
    fail_fast: bool = False
    sandbox: Sandbox = Sandbox.KERNEL
    read: tuple[str, ...] = ()
    """Absolute paths outside the checkout that policies may read."""
    write: tuple[str, ...] = ()
    """Absolute paths that policies may write."""

    @property
    def limits(self) -> Limits:
        """What a run may take, and what it may reach."""
        return Limits(
            self.timeout,
            self.memory << 20,
            self.network,
            sandbox=self.sandbox,
            read=self.read,
            write=self.write,
        )


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run came to. `policies` are sorted by spec path; skipped ones have status SKIPPED."""

    root: str
    """Absolute path of the repository."""
    python: str
    generation: int
    policies: tuple[tuple[Policy, PolicyResult], ...]
    diagnostics: tuple[Diagnostic, ...]
    """Those that belong to no policy."""
    seconds: float
    interrupted: bool = False
    notes: tuple[Note, ...] = ()
    """What was left out, and why."""

    @property
    def tested_nothing(self) -> bool:
        """Whether not one test ran and yet nothing is wrong: no reason to call it a pass."""
        return self.passed and not any(result.results for _, result in self.policies)

    @property
    def all_notes(self) -> tuple[Note, ...]:
        """The notes, with what reading the checkout found that only informs."""
        informs = (found for found in self.diagnostics if found.severity is Level.INFO)
        return (*self.notes, *map(note_of, informs))

    @property
    def passed(self) -> bool:
        """Whether everything that ran passed, and nothing that was asked for is invalid."""
        return all(
            result.status in PASSING_STATUSES
            and all(test.outcome is Outcome.PASSED for test in result.results)
            for _, result in self.policies
        ) and not any(found.severity is Level.ERROR for found in self.diagnostics)
