"""The words of the engine as frozen values; nothing here reads a file or runs code.

Paths in these values are POSIX, relative to the repository's root.
Lines are 1-based, columns 0-based, durations milliseconds unless the name says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

JsonValue: TypeAlias = object
"""Whatever PAT's YAML dialect or JSON can hold. Treated as read-only by everyone but a policy."""

FieldPath: TypeAlias = tuple[str | int, ...]
"""Keys and indices from a resource down to one of its fields."""

ALERT_FUNCTIONS = (
    "title",
    "description",
    "reference",
    "severity",
    "runbook",
    "destinations",
    "dedup",
    "alert_context",
    "unique",
)
"""Alert functions in the order in which they are called after `policy` (panther_core 0.16.3)."""

SEVERITIES = ("Info", "Low", "Medium", "High", "Critical")


class Verdict(StrEnum):
    """What a policy says of one resource."""

    PASS = "PASS"
    FAIL = "FAIL"
    ERROR = "ERROR"


class Outcome(StrEnum):
    """What a test came to."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"


class Status(StrEnum):
    """What a policy's tests came to, taken together."""

    PASSED = "passed"
    FAILED = "failed"
    INVALID = "invalid"
    UNTESTED = "untested"
    SKIPPED = "skipped"
    RUNNING = "running"
    STALE = "stale"


class Level(StrEnum):
    """How much a diagnostic matters: an `error` keeps the policy's tests from running."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding with its place, what was found and what to do."""

    path: str
    line: int
    column: int
    severity: Level
    code: str
    """A stable kebab-case name, such as `unknown-key`."""
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a file: from `line`, `column` up to, not including, `end_line`, `end_column`."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Mock:
    """A name of the body that a test replaces by a function returning `return_value`."""

    object_name: str
    return_value: str | bool


@dataclass(frozen=True, slots=True)
class TestCase:
    """One entry of a spec's `Tests`."""

    __test__ = False

    name: str
    line: int
    expected: bool
    resource: JsonValue
    mocks: tuple[Mock, ...] = ()
    inventory: str = ""
    """Folder of the inventory that the resource is of, which answers lookups in place of `mocks`;
    no test of a spec has one."""
    unfilled: str = ""
    """What the mapping of such a resource could not fill, a name a line."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as its spec declares it. Known by `spec`, since an ID can be missing or taken twice.

    When a diagnostic of level `error` is among `diagnostics` the policy is invalid: its tests do
    not run, and fields that could not be read hold their defaults.
    """

    spec: str
    body: str
    """Path of the Python file; empty when the spec does not name one."""
    id: str
    display_name: str = ""
    enabled: bool = True
    severity: str = ""
    resource_types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    reports: tuple[tuple[str, tuple[str, ...]], ...] = ()
    description: str = ""
    runbook: str = ""
    reference: str = ""
    output_ids: tuple[str, ...] = ()
    suppressions: tuple[str, ...] = ()
    """Patterns of resource IDs that raise no alert."""
    status: str = ""
    """The spec's free-text `Status`, such as `experimental`."""
    tests: tuple[TestCase, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    known_as: str = field(default="", compare=False)
    """The ID of when the spec could last be read; empty where `id` says it."""

    @property
    def invalid(self) -> bool:
        """Whether something keeps its tests from running."""
        return any(found.severity is Level.ERROR for found in self.diagnostics)


@dataclass(frozen=True, slots=True)
class Global:
    """A shared helper module, imported by its `id`, not by its file's name."""

    id: str
    spec: str
    body: str
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """One step of a traceback."""

    path: str
    """Relative to the root if inside it, else absolute."""
    line: int
    function: str
    source: str
    """The line's text without indentation; empty if unknown."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a test or an import came to an end: the exception, or what stopped it."""

    type: str
    """The exception's class name, or `Timeout`, `Exited`, `Killed`, `OutOfMemory`, `NoWorker`,
    `NotStarted`."""
    message: str
    path: str = ""
    """Where the user's own code was; empty if unknown."""
    line: int = 0
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionResult:
    """What `policy` or an alert function came to in one test."""

    output: JsonValue
    error: str | None
    """`Type: message`, as PAT prints it."""
    matched: bool


@dataclass(frozen=True, slots=True)
class TestResult:
    """What one test came to."""

    __test__ = False

    name: str
    line: int
    expected: bool
    verdict: Verdict
    outcome: Outcome
    duration_ms: float
    functions: Mapping[str, FunctionResult] = field(default_factory=dict)
    error: Failure | None = None
    output: str = ""
    """What the test printed, as text; cut to the limit with a note when there was more."""
    mutated: bool = False
    """The policy changed the resource that it was given."""


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """What a policy's run came to. `results` follow the order of the spec's tests."""

    spec: str
    generation: int
    status: Status
    results: tuple[TestResult, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    """Found by running: an import that failed, a resource that was changed."""
    loaded: tuple[str, ...] = ()
    """Files inside the repository that the run imported or opened, besides spec and body."""
    duration_ms: float = 0.0
