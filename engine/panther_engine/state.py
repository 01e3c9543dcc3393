"""What the screen and the reports know, and the one place where it changes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import assert_never

from panther_engine.events import (
    CaseTried,
    EditProposed,
    EditRefused,
    EditWritten,
    Event,
    Explained,
    FormOpened,
    Inspected,
    InterpreterChosen,
    InventoryOpened,
    Notice,
    PolicyEntry,
    PolicyFinished,
    PolicyOpened,
    PolicyScanned,
    PolicyStarted,
    RepositoryChanged,
    ResultsRecalled,
    RunDeferred,
    RunFinished,
    RunStarted,
    ScanMoved,
    ScannedGrouped,
    ScannedListed,
    ScannedOpened,
    ScratchJudged,
    ScratchReduced,
    SourceOpened,
    Suggested,
    TestFinished,
    WatchChanged,
    WatchMode,
)
from panther_engine.model import Diagnostic, Outcome, PolicyResult, Status, TestResult
from panther_engine.values.frozen import dataclass
from panther_engine.values.scanned import Moved

NOTICES_KEPT = 50
"""Older notices are forgotten."""

UNREADABLE = "\ufffd"
"""Stands in a text for bytes that are no UTF-8."""


@dataclass(frozen=True, slots=True)
class PolicyState:
    """A policy with what is known of its tests."""

    entry: PolicyEntry
    status: Status
    results: tuple[TestResult | None, ...] = ()
    """One for each test of the entry, None where nothing is known yet."""
    result: PolicyResult | None = None
    """The last finished run, of whichever generation."""
    reason: str = ""
    """Why it was in its last run."""
    remembered: bool = False
    """The results are of an earlier session and not yet verified."""
    since: int = 0
    """The generation that its entry is of; results of an earlier one are stale."""

    @property
    def failures(self) -> int:
        """How many of its tests failed or erred, as far as is known."""
        return sum(r is not None and r.outcome is not Outcome.PASSED for r in self.results)


@dataclass(frozen=True, slots=True)
class Totals:
    """Tests by outcome, and policies that are invalid or stale."""

    passed: int = 0
    failed: int = 0
    errored: int = 0
    invalid: int = 0
    stale: int = 0


@dataclass(frozen=True, slots=True)
class LastRun:
    """What the status bar tells of the last run."""

    affected: int
    seconds: float
    changed_at: float | None
    cancelled: bool


@dataclass(frozen=True, slots=True)
class ScanState:
    """What is known of the inventory."""

    inventory: InventoryOpened | None = None
    scanned: Mapping[str, PolicyScanned] = field(default_factory=dict)
    """By spec; of an earlier generation until the policy has judged again."""
    moved: Moved | None = None
    """What the last evaluations after a change did; None if nothing was evaluated again."""
    done: int = 0
    total: int = 0
    """Of the evaluations that go on; 0 if none do."""
    listed: ScannedListed | None = None
    """The rows that were asked for last."""
    grouped: ScannedGrouped | None = None
    """The groups that were asked for last."""
    opened: ScannedOpened | None = None
    """The resource that was asked for last."""


@dataclass(frozen=True, slots=True)
class State:
    """One consistent picture of the repository and its results."""

    root: str = ""
    branch: str = ""
    generation: int = 0
    python: str = ""
    python_version: str = ""
    python_reason: str = ""
    sandbox: str = ""
    """What holds policies back, in words; empty until it is known."""
    watch: WatchMode = WatchMode.WATCHING
    watch_note: str = ""
    policies: Mapping[str, PolicyState] = field(default_factory=dict)
    """By spec path, in the order of `place_in_lists`."""
    before: Mapping[str, PolicyState] = field(default_factory=dict)
    """The policies as they were before the last change that ran tests."""
    saved: tuple[str, ...] = ()
    """The files of the last change."""
    outdated: frozenset[str] = frozenset()
    """Files of `opened` and `source` that have changed since their text came."""
    totals: Totals = Totals()
    running: bool = False
    last_run: LastRun | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    opened: PolicyOpened | None = None
    source: SourceOpened | None = None
    notices: tuple[Notice, ...] = ()
    untold: Mapping[str, PolicyState] | None = None
    """The policies before the first change that no run has followed yet."""
    explained: Explained | None = None
    """Of the test that was asked for last; of an earlier generation until the next one comes."""
    inspected: Mapping[str, Inspected] = field(default_factory=dict)
    """By spec; of an earlier generation until the policy is inspected again."""
    suggested: Suggested | None = None
    scratch: ScratchJudged | None = None
    """What was said last of the scratch; of a former state of it until the next one comes."""
    edit: EditProposed | EditWritten | EditRefused | None = None
    """What became of the last edit that was asked for."""
    scan: ScanState = ScanState()


def place_in_lists(entry: PolicyEntry) -> tuple[str, str, str]:
    """Sorts policies as they are shown: by folder, in it by ID, or by file name without one."""
    return place_of(entry.spec, entry.name)


def place_of(spec: str, name: str) -> tuple[str, str, str]:
    """The same for a policy that is known by its spec and name alone."""
    folder, _, file = spec.rpartition("/")
    return folder, (name or file).casefold(), spec


ASKED = "asked for"
"""The engine's reason for what a command runs."""


def reduce(state: State, events: Iterable[Event]) -> State:
    """The state after these events, in order. Pure; one copy of the policies for all of them."""
    policies = dict(state.policies)
    reordered = False
    for event in events:
        match event:
            case TestFinished() | PolicyStarted() | PolicyFinished() | ResultsRecalled():
                _take_results(policies, event)
            case RepositoryChanged():
                state = _read_again(state, policies, event)
                reordered |= _take_entries(policies, event)
            case RunStarted() | RunDeferred() | RunFinished():
                _mark(policies, event)
                state = _run(state, event)
            case PolicyOpened() | SourceOpened():
                state = _open(state, event)
            case (
                InventoryOpened()
                | PolicyScanned()
                | ScanMoved()
                | ScannedListed()
                | ScannedGrouped()
                | ScannedOpened()
            ):
                state = replace(state, scan=_scan(state.scan, event))
            case _:
                state = _note(state, event)
    if reordered:
        policies = dict(sorted(policies.items(), key=lambda one: place_in_lists(one[1].entry)))
    return replace(state, policies=MappingProxyType(policies), totals=_count(policies.values()))


def _take_results(
    policies: dict[str, PolicyState],
    event: TestFinished | PolicyStarted | PolicyFinished | ResultsRecalled,
) -> None:
    """What tests of a policy came to, now or in an earlier session."""
    match event:
        case TestFinished():
            known = policies.get(event.spec)
            if known is not None and event.generation >= known.since:
                results = list(known.results)
                if event.index < len(results):
                    results[event.index] = event.result
                    policies[event.spec] = replace(known, results=tuple(results))
        case PolicyStarted():
            if known := policies.get(event.spec):
                policies[event.spec] = replace(known, status=Status.RUNNING)
        case PolicyFinished():
            if known := policies.get(event.result.spec):
                policies[event.result.spec] = _finish(known, event.result)
        case ResultsRecalled():
            for result in event.results:
                if known := policies.get(result.spec):
                    recalled = replace(_finish(known, result), remembered=True)
                    policies[result.spec] = replace(recalled, status=Status.STALE)
        case _:
            assert_never(event)


def _read_again(
    state: State, policies: Mapping[str, PolicyState], event: RepositoryChanged
) -> State:
    """The repository as it is now; `policies` are those before."""
    if event.changed:
        state = _note_change(state, policies, event.changed)
    return replace(
        state,
        root=event.root,
        branch=event.branch,
        generation=event.generation,
        diagnostics=event.diagnostics,
    )


def _take_entries(policies: dict[str, PolicyState], event: RepositoryChanged) -> bool:
    """Which policies there are now; whether their order may be another."""
    reordered = False
    for spec in event.removed:
        policies.pop(spec, None)
    for entry in event.entries:
        was = policies.get(entry.spec)
        reordered |= was is None or was.entry.name != entry.name
        policies[entry.spec] = _renew(was, entry, event.generation)
    return reordered


def _mark(policies: dict[str, PolicyState], event: RunStarted | RunDeferred | RunFinished) -> None:
    """Which policies wait for a result since a run began, was put off or ended."""
    match event:
        case RunStarted():
            for spec, reason in event.reasons.items():
                if known := policies.get(spec):
                    status = known.status if known.result is None else Status.STALE
                    policies[spec] = replace(known, reason=reason, status=status)
        case RunDeferred():
            for spec, reason in event.reasons.items():
                if known := policies.get(spec):
                    policies[spec] = replace(
                        known, reason=reason, status=Status.STALE, since=event.generation
                    )
        case RunFinished():
            for spec, known in policies.items():
                if known.status is Status.RUNNING:  # it was cancelled
                    policies[spec] = replace(known, status=Status.STALE)
        case _:
            assert_never(event)


def _run(state: State, event: RunStarted | RunDeferred | RunFinished) -> State:
    match event:
        case RunStarted():
            return replace(_begin(state, event), running=True)
        case RunDeferred():
            return state
        case RunFinished():
            last = LastRun(event.affected, event.seconds, event.changed_at, event.cancelled)
            return replace(state, running=False, last_run=last)
        case _:
            assert_never(event)


def _open(state: State, event: PolicyOpened | SourceOpened) -> State:
    """The texts that are shown, up to date now."""
    if isinstance(event, SourceOpened):
        return replace(state, source=event, outdated=state.outdated - {event.path})
    paths = {event.policy.spec, event.policy.body}
    opened = _keep_tests(state.opened, event)
    return replace(state, opened=opened, outdated=state.outdated - paths)


def _note(
    state: State,
    event: InterpreterChosen
    | WatchChanged
    | Explained
    | Inspected
    | Suggested
    | ScratchJudged
    | ScratchReduced
    | CaseTried
    | FormOpened
    | EditProposed
    | EditWritten
    | EditRefused
    | Notice,
) -> State:
    """What is kept as it was said."""
    match event:
        case InterpreterChosen():
            return replace(
                state,
                python=event.python,
                python_version=event.version,
                python_reason=event.reason,
                sandbox=event.sandbox,
            )
        case WatchChanged():
            return replace(state, watch=event.mode, watch_note=event.note)
        case Explained():
            return replace(state, explained=event)
        case Inspected(spec):
            return replace(state, inspected={**state.inspected, spec: event})
        case Suggested():
            return replace(state, suggested=event)
        case ScratchJudged():
            return replace(state, scratch=event)
        case FormOpened() | ScratchReduced() | CaseTried():
            return state  # whoever asked for it takes it
        case EditProposed() | EditWritten() | EditRefused():
            return replace(state, edit=event)
        case Notice():
            return replace(state, notices=(*state.notices, event)[-NOTICES_KEPT:])
        case _:
            assert_never(event)


def _scan(
    scan: ScanState,
    event: InventoryOpened
    | PolicyScanned
    | ScanMoved
    | ScannedListed
    | ScannedGrouped
    | ScannedOpened,
) -> ScanState:
    match event:
        case InventoryOpened():
            return ScanState(event if event.paths else None)
        case PolicyScanned(spec):
            moved = scan.moved
            if event.moved is not None:
                moved = event.moved + (moved or Moved())
            return replace(scan, scanned={**scan.scanned, spec: event}, moved=moved)
        case ScanMoved(done, total):
            begins = total and not scan.total
            return replace(scan, done=done, total=total, moved=None if begins else scan.moved)
        case ScannedListed():
            return replace(scan, listed=event)
        case ScannedGrouped():
            return replace(scan, grouped=event)
        case ScannedOpened():
            return replace(scan, opened=event)
        case _:
            assert_never(event)


def _note_change(
    state: State, policies: Mapping[str, PolicyState], changed: tuple[str, ...]
) -> State:
    """What changed, how the policies were before, and which texts on the screen are old now."""
    shown = {state.source.path} if state.source is not None else set()
    if state.opened is not None:
        shown |= {state.opened.policy.spec, state.opened.policy.body}
    return replace(
        state,
        saved=changed,
        outdated=state.outdated | (shown & set(changed)),
        untold=MappingProxyType(dict(policies)) if state.untold is None else state.untold,
    )


def _begin(state: State, event: RunStarted) -> State:
    """A run that follows a change tells from then on what that change did."""
    if state.untold is None or all(reason == ASKED for reason in event.reasons.values()):
        return state
    return replace(state, before=state.untold, untold=None)


def _renew(known: PolicyState | None, entry: PolicyEntry, generation: int) -> PolicyState:
    """A policy whose files changed keeps its old results, as stale, where tests still match."""
    if known is None or known.result is None:
        reason = "" if known is None else known.reason
        none = (None,) * len(entry.tests)
        return PolicyState(entry, Status.STALE, none, reason=reason, since=generation)
    results = _match(entry, (result for result in known.results if result is not None))
    return replace(known, entry=entry, status=Status.STALE, results=results, since=generation)


def _finish(known: PolicyState, result: PolicyResult) -> PolicyState:
    status = result.status if result.generation >= known.since else Status.STALE
    results = _match(known.entry, result.results)
    return replace(known, status=status, results=results, result=result, remembered=False)


def _match(entry: PolicyEntry, results: Iterable[TestResult]) -> tuple[TestResult | None, ...]:
    """The results in the order of the entry's tests, by name; of equal names in their order."""
    by_name: dict[str, deque[TestResult]] = {}
    for result in results:
        by_name.setdefault(result.name, deque()).append(result)
    return tuple(
        by_name[test.name].popleft() if by_name.get(test.name) else None for test in entry.tests
    )


def _keep_tests(old: PolicyOpened | None, new: PolicyOpened) -> PolicyOpened:
    """The same text holds the same tests: views know them by identity."""
    if old is None or old.policy.spec != new.policy.spec or old.spec_text != new.spec_text:
        return new
    if UNREADABLE in new.spec_text:
        return new  # other bytes can read the same
    return replace(new, policy=replace(new.policy, tests=old.policy.tests))


def _count(policies: Iterable[PolicyState]) -> Totals:
    counts = dict.fromkeys(Outcome, 0)
    invalid = stale = 0
    for policy in policies:
        invalid += policy.status is Status.INVALID
        stale += policy.status in (Status.STALE, Status.RUNNING)
        for result in policy.results:
            if result is not None:
                counts[result.outcome] += 1
    return Totals(
        counts[Outcome.PASSED], counts[Outcome.FAILED], counts[Outcome.ERRORED], invalid, stale
    )
