"""The shapes of all messages between the worker and its parent.

Messages to the worker are ours and trusted. Messages from it may have been written by a policy, so
the parent decodes them strictly into the same shapes (`processes.reports`).
"""

from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, TypedDict

# To the worker ---------------------------------------------------------------------------------


class Surroundings(TypedDict):
    """What a process has to know before any job, so that it can settle in."""

    root: str
    """Absolute path of the checkout."""
    network: bool
    """Whether policies may use it."""
    memory: int
    """Bytes that it may allocate beyond what it has; 0 for no limit."""
    belt: bool
    """Whether Python's audit events hold policies back."""
    globals_folder: str
    """Where copies of the globals lie; empty if there are none."""
    own: Sequence[str]
    """Folders of panther-tui's own: settings, what is kept, and whom the user trusts."""


class JobTest(TypedDict):
    """One test of a job; packed by itself, so that it can be unpacked anew for each run."""

    index: int
    """Its place in the spec."""
    expected: bool
    resource: Any
    mocks: Sequence[Tuple[str, Any]]
    """Names of the body, each with what a call of it returns."""


class JobMessage(TypedDict):
    """The tests of one policy, or what else to do with its body."""

    policy_id: str
    path: str
    """Absolute, of the body."""
    source: bytes
    tests: bytes
    """Packed `List[JobTest]`."""
    mode: str
    """Empty for the tests alone; else see `panther_engine.insight.runs.jobs`."""
    request: Mapping[str, Any]
    """What the mode has to know: one of the requests below."""
    real: Tuple[str, str]
    """Of a real resource: the folder of its inventory, and what its mapping could not fill, a name
    a line; empty for tests of a spec."""
    nice: int
    more: bool
    """Another job may follow in the same process."""
    destinations: Tuple[str, ...]
    marker: bytes
    """Printed before each report, so that output finds its test."""


class WholeJobMessage(JobMessage, Surroundings):
    """A job for a process that knows nothing yet."""

    globals: Dict[str, Tuple[str, bytes]]
    """By GlobalID: the path and the source of the body."""


class WatchRequest(TypedDict):
    """Of the modes `observe`, `coarse` and `cover`."""

    watch: List[int]
    """Places of the tests to observe."""


class TrialsRequest(TypedDict):
    """Of the mode `trials`."""

    tests: bytes
    """Packed `List[JobTest]`."""
    cases: bytes
    """Packed pairs: the place of a test in `tests`, and packed `[op, path, value]`s."""
    seconds: float
    """For all cases."""
    each: float
    """Seconds for one run."""
    wanted: str
    """A verdict, or empty."""
    second_try: int
    """From this case on, cases are tried only if none before came to `wanted`."""


class ApartRequest(TrialsRequest):
    """Of the mode `apart`."""

    number: int
    """The mutant that is to be told from the body."""


class MutantsRequest(TypedDict):
    """Of the mode `mutants`."""

    tests: bytes
    start: int
    """The first mutant."""
    careful: bool
    """Report each mutant by itself."""
    each: float


class JudgeRequest(TypedDict):
    """Of the mode `judge`."""

    documents: List[bytes]
    """Resources, as JSON."""
    unfilled: List[str]
    """Of each what a mapping could not fill, a name a line; empty if no resource was mapped."""
    folder: str
    """Where the whole inventory lies, for what policies look up; empty for nowhere."""
    suppressed: List[int]
    """Indices of those whose alerts nobody wants."""
    start: int
    """The first one to judge."""
    careful: bool
    """Report each by itself."""
    each: float
    """Seconds for one evaluation."""


# From the worker -------------------------------------------------------------------------------


class FrameReport(TypedDict):
    """A line of a traceback. Paths are absolute."""

    path: str
    line: int
    function: str
    source: str


class FailureReport(TypedDict):
    """An exception, or what stopped the policy."""

    type: str
    message: str
    path: str
    """Where it comes from in the checkout; empty if from nowhere."""
    line: int
    frames: List[FrameReport]


class FunctionReport(TypedDict):
    """What one function of the policy came to."""

    output: Any
    error: Optional[str]
    matched: bool


class Judged(TypedDict):
    """What a test came to."""

    verdict: str
    """PASS, FAIL or ERROR."""
    outcome: str
    """passed, failed or errored."""
    functions: Dict[str, FunctionReport]


class TestReport(Judged):
    """What is told of a test that has run.

    `kind` is `test`. The other kinds are `ready`, `setup` (`error` says why no test can run),
    `finding` (what a mode found out) and `end` (`files` were imported or opened).
    """

    kind: str
    index: int
    duration_ms: float
    error: Optional[FailureReport]
    mutated: bool
    """The policy changed the resource."""
