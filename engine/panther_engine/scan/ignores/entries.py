"""Decides which results are ignored, by whose word, and which entries match nothing. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from panther_engine.model import Diagnostic, Level, Verdict
from panther_engine.scan.ignores.pattern import matcher
from panther_engine.values.scanned import Evaluation

EXPIRED = "expired-ignore"


@dataclass(frozen=True, slots=True)
class Ignore:
    """One entry: results of these policies for these resources are not to be heard of."""

    policy: str
    resource: str
    why: str
    path: str
    line: int
    by: str = ""
    until: date | None = None
    """The last day on which it ignores anything; None for no end."""
    exact: bool = False
    """Of a baseline: policy and resource are IDs, not patterns."""

    @property
    def shown(self) -> str:
        """What it is about, as a person would name it."""
        return f"{self.policy} · {self.resource}"


_Matches = Callable[[str], bool]
_Patterns = tuple[_Matches, tuple[tuple[int, _Matches], ...]]


class Ignores:
    """The entries that are in force on a day, and how often each was of use."""

    def __init__(
        self, entries: Iterable[Ignore], today: date, problems: Iterable[Diagnostic] = ()
    ) -> None:
        """Args: the entries, the day, and what was wrong with those that could not be read."""
        kept: list[Ignore] = []
        expired: list[Ignore] = []
        for entry in entries:
            over = entry.until is not None and entry.until < today
            (expired if over else kept).append(entry)
        self._kept = tuple(kept)
        self.problems = (*problems, *map(_expired, expired))
        """Why entries ignore nothing, with their lines."""
        self._exact: dict[tuple[str, str], int] = {}
        for at, entry in enumerate(self._kept):
            if entry.exact:
                self._exact.setdefault((entry.policy, entry.resource), at)
        self._by_policy: dict[str, _Patterns] = {}
        self._used: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._kept)

    def of(self, policy_id: str, resource_id: str) -> Ignore | None:
        """The entry that ignores what this policy says of this resource: the first that does."""
        at = self._exact.get((policy_id, resource_id))
        if at is None:
            any_matches, each = self._patterns(policy_id)
            if any_matches(resource_id):
                at = next(n for n, matches in each if matches(resource_id))
        if at is None:
            return None
        self._used.add(at)
        return self._kept[at]

    def mark(self, evaluations: Iterable[Evaluation]) -> tuple[Evaluation, ...]:
        """The same evaluations, those that are ignored with the reason.

        What passes, and what Panther suppresses itself, is not.
        """
        if not self._kept:
            return tuple(evaluations)
        return tuple(map(self._mark, evaluations))

    def unused(self, policies: Collection[str]) -> Iterator[Ignore]:
        """Entries about these policies, by ID, that ignored nothing up to now."""
        for at, entry in enumerate(self._kept):
            if at not in self._used:
                about = matcher((entry.policy,))
                if entry.policy in policies or (not entry.exact and any(map(about, policies))):
                    yield entry

    def _mark(self, one: Evaluation) -> Evaluation:
        if one.verdict is Verdict.PASS or one.suppressed:
            return one
        entry = self.of(one.policy_id, one.resource_id)
        return one if entry is None else replace(one, ignored=entry.why)

    def _patterns(self, policy_id: str) -> _Patterns:
        """Whether any entry about a policy matches a resource, and then each by itself."""
        if policy_id not in self._by_policy:
            about = [
                (at, entry.resource)
                for at, entry in enumerate(self._kept)
                if not entry.exact and matcher((entry.policy,))(policy_id)
            ]
            any_matches = matcher(pattern for _, pattern in about)
            each = tuple((at, matcher((pattern,))) for at, pattern in about)
            self._by_policy[policy_id] = (any_matches, each)
        return self._by_policy[policy_id]


def _expired(entry: Ignore) -> Diagnostic:
    return Diagnostic(
        entry.path,
        entry.line,
        0,
        Level.WARNING,
        EXPIRED,
        f"ended on {entry.until}: {entry.shown} is not ignored any more",
        "mend what it was about, or give it a later `until`",
    )
