"""Which policies the tree lists: those that fit the filter, and in a walk only those it is of."""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.state import PolicyState
from panther_tui.panes.tree.tree_rows import filter_policies
from panther_tui.panes.tree.tree_tests import filter_fault

FAULT_LIMIT = 36
"""Characters in which the prompt says why no policy fits."""


class Listing:
    """The filter and what fits it."""

    def __init__(self) -> None:
        self.query = ""
        """What was typed."""
        self.only: frozenset[str] | None = None
        """Specs of the only policies that are listed whatever the filter; None: of all."""
        self.fitting: Mapping[str, int] | None = None
        """How well each listed policy fits; None if nothing is filtered."""

    def renew(self, policies: Mapping[str, PolicyState]) -> None:
        """The policies, or what is asked for, are others now."""
        query = self.query.strip()
        self.fitting = filter_policies(policies, query) if query else None
        if self.only is not None:
            fitting = dict.fromkeys(policies, 0) if self.fitting is None else self.fitting
            self.fitting = {spec: fits for spec, fits in fitting.items() if spec in self.only}

    def lists(self, spec: str) -> bool:
        """Whether a policy is listed."""
        return self.fitting is None or spec in self.fitting

    def best(self) -> str | None:
        """The policy that fits best."""
        fitting = self.fitting or {}
        return max(fitting, key=lambda spec: fitting[spec], default=None)

    def note(self, policies: Mapping[str, PolicyState]) -> str:
        """How many policies fit, and why none does."""
        entries = (policy.entry for policy in policies.values())
        fault = "" if self.fitting else filter_fault(self.query, entries)
        if len(fault) > FAULT_LIMIT:  # what is typed needs room, too
            fault = f"{fault[: FAULT_LIMIT - 1]}…"
        count = self.count_note(policies)
        return f"{count}  {fault}" if fault else count

    def count_note(self, policies: Mapping[str, PolicyState]) -> str:
        """How many of all are listed."""
        return "" if self.fitting is None else f"{len(self.fitting)} of {len(policies)}"

    def title(self, policies: Mapping[str, PolicyState]) -> str:
        """What narrows the list, and to how many; empty if nothing does."""
        if self.fitting is None:
            return ""
        words = f"/ {self.query}" if self.query else "only failures"
        return f"{words}  {self.count_note(policies)}"
