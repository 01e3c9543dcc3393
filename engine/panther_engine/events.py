"""What is said to the engine (commands) and what it says (events): frozen values, nothing else.

They cross a process boundary in the app, so everything in them can be pickled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import TypeAlias

from panther_engine.model import (
    Diagnostic,
    Level,
    Policy,
    PolicyResult,
    TestCase,
    TestResult,
)
from panther_engine.values.edits import EditRequest
from panther_engine.values.findings import Covered, Mutated, Probed, Suggestion
from panther_engine.values.forms import Held, Surroundings
from panther_engine.values.frozen import dataclass
from panther_engine.values.insight import Change, Flip, Insight
from panther_engine.values.scanned import (
    Counts,
    GroupBy,
    Moved,
    RowOrder,
    ScannedGroup,
    ScannedRow,
)


class WatchMode(StrEnum):
    """How changes on disk are noticed."""

    WATCHING = "watching"
    POLLING = "polling"
    PAUSED = "paused"


# Commands ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Select:
    """Another policy is on the screen: run it first; send `PolicyOpened` now and on change."""

    spec: str


@dataclass(frozen=True, slots=True)
class Run:
    """Run the tests of these policies, in this order."""

    specs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunAll:
    """Run every policy's tests, last time's failures first."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop what is running and forget what is queued."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop (or resume) running what a change affects; changes are still read."""

    paused: bool


@dataclass(frozen=True, slots=True)
class Rescan:
    """Look at every file again."""


@dataclass(frozen=True, slots=True)
class OpenSource:
    """Send the text of a file as `SourceOpened`: a global, or a frame of a traceback."""

    path: str


@dataclass(frozen=True, slots=True)
class Close:
    """Stop everything and end."""


@dataclass(frozen=True, slots=True)
class Explain:
    """Explain this test, by its place in the spec, whenever its plain run is over.

    Only the last one that was asked for is explained; an empty `spec` asks for none.
    """

    spec: str
    test: int


@dataclass(frozen=True, slots=True)
class Inspect:
    """Find out what of this policy no test pins down, its coverage, and what null would do.

    It is done whenever its plain run is over and nothing else runs. The last policy that was asked
    for comes first; an empty `spec` stops it.
    """

    spec: str


@dataclass(frozen=True, slots=True)
class InspectAll:
    """Inspect every policy that can run, after the one on the screen, or no other any more."""

    wanted: bool = True


@dataclass(frozen=True, slots=True)
class StandAside:
    """A key was pressed: inspections stop, and go on once no key has been pressed for a moment."""


@dataclass(frozen=True, slots=True)
class Suggest:
    """Look for a test that would tell this survivor of the inspected policy from its body."""

    spec: str
    number: int
    """`Survivor.number`."""


@dataclass(frozen=True, slots=True)
class OpenScratch:
    """Take a copy of a test, to be judged by its policy as its resource is changed.

    There is one at most; an empty `spec` gives it up.
    """

    spec: str
    case: TestCase | None = None


@dataclass(frozen=True, slots=True)
class JudgeScratch:
    """Judge the scratch with its resource as these changes make it: `ScratchJudged`.

    What was asked for before and is not judged yet is dropped. It is judged again whenever its
    policy is another one.
    """

    number: int
    """The answer has it too."""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class ReduceScratch:
    """Find out what of the scratch can go while its verdict stays: `ScratchReduced`."""

    number: int
    """Of the `JudgeScratch` that it is about; of another one there is no answer."""


@dataclass(frozen=True, slots=True)
class TryCase:
    """Judge a test that stands in no file as a run of its policy's tests would: `CaseTried`.

    What was asked for before and is not answered yet is dropped.
    """

    number: int
    """The answer has it too."""
    spec: str
    case: TestCase
    reduced: bool = False
    """Find out too what of its resource can go while the verdict, and an error's place, stay."""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Tell what a form of a policy begins with: `FormOpened`."""

    number: int
    """The answer has it too."""
    spec: str = ""
    """The policy whose metadata it shows; empty for a new policy."""


@dataclass(frozen=True, slots=True)
class ProposeEdit:
    """Tell what this would write: `EditProposed`, or `EditRefused`. Nothing is written.

    What was proposed before and is not written is forgotten.
    """

    number: int
    """The answers have it too."""
    request: EditRequest


@dataclass(frozen=True, slots=True)
class WriteEdit:
    """Write the edit that was proposed last, if it is the one of this number."""

    number: int


@dataclass(frozen=True, slots=True)
class TakeBackEdit:
    """Undo the last edit, or do again the one that was undone last."""

    number: int
    redo: bool = False


@dataclass(frozen=True, slots=True)
class UseInventory:
    """Judge the resources of these files from now on, after every change; none for no longer."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListScanned:
    """Send rows of what does not pass a policy as `ScannedListed`.

    `text` must be in the ID, the account, the region or what was said, whatever its case.
    """

    spec: str
    start: int = 0
    text: str = ""
    order: RowOrder = RowOrder.MOVED
    group: tuple[GroupBy, str] | None = None
    """Only rows of this group."""


@dataclass(frozen=True, slots=True)
class GroupScanned:
    """Send the groups of what does not pass a policy as `ScannedGrouped`; `text` as of rows."""

    spec: str
    by: GroupBy
    text: str = ""


@dataclass(frozen=True, slots=True)
class OpenScanned:
    """Send a resource of the inventory as a test of the policy: `ScannedOpened`."""

    spec: str
    key: int
    """`ScannedRow.key`."""


Command: TypeAlias = (
    Select
    | Run
    | RunAll
    | Cancel
    | Pause
    | Rescan
    | OpenSource
    | Explain
    | Inspect
    | InspectAll
    | StandAside
    | Suggest
    | OpenScratch
    | JudgeScratch
    | ReduceScratch
    | OpenForm
    | ProposeEdit
    | WriteEdit
    | TakeBackEdit
    | UseInventory
    | ListScanned
    | OpenScanned
    | GroupScanned
    | TryCase
    | Close
)


# Events --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TestEntry:
    """A test as lists show it."""

    __test__ = False

    name: str
    line: int
    expected: bool


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """A policy as lists show it: a `Policy` without resources and long texts."""

    spec: str
    body: str
    id: str
    display_name: str
    enabled: bool
    severity: str
    resource_types: tuple[str, ...]
    reports: tuple[tuple[str, tuple[str, ...]], ...]
    tests: tuple[TestEntry, ...]
    diagnostics: tuple[Diagnostic, ...]
    invalid: bool
    tags: tuple[str, ...] = ()
    known_as: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """What lists call it: its ID, or the last that could be read; empty without any."""
        return self.id or self.known_as


def entry_of(policy: Policy) -> PolicyEntry:
    """The light form of a policy."""
    return PolicyEntry(
        spec=policy.spec,
        body=policy.body,
        id=policy.id,
        display_name=policy.display_name,
        enabled=policy.enabled,
        severity=policy.severity,
        resource_types=policy.resource_types,
        reports=policy.reports,
        tests=tuple(TestEntry(test.name, test.line, test.expected) for test in policy.tests),
        tags=policy.tags,
        known_as=policy.known_as,
        diagnostics=policy.diagnostics,
        invalid=policy.invalid,
    )


@dataclass(frozen=True, slots=True)
class InterpreterChosen:
    """The Python that runs the policies, and why it was chosen."""

    python: str
    version: str
    reason: str
    sandbox: str = ""
    """What holds them back: `kernel`, `partial (…)` with what is missing, `seat-belt` or `off`."""


ANNOUNCED = 0
"""Generation of what seems to be there, before anything was read."""


@dataclass(frozen=True, slots=True)
class RepositoryChanged:
    """A new generation: `entries` are new or changed, `removed` are gone, `changed` are files."""

    generation: int
    root: str
    branch: str
    entries: tuple[PolicyEntry, ...]
    removed: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    """All those that belong to no policy."""
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultsRecalled:
    """Results of an earlier session whose files have not changed since; a run verifies them."""

    results: tuple[PolicyResult, ...]


@dataclass(frozen=True, slots=True)
class RunStarted:
    """Policies were queued. `reasons` says why each is in the run."""

    generation: int
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RunDeferred:
    """While paused, a change made the results of these policies old. `reasons` says why."""

    generation: int
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PolicyStarted:
    """A policy's tests began to run."""

    spec: str
    generation: int


@dataclass(frozen=True, slots=True)
class TestFinished:
    """One test of a running policy ended. `index` is its place in the spec."""

    __test__ = False

    spec: str
    generation: int
    index: int
    result: TestResult


@dataclass(frozen=True, slots=True)
class PolicyFinished:
    """A policy's run ended; or none was needed, and only the lines in its result are others."""

    result: PolicyResult


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The queue is empty. `changed_at` is the file time (epoch seconds) of the change behind it."""

    generation: int
    affected: int
    seconds: float
    changed_at: float | None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class WatchChanged:
    """How changes are noticed from now on, and why if it is worth a word."""

    mode: WatchMode
    note: str = ""


@dataclass(frozen=True, slots=True)
class PolicyOpened:
    """All of the selected policy: its texts and resources of one generation."""

    generation: int
    policy: Policy
    spec_text: str
    body_text: str
    globals: tuple[str, ...] = ()
    """Paths of the globals it imports, directly or through others."""


@dataclass(frozen=True, slots=True)
class SourceOpened:
    """The text of a file; `text` is None when it cannot be read."""

    path: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Explained:
    """Why one test got its verdict, and what would turn it. It comes twice: first without flips."""

    insight: Insight
    flips: tuple[Flip, ...] | None = None
    """The best first; None while they are searched for."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was found out of a policy so far; it comes again with each further part."""

    spec: str
    generation: int
    mutated: Mutated | None = None
    covered: Covered | None = None
    probed: Probed | None = None
    leaning: tuple[tuple[str, int], ...] = ()
    """Names and lines of tests that pass in their order and do not in the reverse."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """The test that was looked for; None if there is none by one change."""

    spec: str
    number: int
    suggestion: Suggestion | None


@dataclass(frozen=True, slots=True)
class ScratchJudged:
    """What a policy says of the scratch. It comes up to three times: with the why, and flips."""

    spec: str
    number: int
    """Of the command that asked for it."""
    generation: int
    result: TestResult | None
    """None if the policy cannot run; `diagnostics` say why."""
    diagnostics: tuple[Diagnostic, ...] = ()
    explained: Explained | None = None
    """Its flips are without their resources."""


@dataclass(frozen=True, slots=True)
class ScratchReduced:
    """What can go from the scratch: the verdict, and the place of an error, stay."""

    spec: str
    number: int
    changes: tuple[Change, ...]
    """To be done in this order; none where all of it decides."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know once: a worker that died and was replaced, a limit reached."""

    level: Level
    message: str


@dataclass(frozen=True, slots=True)
class FormOpened:
    """What a form of a policy begins with."""

    number: int
    spec: str
    around: Surroundings
    held: Held | None = None
    """What the spec holds; None for a new policy, and for a spec that cannot be shown."""
    refused: str = ""
    """Why it cannot be shown."""


@dataclass(frozen=True, slots=True)
class EditProposed:
    """What would be written; `WriteEdit` with the number writes it."""

    number: int
    title: str
    """A few words, such as `expectation of "Public"`."""
    said: str
    """What it means, in one sentence."""
    paths: tuple[str, ...]
    """The files, from the root."""
    difference: str
    """Unified, of all files."""
    changed: int
    """Lines that are added or removed."""
    notes: tuple[str, ...] = ()
    """What else is worth knowing before it is written."""
    whole: bool = False
    """Whether a file is made or removed."""


@dataclass(frozen=True, slots=True)
class EditWritten:
    """An edit is in the files; the change itself is noticed like any other."""

    number: int
    title: str
    paths: tuple[str, ...]
    taken_back: bool = False
    """Whether an edit was undone by it."""


@dataclass(frozen=True, slots=True)
class EditRefused:
    """Nothing was written, and why. `path` is empty if it is of no file."""

    number: int
    path: str
    reason: str
    line: int = 1
    hint: str = ""


@dataclass(frozen=True, slots=True)
class InventoryOpened:
    """The resources that are judged from now on; none without `paths`."""

    paths: tuple[str, ...]
    types: Mapping[str, int] = field(default_factory=dict)
    """How many of each type."""
    passed_over: int = 0
    notes: tuple[str, ...] = ()
    """What was passed over, with place and reason; or why there is nothing."""

    @property
    def resources(self) -> int:
        """How many there are."""
        return sum(self.types.values())


@dataclass(frozen=True, slots=True)
class PolicyScanned:
    """A policy has judged all resources of its types."""

    spec: str
    generation: int
    counts: Counts
    moved: Moved | None
    """Since it judged them before; None for the first time."""


@dataclass(frozen=True, slots=True)
class ScanMoved:
    """How far the evaluations are that go on; both 0 once they are done."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ScannedListed:
    """Rows of what does not pass a policy, from `start` on, of `total`."""

    spec: str
    generation: int
    start: int
    text: str
    total: int
    rows: tuple[ScannedRow, ...]
    order: RowOrder = RowOrder.MOVED
    group: tuple[GroupBy, str] | None = None


@dataclass(frozen=True, slots=True)
class ScannedGrouped:
    """The groups of what does not pass a policy, the largest first."""

    spec: str
    generation: int
    by: GroupBy
    text: str
    total: int
    """How many groups there are."""
    groups: tuple[ScannedGroup, ...]


@dataclass(frozen=True, slots=True)
class ScannedOpened:
    """A resource of the inventory, as a test that expects what the policy does not say."""

    spec: str
    key: int
    case: TestCase
    """Where the policy looked one resource up, with a Mock that returns that as JSON text."""
    looked_up: tuple[str, ...] = ()
    """IDs of resources that it looked up."""


@dataclass(frozen=True, slots=True)
class CaseTried:
    """What a policy says of a test that stands in no file."""

    number: int
    """Of the command that asked for it."""
    spec: str
    result: TestResult | None
    """None if the policy cannot run; `diagnostics` say why."""
    diagnostics: tuple[Diagnostic, ...] = ()
    changes: tuple[Change, ...] = ()
    """What can go from its resource, if that was asked for: to be done in this order."""


Event: TypeAlias = (
    InterpreterChosen
    | RepositoryChanged
    | ResultsRecalled
    | RunStarted
    | RunDeferred
    | PolicyStarted
    | TestFinished
    | PolicyFinished
    | RunFinished
    | WatchChanged
    | PolicyOpened
    | SourceOpened
    | Explained
    | Inspected
    | Suggested
    | ScratchJudged
    | ScratchReduced
    | FormOpened
    | EditProposed
    | EditWritten
    | EditRefused
    | InventoryOpened
    | PolicyScanned
    | ScanMoved
    | ScannedListed
    | ScannedOpened
    | ScannedGrouped
    | CaseTried
    | Notice
)
