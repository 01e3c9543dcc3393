"""What no test pins down, across the repository: each policy with its findings, worst first. Pure.

A finding is a line of a body: null would raise there, a change of it would be noticed by no test,
or no test reaches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from panther_engine.events import Inspected
from panther_engine.model import Status
from panther_engine.state import PolicyState, State
from panther_engine.values.findings import Covered, Mutated, NullField, Probed
from panther_tui.style.marks import NULL, UNPINNED, UNREACHED, Mark
from panther_tui.triage.insights import inspected_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a list; its text is the user's in part."""

    spec: str
    body: str
    line: int
    """Of the body; 0 if it is not known."""
    mark: Mark
    said: str


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A policy that was inspected."""

    spec: str
    name: str
    body: str
    killed: int
    counted: int
    """Mutants that are not set aside; 0 if they could not be run."""
    nulls: int
    survivors: int
    unreached: int
    """Lines and branches."""
    findings: tuple[Finding, ...]
    """Null first, then what is not pinned down, then what is not reached."""

    @property
    def mark(self) -> Mark | None:
        """Of what matters most; None if there is nothing to find."""
        return self.findings[0].mark if self.findings else None

    @property
    def pinned(self) -> str:
        """How much its tests pin down."""
        return f"pinned {self.killed}/{self.counted}" if self.counted else "nothing to pin"

    @property
    def words(self) -> tuple[str, str, str]:
        """How many findings of each kind, in words; empty for none."""
        return (
            f"{self.nulls} raise{'s' * (self.nulls == 1)}" if self.nulls else "",
            f"{self.survivors} survive{'s' * (self.survivors == 1)}" if self.survivors else "",
            f"{self.unreached} not reached" if self.unreached else "",
        )


@dataclass(frozen=True, slots=True)
class Survey:
    """All policies that were inspected, the worst first, and how many there are to inspect."""

    found: tuple[Surveyed, ...] = ()
    total: int = 0


class Surveyor:
    """Makes surveys of one state after the other; what did not change is not worked out again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[PolicyState, Inspected, Surveyed]] = {}

    def survey(self, state: State) -> Survey:
        """The survey of a state."""
        found, total = [], 0
        for spec, policy in state.policies.items():
            if not can_be_inspected(policy):
                continue
            total += 1
            inspected = inspected_of(state, spec)
            if inspected is None:
                continue
            known = self._known.get(spec)
            if known is None or known[0] is not policy or known[1] is not inspected:
                known = (policy, inspected, _survey(policy, inspected))
                self._known[spec] = known
            found.append(known[2])
        return Survey(tuple(sorted(found, key=_rank)), total)


def can_be_inspected(policy: PolicyState) -> bool:
    """Whether there are tests that can run."""
    entry = policy.entry
    return bool(entry.tests and entry.body) and not entry.invalid and (
        policy.status is not Status.INVALID
    )  # fmt: skip


def narrow_survey(
    found: Iterable[Surveyed], query: str, opened: Iterable[str] = ()
) -> Iterator[Surveyed | Finding]:
    """Policies that have all words of a query in name or spec, and findings that have them.

    Below a policy stand its findings if it is one of `opened`, or those that the query names.
    """
    words, whole = query.lower().split(), frozenset(opened)
    for one in found:
        named = _has(words, f"{one.name} {one.spec} {one.pinned}")
        fitting = [it for it in one.findings if _has(words, f"{one.name} {one.spec} {_text(it)}")]
        if not named and not fitting:
            continue
        yield one
        if one.spec in whole:
            yield from one.findings if named else fitting
        elif words and not named:
            yield from fitting


def _survey(policy: PolicyState, inspected: Inspected) -> Surveyed:
    entry, mutated = policy.entry, inspected.mutated
    body = entry.body
    nulls = list(_nulls(inspected.probed))
    survivors = list(_survivors(mutated))
    unreached = list(_unreached(inspected.covered))
    return Surveyed(
        entry.spec,
        entry.name or entry.spec,
        body,
        mutated.killed if mutated is not None else 0,
        mutated.killed + len(mutated.open) if mutated is not None else 0,
        len(nulls),
        len(survivors),
        len(unreached),
        tuple(
            Finding(entry.spec, body, line, mark, said)
            for mark, found in ((NULL, nulls), (UNPINNED, survivors), (UNREACHED, unreached))
            for line, said in found
        ),
    )


def _nulls(probed: Probed | None) -> Iterator[tuple[int, str]]:
    for field in probed.fields if probed is not None else ():
        if field.raises:
            yield field.line, null_words(field)


def _survivors(mutated: Mutated | None) -> Iterator[tuple[int, str]]:
    for survivor in mutated.open if mutated is not None else ():
        yield survivor.line, survivor.words


def _unreached(covered: Covered | None) -> Iterator[tuple[int, str]]:
    if covered is not None:
        for line in covered.missing:
            yield line, "no test reaches this line"
        for branch in covered.missing_branches:
            yield branch.line, f"no test takes the branch `{branch.way}`"


def null_words(field: NullField) -> str:
    """What null does to a field, in words."""
    name = ".".join(map(str, field.field))
    return f"raises if {name} is null" + (f": {field.error[0]}" if field.error else "")


def _rank(one: Surveyed) -> tuple[int, int, int, str]:
    """What would raise in production first, then what is not pinned down, then not reached."""
    return (-one.nulls, -one.survivors, -one.unreached, one.name.casefold())


def _has(words: Iterable[str], text: str) -> bool:
    lower = text.lower()
    return all(word in lower for word in words)


def _text(finding: Finding) -> str:
    return f"{finding.said} line {finding.line}"
