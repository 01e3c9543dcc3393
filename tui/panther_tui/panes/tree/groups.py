"""Which groups of the tree hold each policy, and what the policies of a group come to."""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.state import PolicyState
from panther_tui.panes.tree.grouping import GROUPINGS, group_policies, groups_of
from panther_tui.panes.tree.tree_rows import Again, Folder, FolderCount, Row, add_to


class Groups:
    """The policies in their groups. One may be in several, once in each."""

    def __init__(self, policies: Mapping[str, PolicyState], by: str) -> None:
        """`by` is one of `GROUPINGS`."""
        self._by = by
        found = group_policies(policies.values(), by)
        self.folders: Mapping[str, Folder] = {folder.path: folder for folder in found}
        """By their path, in the order of the tree."""
        self.counts = {folder.path: FolderCount() for folder in found}
        self._holding: dict[str, tuple[Folder, ...]] = {}
        for folder in found:
            for spec in folder.specs:
                self._holding[spec] = (*self.holding(spec), folder)
                add_to(self.counts[folder.path], policies[spec], 1)

    @property
    def order(self) -> tuple[str, ...]:
        """Each policy once, in the order of the tree."""
        return tuple(self._holding)

    def holding(self, spec: str) -> tuple[Folder, ...]:
        """The groups that a policy is in, top to bottom."""
        return self._holding.get(spec, ())

    def row(self, spec: str, folder: Folder) -> Row | Again:
        """The row of a policy in one of its groups: the first is its own, others repeat it."""
        first = self.holding(spec)[0] is folder
        return ("policy", spec) if first else Again(spec, folder.path)

    def recount(self, old: PolicyState, new: PolicyState) -> None:
        """Count what became of a policy that stays in its groups."""
        for folder in self.holding(new.entry.spec):
            add_to(self.counts[folder.path], old, -1)
            add_to(self.counts[folder.path], new, 1)

    def moves(self, old: PolicyState, new: PolicyState) -> bool:
        """Whether a policy belongs to other groups now, or elsewhere in them."""
        if old.entry is not new.entry and old.entry.name != new.entry.name:
            return True
        by = self._by
        return by != GROUPINGS[0] and groups_of(old, by) != groups_of(new, by)
