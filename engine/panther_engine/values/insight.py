"""What is known of a verdict, as frozen values for screens and reports.

Paths are relative to the repository's root, lines 1-based, columns 0-based characters. Texts and
values are one clean line each.
"""

from __future__ import annotations

from enum import StrEnum

from panther_engine.model import FieldPath, JsonValue, Verdict
from panther_engine.values.frozen import dataclass


class DecidedBy(StrEnum):
    """What kind of line gave a verdict."""

    RETURN = "return"
    RAISE = "raise"
    STOPPED = "stopped"


class ReadKind(StrEnum):
    """How a field was read."""

    VALUE = "value"
    MISSING = "missing"
    """It was looked for and is not there."""
    WHOLE = "whole"
    """It was handed to code that is not observed, so all below it may have been read."""


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of a file."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class Operand:
    """A part of a condition with the value that it had."""

    place: Place
    value: str
    field: FieldPath | None
    """The field of the resource that the value is of."""
    missing: bool = False
    """There is no such field."""
    inside: tuple[Condition, ...] = ()
    """For a call of the repository's own code: why it returned what it did."""
    loop: Loop | None = None
    """For `any`, `all` and comprehensions."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A step on the way to the verdict."""

    place: Place
    value: str
    operands: tuple[Operand, ...]
    phrase: str
    """What was the case, in words."""
    truth: bool | None = None
    iteration: int | None = None
    """1-based, of the innermost loop round it."""
    loop: Loop | None = None
    """The step is a loop: how it went."""
    decides: bool = False
    """One of those that the reason names."""


@dataclass(frozen=True, slots=True)
class LineValues:
    """What a line held when it ran last: texts of expressions, each with its value."""

    line: int
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Round:
    """One iteration of a loop."""

    number: int
    """1-based."""
    item: str
    field: FieldPath | None
    conditions: tuple[Condition, ...]
    values: tuple[LineValues, ...] = ()
    """Of the lines that ran in it, in the file of the loop."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop or a comprehension, for stepping through it."""

    place: Place
    over: str
    """What it runs over, as a field or as text."""
    ran: int
    """Iterations begun."""
    size: int | None
    """How many items there were, if that is known."""
    deciding: int | None
    """The iteration that decided, 1-based."""
    rounds: tuple[Round, ...]
    """At most 500, of a loop in another one 40: those round the deciding one, else the first."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """The statement that gave the verdict."""

    place: Place
    kind: DecidedBy
    value: str
    """What was returned, or the exception."""


@dataclass(frozen=True, slots=True)
class Read:
    """A field that the policy looked at."""

    field: FieldPath
    kind: ReadKind
    lines: tuple[int, ...]
    """Of the body, in the order in which they read it first."""
    by: str = ""
    """What read it whole."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a resource. `op` is `set`, `add` or `remove`."""

    op: str
    field: FieldPath
    old: JsonValue
    new: JsonValue


@dataclass(frozen=True, slots=True)
class Flip:
    """A changed resource that gets the other verdict."""

    verdict: Verdict
    changes: tuple[Change, ...]
    resource: JsonValue
    """The resource as changed."""


@dataclass(frozen=True, slots=True)
class Insight:
    """Why one test got its verdict."""

    spec: str
    generation: int
    test: int
    """Its place in the spec."""
    name: str
    line: int
    expected: bool
    verdict: Verdict
    same_as_plain: bool
    reason: str
    """One sentence. If the runs differ it says how, and all below is empty."""
    deciding: Deciding | None = None
    conditions: tuple[Condition, ...] = ()
    reads: tuple[Read, ...] = ()
    """In the order of their first reading; the last one before the verdict is `last_read`."""
    last_read: FieldPath | None = None
    values: tuple[LineValues, ...] = ()
    """Of the body's lines that ran, for their ends in a view of the code."""
    not_run: tuple[int, ...] = ()
    """Lines of the body's functions whose statements did not run."""
    notes: tuple[str, ...] = ()
    """What could not be observed."""
