"""Which groups of the tree are closed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

OPEN_LIMIT = 60
"""With more policies than this the groups are closed at first."""


class Folds:
    """The closed groups, by their path; also of such as are not there just now."""

    def __init__(self) -> None:
        self.shut: frozenset[str] = frozenset()
        self._met: set[str] = set()
        """Groups that were there before: only what is new is closed by itself."""

    def meet(self, groups: Collection[str], policies: int) -> None:
        """There are these groups now, of so many policies."""
        if policies > OPEN_LIMIT and len(groups) > 1:
            self.shut |= set(groups) - self._met
        self._met.update(groups)

    def recall(self, shut: Iterable[str], groups: Collection[str]) -> None:
        """Be as the last time; none of `groups` is new."""
        self.shut = frozenset(shut)
        self._met.update(groups)

    def fold(self, path: str, close: bool) -> None:
        """Close or open one."""
        self.shut = self.shut | {path} if close else self.shut - {path}
