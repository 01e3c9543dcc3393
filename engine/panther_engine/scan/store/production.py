"""Compares a scan with what production says: rows of `compliance_history` in the inventory."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from panther_engine.model import Verdict

NAMED = 1_000
"""Differences that are kept one by one; of all others only the count."""
BOTH = """
SELECT s.policy, s.resource, s.verdict, coalesce(n.verdict, 'PASS'), r.type
FROM inventory.status s
LEFT JOIN policy p ON p.id = s.policy
LEFT JOIN inventory.resource r ON r.id = s.resource AND NOT r.deleted
LEFT JOIN temp.now n ON n.policy = p.key AND n.resource = s.resource
ORDER BY s.policy, s.resource
"""


@dataclass(frozen=True, slots=True)
class Differing:
    """A resource of which production says something else."""

    policy_id: str
    resource_id: str
    there: Verdict
    here: Verdict


@dataclass(frozen=True, slots=True)
class Production:
    """What came of the comparison."""

    alike: int = 0
    differing: int = 0
    unknown: int = 0
    """Production judged them, and this scan did not."""
    named: tuple[Differing, ...] = ()
    """The first of those that differ, by policy and resource."""

    @property
    def rows(self) -> int:
        """What production says, in all."""
        return self.alike + self.differing + self.unknown


def compare_production(
    store: sqlite3.Connection, judged: Mapping[str, Collection[str]]
) -> Production:
    """Compare what is judged so far with production.

    Args:
        store: while a scan is kept in it.
        judged: the types that each policy judged, by its ID.
    """
    alike = differing = unknown = 0
    named: list[Differing] = []
    for policy_id, resource_id, there, here, kind in store.execute(BOTH):
        if kind is None or kind not in judged.get(policy_id, ()):
            unknown += 1
        elif there == here:
            alike += 1
        else:
            differing += 1
            if len(named) < NAMED:
                named.append(Differing(policy_id, resource_id, Verdict(there), Verdict(here)))
    return Production(alike, differing, unknown, tuple(named))
