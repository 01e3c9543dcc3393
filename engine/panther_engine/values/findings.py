"""What is found out of a policy besides its verdicts, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.model import FieldPath, JsonValue, Verdict
from panther_engine.values.frozen import dataclass
from panther_engine.values.insight import Change

BOUNDARIES = frozenset({"<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that no test tells from the body. Line 1-based, column in characters from 0."""

    line: int
    column: int
    kind: str
    """`comparison`, `logic`, `not`, `bool`, `number`, `text`, `condition` or `jump`."""
    before: str
    after: str
    number: int = 0
    """Which of the body's mutants it is."""
    reason: str = ""
    """Why it is set aside: the comment `# not pinned: reason` on its line; else empty."""

    @property
    def words(self) -> str:
        """What could change unnoticed, in words."""
        if self.kind == "condition":
            return f"`{self.before}` could always be true: no test tells"
        if self.kind == "jump":
            return f"`{self.before}` could be left out: no test tells"
        if self.kind == "comparison" and self.before in BOUNDARIES:
            return f"`{self.before}` could be `{self.after}`: no test has the value between them"
        return f"`{self.before}` could be `{self.after}`: no test tells"


@dataclass(frozen=True, slots=True)
class Mutated:
    """How well a policy's tests pin its body down."""

    spec: str
    total: int
    killed: int
    survivors: tuple[Survivor, ...]
    """In the order of the source, those that are set aside too."""

    @property
    def open(self) -> tuple[Survivor, ...]:
        """Survivors that are not set aside."""
        return tuple(one for one in self.survivors if not one.reason)

    @property
    def percent(self) -> float:
        """Of the mutants that count, how many some test tells from the body."""
        counted = self.killed + len(self.open)
        return 100.0 * self.killed / counted if counted else 100.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A test that would tell a survivor from the body."""

    spec: str
    survivor: Survivor
    test: int
    """The place of the test whose resource was changed."""
    changes: tuple[Change, ...]
    resource: JsonValue
    """The resource as changed."""
    expected: bool
    """What the body as it is says of it."""


@dataclass(frozen=True, slots=True)
class NullField:
    """What a policy does when one field is null."""

    field: FieldPath
    verdict: Verdict
    """ERROR if it raises with the resource of any test, else that of the first that read it."""
    test: int
    """The place of the test whose resource it was."""
    line: int
    """Of the body, where it raised; 0 if it did not, or if that is not known."""
    error: tuple[str, str] | None = None
    """Type and message of what was raised."""

    @property
    def raises(self) -> bool:
        """Whether it is a finding."""
        return self.verdict is Verdict.ERROR


@dataclass(frozen=True, slots=True)
class Probed:
    """The nullable fields that a policy read, by name."""

    spec: str
    fields: tuple[NullField, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """One way on from a line."""

    line: int
    way: str
    """`body`, `else` (the condition was false, or a loop came to its end) or `case N`."""
    tests: frozenset[int]
    """Places of the tests that went it."""


@dataclass(frozen=True, slots=True)
class Covered:
    """What the tests of one policy reach of its body: the statements in functions."""

    spec: str
    body: str
    lines: Mapping[int, frozenset[int]]
    """By the line where a statement begins, the places of the tests that reach it."""
    branches: tuple[Branch, ...]

    @property
    def missing(self) -> tuple[int, ...]:
        """Lines that no test reaches."""
        return tuple(line for line, tests in self.lines.items() if not tests)

    @property
    def missing_branches(self) -> tuple[Branch, ...]:
        """Branches that no test takes, of lines that some test reaches."""
        return tuple(one for one in self.branches if not one.tests and self.lines.get(one.line))

    @property
    def percent(self) -> float:
        """Of lines and branches together, how many some test reaches."""
        total = len(self.lines) + len(self.branches)
        reached = sum(map(bool, self.lines.values())) + sum(bool(b.tests) for b in self.branches)
        return 100.0 * reached / total if total else 100.0
