"""The four panes of the screen, by name and in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from panther_tui.panes.code.code import CodePane
from panther_tui.panes.pane import Pane
from panther_tui.panes.resource.resource import ResourcePane
from panther_tui.panes.results.results import ResultsPane
from panther_tui.panes.tree.policy_tree import PolicyTree


@dataclass(frozen=True, slots=True)
class Panes:
    """One of each; iterating gives them in the order of the keys `1` to `4`."""

    tree: PolicyTree = field(default_factory=lambda: PolicyTree(id="tree"))
    code: CodePane = field(default_factory=lambda: CodePane(id="code"))
    resource: ResourcePane = field(default_factory=lambda: ResourcePane(id="resource"))
    results: ResultsPane = field(default_factory=lambda: ResultsPane(id="results"))

    def __iter__(self) -> Iterator[Pane]:
        return iter((self.tree, self.code, self.resource, self.results))
