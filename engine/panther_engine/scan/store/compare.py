"""What changed between two scans, and why: resource, policy, helper, a looked-up one, the clock."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import merge
from operator import itemgetter
from typing import Any

from panther_engine.model import Verdict


class Change(StrEnum):
    """How a verdict moved."""

    NEW = "new"
    """It did not pass, and passed before or was not there."""
    RESOLVED = "resolved"
    """It passes, and did not before."""
    OTHER = "other"
    """It fails and erred before, or the other way round."""
    GONE = "gone"
    """It did not pass, and the resource is there no longer."""


class Why(StrEnum):
    """What made a verdict another one; the first that holds."""

    RESOURCE = "resource"
    POLICY = "policy"
    HELPER = "helper"
    LOOKED_UP = "looked-up resource"
    CLOCK = "clock"
    """Nothing of it changed but the time."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One verdict that moved."""

    policy_id: str
    spec: str
    resource_id: str
    resource_type: str
    change: Change
    before: Verdict
    after: Verdict
    why: Why
    mapping: str = ""
    """What made the resource from another shape than Panther's."""


FIELDS = """p.key, r.key, p.id, p.spec, p.body_changed, p.helpers_changed, r.id, r.type,
    r.changed, r.last, r.mapping, w.verdict"""
BEGAN = f"""
SELECT {FIELDS}, n.verdict, n.looked_up
FROM finding n JOIN policy p ON p.key = n.policy JOIN resource r ON r.key = n.resource
LEFT JOIN finding w ON w.policy = n.policy AND w.resource = n.resource
    AND w.first <= :before AND w.last >= :before
WHERE n.first > :before AND n.first <= :after AND n.last >= :after
    AND n.verdict <> 'PASS' AND w.verdict IS NOT n.verdict
ORDER BY n.policy, n.resource
"""
"""What does not pass now and did not so before. It is in an interval that begins between them."""
ENDED = f"""
SELECT {FIELDS}, NULL, w.looked_up
FROM finding w JOIN policy p ON p.key = w.policy JOIN resource r ON r.key = w.resource
LEFT JOIN finding n ON n.policy = w.policy AND n.resource = w.resource
    AND n.first <= :after AND n.last >= :after
WHERE w.last < :after AND w.last >= :before AND w.first <= :before AND w.verdict <> 'PASS'
    AND coalesce(n.verdict, 'PASS') = 'PASS'
ORDER BY w.policy, w.resource
"""
"""What did not pass before and does now, or is not there."""


def changed(store: sqlite3.Connection, before: int, after: int) -> Iterator[Changed]:
    """The verdicts that moved from one scan to a later one, by policy and resource.

    Only what both looked at is compared, but for resources that came or went.
    """
    scans = {"before": before, "after": after}
    both = _looked_at(store, before) & _looked_at(store, after)
    moved = (store.execute(query, scans) for query in (BEGAN, ENDED))
    for row in merge(*moved, key=itemgetter(0, 1)):
        if row[0] in both:
            yield _make(store, row, before, after)


def _looked_at(store: sqlite3.Connection, scan: int) -> frozenset[int]:
    rows = store.execute("SELECT DISTINCT policy FROM looked_at WHERE scan = ?", (scan,))
    return frozenset(key for (key,) in rows)


def _make(store: sqlite3.Connection, row: tuple[Any, ...], before: int, after: int) -> Changed:
    _, _, policy_id, spec, body_changed, helpers_changed, *resource, was, now, looked_up = row
    resource_id, kind, resource_changed, last, mapping = resource
    if now is None:
        change = Change.GONE if last < after else Change.RESOLVED
    else:
        change = Change.NEW if was in (None, Verdict.PASS) else Change.OTHER
    if resource_changed > before or change is Change.GONE:
        why = Why.RESOURCE
    elif body_changed > before:
        why = Why.POLICY
    elif helpers_changed > before:
        why = Why.HELPER
    elif _any_changed(store, looked_up, before):
        why = Why.LOOKED_UP
    else:
        why = Why.CLOCK
    passed = Verdict.PASS
    return Changed(
        policy_id,
        spec,
        resource_id,
        kind,
        change,
        Verdict(was) if was else passed,
        Verdict(now) if now else passed,
        why,
        mapping,
    )


def _any_changed(store: sqlite3.Connection, looked_up: str, before: int) -> bool:
    for resource_id in looked_up.split("\n") if looked_up else ():
        row = store.execute("SELECT changed FROM resource WHERE id = ?", (resource_id,)).fetchone()
        if row is None or row[0] > before:
            return True
    return False
