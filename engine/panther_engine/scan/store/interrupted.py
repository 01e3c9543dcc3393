"""A scan that was interrupted: how far it was, and what it had found, for one that goes on from it.

What a policy judged is known as spans of its resources, in the order in which a spool gives them.
So the same inventory is needed, which `sequence` stands for; a policy that changed since is judged
from its first resource on.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from panther_engine.model import Failure, Frame, Verdict
from panther_engine.scan.store.alerts import together
from panther_engine.values.scanned import Alert, Evaluation

PENDING = """
INSERT INTO pending SELECT :scan, policy, resource, verdict, suppressed, missing, looked_up, cause,
    alert, wording FROM temp.now
"""

Span = tuple[int, int]
"""From one resource up to and without another."""


@dataclass(slots=True)
class Done:
    """How far a policy is."""

    spans: list[Span] = field(default_factory=list)
    """Which of its resources it judged."""
    seconds: float = 0.0
    """What those took that were measured."""
    measured: int = 0

    def add(self, begin: int, until: int, seconds: float) -> None:
        """It judged these too."""
        if seconds > 0:
            self.seconds += seconds
            self.measured += until - begin
        if self.spans and self.spans[-1][1] == begin:
            begin = self.spans.pop()[0]
        self.spans.append((begin, until))

    @property
    def resources(self) -> int:
        """How many it judged."""
        return sum(until - begin for begin, until in self.spans)


@dataclass(frozen=True, slots=True)
class Left:
    """How far a scan was when it was interrupted."""

    number: int
    sequence: str
    """Stands for the inventory, in the order in which it is judged."""
    seconds: float
    spans: Mapping[tuple[str, bytes], tuple[Span, ...]]
    """What each policy judged, by its ID and the digest of what its verdicts are made from."""

    def of(self, policy_id: str, made: bytes) -> tuple[Span, ...]:
        """What a policy judged, as it is now; nothing if it changed since."""
        return self.spans.get((policy_id, made), ())


def left(store: sqlite3.Connection) -> Left | None:
    """The scan that was interrupted, if there is one."""
    row = store.execute(
        "SELECT number, inventory, seconds FROM scan WHERE state = 'interrupted'"
        " ORDER BY number DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    spans: dict[tuple[str, bytes], list[Span]] = {}
    rows = store.execute(
        "SELECT p.id, d.made, d.begin, d.until FROM done d JOIN policy p ON p.key = d.policy"
        " WHERE d.scan = ? ORDER BY d.policy, d.begin",
        (row[0],),
    )
    for policy_id, made, begin, until in rows:
        spans.setdefault((policy_id, made), []).append((begin, until))
    number, sequence, seconds = row
    return Left(number, sequence, seconds, {key: tuple(found) for key, found in spans.items()})


def found_by_then(store: sqlite3.Connection, scan: int) -> tuple[int, int]:
    """How many evaluations failed and erred of a scan that was interrupted."""
    failed, erred = store.execute(
        "SELECT coalesce(sum(verdict = 'FAIL'), 0), coalesce(sum(verdict = 'ERROR'), 0)"
        " FROM pending WHERE scan = ?",
        (scan,),
    ).fetchone()
    return failed, erred


def pending(store: sqlite3.Connection, scan: int, specs: Mapping[str, str]) -> Iterator[Evaluation]:
    """What it had found; `specs` are those of the policies that count, by their IDs."""
    rows = store.execute(
        "SELECT p.id, n.resource, n.verdict, n.suppressed, n.missing, n.looked_up, c.type,"
        " c.message, c.path, c.line, c.frames, w.text, n.alert FROM pending n"
        " JOIN policy p ON p.key = n.policy LEFT JOIN cause c ON c.key = n.cause"
        " LEFT JOIN wording w ON w.key = n.wording WHERE n.scan = ?",
        (scan,),
    )
    for policy_id, resource, verdict, suppressed, missing, looked_up, *error, said, alert in rows:
        if policy_id in specs:
            yield Evaluation(
                spec=specs[policy_id],
                policy_id=policy_id,
                resource_id=resource,
                verdict=Verdict(verdict),
                suppressed=bool(suppressed),
                missing=tuple(missing.split("\n")) if missing else (),
                looked_up=tuple(looked_up.split("\n")) if looked_up else (),
                error=None if error[0] is None else _failure(*error),
                alert=_alert(together(said, alert)),
            )


def _failure(kind: str, message: str, path: str, line: int, frames: str) -> Failure:
    return Failure(kind, message, path, line, tuple(Frame(**one) for one in json.loads(frames)))


def _alert(told: Mapping[str, Any] | None) -> Alert | None:
    if told is None:
        return None
    named = told["destinations"]
    return Alert(**{**told, "destinations": None if named is None else tuple(named)})
