"""Changes of files that somebody asks for: what is wanted, and what would be written."""

from __future__ import annotations

from typing import TypeAlias

from panther_engine.model import Diagnostic, FieldPath, JsonValue, Mock
from panther_engine.values.forms import NewPolicy
from panther_engine.values.frozen import dataclass


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file before and after an edit; None where it is not there."""

    path: str
    """From the root, with `/`."""
    before: bytes | None
    after: bytes | None
    mode: int | None = None
    """Permission bits that a file has which is made again; None for those of any new file."""

    def reversed(self) -> FileChange:
        """What takes it back."""
        return FileChange(self.path, self.after, self.before, self.mode)


@dataclass(frozen=True, slots=True)
class WriteFiles:
    """Write these files, whose bytes are known; a path stands in at most one of them."""

    title: str
    """A few words, such as `new policy AWS.S3.Bucket.Versioning`."""
    said: str
    """What it means, in one sentence."""
    files: tuple[FileChange, ...]
    notes: tuple[str, ...] = ()
    """What else is worth knowing before it is written."""


@dataclass(frozen=True, slots=True)
class AcceptVerdict:
    """Make a test's expectation what it got."""

    spec: str
    test: int
    """Its place in the spec, 0-based."""


@dataclass(frozen=True, slots=True)
class AddTest:
    """Add a test, at the end unless `index` says where."""

    spec: str
    name: str
    expected: bool
    resource: JsonValue
    mocks: tuple[Mock, ...] = ()
    index: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddPasted:
    """Add a test of the resource in a text: JSON of Panther's, or an answer of an AWS API."""

    spec: str
    text: str
    redacted: bool
    """Put placeholders for account numbers, names, addresses and keys."""
    at: int = 0
    """Which of several resources, 0-based."""
    kept: tuple[str, ...] = ()
    """Texts for which there is no placeholder."""
    name: str = ""
    """Of the test; empty for one from what sets the resource apart."""


@dataclass(frozen=True, slots=True)
class AddExample:
    """Add a test of the catalogue's example for the policy's first resource type."""

    spec: str


@dataclass(frozen=True, slots=True)
class FixFaults:
    """Mend faults of one file, and the others of their kinds in it, by their quick fixes."""

    path: str
    faults: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class GuardNull:
    """Have a field that is null count as empty where a line of the body raises at it."""

    body: str
    line: int
    """1-based."""
    field: FieldPath


@dataclass(frozen=True, slots=True)
class TestRef:
    """A test by its place, and by the name that it must have there."""

    __test__ = False

    spec: str
    index: int
    """0-based."""
    name: str


@dataclass(frozen=True, slots=True)
class ReplaceResource:
    """Make this a test's resource; only the values that differ change."""

    test: TestRef
    resource: JsonValue


@dataclass(frozen=True, slots=True)
class RenameTest:
    """Give a test another name."""

    test: TestRef
    name: str


@dataclass(frozen=True, slots=True)
class DuplicateTest:
    """Put a copy of a test, as it is written, behind it."""

    test: TestRef
    name: str


@dataclass(frozen=True, slots=True)
class MoveTest:
    """Move a test to another place."""

    test: TestRef
    to: int
    """Its index afterwards."""


@dataclass(frozen=True, slots=True)
class DeleteTest:
    """Remove a test."""

    test: TestRef


@dataclass(frozen=True, slots=True)
class PutMock:
    """Make a test's mock this one, or add it where `index` is None."""

    test: TestRef
    mock: Mock
    index: int | None = None


@dataclass(frozen=True, slots=True)
class RemoveMock:
    """Remove a test's mock."""

    test: TestRef
    index: int


@dataclass(frozen=True, slots=True)
class SetMetadata:
    """Set keys of a spec, and remove others; all that is not named stays."""

    spec: str
    values: tuple[tuple[str, JsonValue], ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CreatePolicy:
    """Make the two files of a new policy."""

    policy: NewPolicy
    folder: str
    """From the root."""


@dataclass(frozen=True, slots=True)
class CopyPolicy:
    """Make a second policy with the same code and tests."""

    spec: str
    id: str
    name: str
    """Its `DisplayName`."""
    folder: str
    """From the root."""


@dataclass(frozen=True, slots=True)
class RenamePolicy:
    """Give a policy another ID, and its files other names."""

    spec: str
    id: str


@dataclass(frozen=True, slots=True)
class DeletePolicy:
    """Remove a policy's two files."""

    spec: str


PolicyRequest: TypeAlias = CreatePolicy | CopyPolicy | RenamePolicy | DeletePolicy
"""A request about whole files of a policy."""

TestRequest: TypeAlias = (
    AddTest | ReplaceResource | RenameTest | DuplicateTest | MoveTest | DeleteTest | PutMock
    | RemoveMock
)  # fmt: skip
"""A request about one test of a spec."""

EditRequest: TypeAlias = (
    WriteFiles
    | AcceptVerdict
    | AddPasted
    | AddExample
    | FixFaults
    | GuardNull
    | TestRequest
    | SetMetadata
    | PolicyRequest
)
"""What an edit can be asked for as; `authoring/plans` knows what each writes."""
