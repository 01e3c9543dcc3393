"""The rows of the list: frameworks, their sections, and below those the policies. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from panther_engine import Count, Cover, Covering, Framework, Section, SectionList, frameworks
from panther_engine.events import PolicyScanned
from panther_engine.state import State
from panther_tui.style.marks import ERRORED, FAILED, PASSED, SKIPPED, UNTESTED, Mark


@dataclass(frozen=True, slots=True)
class FrameworkRow:
    """A framework with how much of it is covered."""

    framework: Framework


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section of a framework."""

    framework: str
    section: Section


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy of a section that was opened."""

    framework: str
    section: str
    covering: Covering


Row = FrameworkRow | SectionRow | PolicyRow
Key = tuple[str, str, str]
"""Of a row: framework, section and spec, as far as it has them."""


def key_of(row: Row) -> Key:
    """What a row is known by."""
    match row:
        case FrameworkRow():
            return (row.framework.name, "", "")
        case SectionRow():
            return (row.framework, row.section.id, "")
        case PolicyRow():
            return (row.framework, row.section, row.covering.policy.spec)


def frameworks_of(state: State, lists: Mapping[str, SectionList]) -> tuple[Framework, ...]:
    """The frameworks that policies name, with what tests and the inventory say of them now."""
    entries = [policy.entry for policy in state.policies.values()]
    failing = {spec: policy.failures for spec, policy in state.policies.items()}
    scanned = {
        policy.entry.id: _count(state.scan.scanned[spec])
        for spec, policy in state.policies.items()
        if spec in state.scan.scanned
    }
    return tuple(frameworks(entries, (), lists, failing, scanned))


def narrow_rows(
    found: Iterable[Framework], query: str, opened: Collection[Key] = ()
) -> Iterator[Row]:
    """Sections that have all words of a query in their own names or those of their policies."""
    words = query.lower().split()
    for framework in found:
        sections = [one for one in framework.sections if _has(words, _text(framework, one))]
        if not sections:
            continue
        yield FrameworkRow(framework)
        for section in sections:
            row = SectionRow(framework.name, section)
            yield row
            if key_of(row) in opened:
                for covering in section.policies:
                    yield PolicyRow(framework.name, section.id, covering)


def mark_of(row: Row) -> Mark:
    """The worst that is known of it: its tests, then what the inventory says."""
    match row:
        case FrameworkRow():
            return UNTESTED
        case SectionRow() if row.section.cover is Cover.UNCOVERED:
            return UNTESTED
        case SectionRow() if row.section.cover is not Cover.COVERED:
            return SKIPPED
        case SectionRow():
            return _mark([one for one in row.section.policies if one.policy.enabled])
        case PolicyRow():
            return _mark([row.covering]) if row.covering.policy.enabled else SKIPPED


def words_of(row: Row) -> str:
    """What is said of a row besides its name."""
    match row:
        case FrameworkRow():
            held = [(cover, len(row.framework.of(cover))) for cover in Cover]
            return " · ".join(f"{count} {cover}" for cover, count in held if count)
        case SectionRow():
            return _section_words(row.section)
        case PolicyRow():
            one = row.covering
            off = [] if one.policy.enabled else ["off"]
            parts = [*off, _tests(len(one.policy.tests), one.failing), *_resources(one.scanned)]
            return " · ".join(parts)


def _section_words(section: Section) -> str:
    if not section.policies:
        return "no policy"
    off = sum(not one.policy.enabled for one in section.policies)
    count = len(section.policies)
    policies = "1 policy" if count == 1 else f"{count} policies"
    failing = sum(one.failing for one in section.policies)
    parts = [
        policies + (f" ({off} off)" if off else ""),
        _tests(section.tests, failing),
        *_resources(section.scanned),
        *([] if section.listed else ["not in the list"]),
    ]
    return " · ".join(parts)


def _mark(held: Iterable[Covering]) -> Mark:
    counts = []
    mark = PASSED
    for one in held:
        if one.failing:
            mark = FAILED
        if one.scanned is not None and one.scanned.heard > 0:
            counts.append(one.scanned)
    if mark is PASSED and counts:
        return ERRORED if any(one.erred for one in counts) else FAILED
    return mark


def _tests(count: int, failing: int) -> str:
    if failing:
        return f"{failing} of {count} tests fail"
    return "no tests" if not count else "1 test" if count == 1 else f"{count} tests"


def _resources(count: Count | None) -> list[str]:
    if count is None:
        return []
    judged = count.passed + count.failed + count.erred
    failed = f"{count.failed:,} fail" if count.failed else ""
    erred = f"{count.erred:,} err" if count.erred else ""
    told = ", ".join(part for part in (failed, erred) if part) or "all pass"
    return [f"{told} of {judged:,} resources"]


def _count(scanned: PolicyScanned) -> Count:
    said = scanned.counts
    return Count(
        scanned.spec,
        said.passed,
        said.failed,
        said.erred,
        said.suppressed,
        said.unverified,
        said.ignored,
    )


def _text(framework: Framework, section: Section) -> str:
    names = " ".join(f"{one.policy.id} {one.policy.spec}" for one in section.policies)
    return f"{framework.name} {section.id} {section.cover} {names}"


def _has(words: Iterable[str], text: str) -> bool:
    lower = text.lower()
    return all(word in lower for word in words)
