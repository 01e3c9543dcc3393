"""One scan as the formats see it: what it found and counted, and what the checkout says of it."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from panther_engine.model import Policy
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.source.bindings import module_bindings
from panther_engine.report.workspace import Workspace
from panther_engine.scan.store.rollups import Count, Finding, Group, Scan, counts, findings, scans

Tell = Callable[[str], None]
"""Takes a sentence that whoever asked for a file has to know, such as what was left out of it."""


class Checkout:
    """What a checkout says of the policies of a scan, and where in it their code stands."""

    def __init__(self, repository: Repository, workspace: Workspace) -> None:
        self._repository = repository
        self._workspace = workspace
        self._by_id = {one.id: one for one in reversed([*repository.policies.values()])}
        self._lines: dict[str, list[str]] = {}
        self._definitions: dict[str, int] = {}

    @property
    def name(self) -> str:
        """What people call it: the name of its folder."""
        return self._repository.root.name

    def policy(self, found: Finding) -> Policy:
        """The policy of a finding; of one that is there no longer, what the store knows."""
        return self.policy_of(found.policy_id, found.severity, found.spec)

    def policy_of(self, policy_id: str, severity: str = "", spec: str = "") -> Policy:
        """The policy of this ID; of one that is there no longer, what is given."""
        return self._by_id.get(policy_id) or Policy(spec, "", policy_id, severity=severity)

    def definition(self, policy: Policy) -> int:
        """The line of `def policy`; 0 if it is not known."""
        if policy.body not in self._definitions:
            self._definitions[policy.body] = self._find_definition(policy.body)
        return self._definitions[policy.body]

    def line(self, path: str, number: int) -> str | None:
        """The text of a line; None if it is not known."""
        if path not in self._lines:
            source = self._repository.files.get(path)
            text = "" if source is None else source.content.decode("utf-8", "replace")
            self._lines[path] = text.split("\n")
        lines = self._lines[path]
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else None

    def path(self, path: str) -> str | None:
        """A path as the reader of the file finds it; None if it lies outside of the workspace."""
        return self._workspace.path_of(path) if path else None

    def _find_definition(self, body: str) -> int:
        source = self._repository.files.get(body)
        if source is None:
            return 0
        try:
            bound = module_bindings(ast.parse(source.content)).of("policy")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return 0
        return int(getattr(bound[-1], "lineno", 0)) if bound else 0


@dataclass(frozen=True, slots=True)
class Exported:
    """A scan that is written into a file."""

    store: sqlite3.Connection
    number: int
    checkout: Checkout
    tell: Tell = field(default=lambda sentence: None)

    @property
    def scan(self) -> Scan:
        """What is known of the scan as a whole."""
        return next(one for one in scans(self.store) if one.number == self.number)

    def findings(
        self, policy_id: str | None = None, *, limit: int = -1, worst_first: bool = False
    ) -> Iterator[Finding]:
        """What did not pass, or leans on what is not in the inventory."""
        return findings(
            self.store, self.number, policy_id=policy_id, limit=limit, worst_first=worst_first
        )

    def counts(self, group: Group) -> list[Count]:
        """All that was judged, the worst group first."""
        return counts(self.store, self.number, group)

    def severities(self) -> Mapping[str, str]:
        """The severity of each policy that judged, by ID, as it was at the last scan."""
        return dict(self.store.execute("SELECT id, severity FROM policy"))
