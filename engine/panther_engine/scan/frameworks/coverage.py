"""Which sections of each report are covered, by what, and which are not. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from panther_engine.model import Verdict
from panther_engine.scan.store.rollups import Count, total_of

NUMBER = re.compile(r"(\d+)")


class Covers(Protocol):
    """What a policy says of itself, whole or as lists show it."""

    @property
    def id(self) -> str:
        """Its ID."""

    @property
    def spec(self) -> str:
        """The path of its spec."""

    @property
    def severity(self) -> str:
        """Its severity."""

    @property
    def enabled(self) -> bool:
        """Whether it judges anything in production."""

    @property
    def invalid(self) -> bool:
        """Whether something keeps it from running."""

    @property
    def tests(self) -> Sized:
        """Its tests."""

    @property
    def reports(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Names of reports with their sections."""


class Cover(StrEnum):
    """How a section is covered."""

    COVERED = "covered"
    """By a policy that is enabled."""
    OFF = "off"
    """Only by what is not enabled, or by policies whose specs are invalid."""
    ELSEWHERE = "elsewhere"
    """Only by detections that are no policies."""
    UNCOVERED = "uncovered"
    """By nothing, though a list has it."""


@dataclass(frozen=True, slots=True)
class Detection:
    """A detection that is no policy, such as a rule."""

    id: str
    spec: str
    kind: str
    """Its `AnalysisType`."""
    enabled: bool
    reports: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Covering:
    """A policy of a section."""

    policy: Covers
    failing: int
    """Tests that failed when they last ran."""
    scanned: Count | None
    """What the last scan says of it; None if it did not look at it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a report, by its identifier."""

    id: str
    policies: tuple[Covering, ...]
    others: tuple[Detection, ...]
    listed: bool
    """A list of the report's sections has it, or there is no list."""

    @property
    def cover(self) -> Cover:
        """How it is covered."""
        if any(one.policy.enabled and not one.policy.invalid for one in self.policies):
            return Cover.COVERED
        if any(one.enabled for one in self.others):
            return Cover.ELSEWHERE
        return Cover.OFF if self.policies or self.others else Cover.UNCOVERED

    @property
    def tests(self) -> int:
        """Of all its policies."""
        return sum(len(one.policy.tests) for one in self.policies)

    @property
    def scanned(self) -> Count | None:
        """What the last scan says of all its policies together; None for nothing."""
        found = [one.scanned for one in self.policies if one.scanned is not None]
        return None if not found else replace(total_of(found), name=self.id)

    @property
    def verdict(self) -> Verdict | None:
        """Of what is neither suppressed nor ignored: any ERROR, else any FAIL, else PASS."""
        found = [one.scanned for one in self.policies if one.scanned is not None]
        if not found:
            return None
        heard = [one for one in found if one.heard > 0]
        return total_of(heard).verdict if heard else Verdict.PASS


@dataclass(frozen=True, slots=True)
class Framework:
    """A report of the specs, such as `CIS`, with all its sections that are known."""

    name: str
    sections: tuple[Section, ...]
    listed: str
    """Where its list of sections is from; empty if there is none."""

    def of(self, *covers: Cover) -> tuple[Section, ...]:
        """Those of its sections that are covered like this."""
        return tuple(one for one in self.sections if one.cover in covers)


@dataclass(frozen=True, slots=True)
class SectionList:
    """The identifiers of a report's sections."""

    source: str
    sections: tuple[str, ...]


def frameworks(
    policies: Iterable[Covers],
    others: Iterable[Detection],
    lists: Mapping[str, SectionList],
    failing: Mapping[str, int],
    scanned: Mapping[str, Count],
) -> list[Framework]:
    """Each report that any detection names, by name, its sections in the order of their numbers.

    Args:
        policies: of the checkout.
        others: its other detections.
        lists: the sections that there are, by the report's name.
        failing: how many tests failed last, by spec.
        scanned: what the last scan says, by policy ID.
    """
    held: dict[str, dict[str, tuple[list[Covering], list[Detection]]]] = {}
    for policy in policies:
        covering = Covering(policy, failing.get(policy.spec, 0), scanned.get(policy.id))
        for name, sections in policy.reports:
            for section in dict.fromkeys(sections):
                held.setdefault(name, {}).setdefault(section, ([], []))[0].append(covering)
    for other in others:
        for name, sections in other.reports:
            for section in dict.fromkeys(sections):
                held.setdefault(name, {}).setdefault(section, ([], []))[1].append(other)
    return [_framework(name, held[name], lists.get(name)) for name in sorted(held)]


def _framework(
    name: str,
    held: Mapping[str, tuple[list[Covering], list[Detection]]],
    known: SectionList | None,
) -> Framework:
    listed = () if known is None else known.sections
    sections = [
        Section(
            one,
            tuple(held[one][0]) if one in held else (),
            tuple(held[one][1]) if one in held else (),
            known is None or one in listed,
        )
        for one in sorted({*held, *listed}, key=_order)
    ]
    return Framework(name, tuple(sections), "" if known is None else known.source)


def _order(section: str) -> list[tuple[int, int, str]]:
    """So that 1.10 comes after 1.9."""
    parts = [part for part in NUMBER.split(section) if part]
    return [(0, int(one), "") if one.isascii() and one.isdigit() else (1, 0, one) for one in parts]
