"""What the kept scans say, rolled up: by policy, type, account, region, severity, cause.

Of a policy and of a resource any ERROR makes ERROR, else any FAIL makes FAIL (Panther's API). What
is suppressed is counted apart.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from panther_engine.model import Failure, Frame, JsonValue, Verdict
from panther_engine.scan.store.alerts import together


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan that is kept."""

    number: int
    started: str
    """UTC, RFC 3339."""
    state: str
    """`complete`, or `running` if it still runs or was killed."""
    scope: str
    resources: int
    passed_over: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Count:
    """Verdicts of one group."""

    name: str
    passed: int
    failed: int
    """With those that are suppressed."""
    erred: int
    suppressed: int
    unverified: int
    ignored: int = 0
    """What the team has decided to ignore; none of it is suppressed."""

    @property
    def heard(self) -> int:
        """FAILs and ERRORs that are neither suppressed nor ignored."""
        return self.failed + self.erred - self.suppressed - self.ignored

    @property
    def verdict(self) -> Verdict:
        """Of all together."""
        if self.erred:
            return Verdict.ERROR
        return Verdict.FAIL if self.failed else Verdict.PASS


class Group(StrEnum):
    """What verdicts can be counted by."""

    POLICY = "p.id"
    TYPE = "l.type"
    ACCOUNT = "l.account"
    REGION = "l.region"
    SEVERITY = "p.severity"


def total_of(counted: list[Count]) -> Count:
    """All of them together, without a name."""
    return Count(
        "",
        sum(one.passed for one in counted),
        sum(one.failed for one in counted),
        sum(one.erred for one in counted),
        sum(one.suppressed for one in counted),
        sum(one.unverified for one in counted),
        sum(one.ignored for one in counted),
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not pass, or leans on what is not there, in one scan."""

    key: int
    policy_id: str
    spec: str
    severity: str
    resource_id: str
    resource_type: str
    account: str
    region: str
    mapping: str
    verdict: Verdict
    suppressed: bool
    missing: tuple[str, ...]
    since: int
    """The scan that found it first; it has had this verdict since."""
    error: Failure | None
    alert: Mapping[str, JsonValue] | None
    ignored: str = ""
    """Why it is ignored."""

    @property
    def unverified(self) -> bool:
        """Whether it leans on a resource that is not in the inventory."""
        return bool(self.missing)


def scans(store: sqlite3.Connection) -> list[Scan]:
    """Those that are kept, the newest first."""
    rows = store.execute(
        "SELECT number, started, state, scope, resources, passed_over, seconds FROM scan"
        " ORDER BY number DESC"
    )
    return [Scan(*row) for row in rows]


def costs(store: sqlite3.Connection) -> Mapping[str, float]:
    """Seconds of one evaluation of each policy, by ID, as the last scan of it measured them."""
    return dict(store.execute("SELECT id, cost FROM policy WHERE cost IS NOT NULL"))


def counts(store: sqlite3.Connection, scan: int, group: Group) -> list[Count]:
    """The verdicts of a scan by group, the worst first."""
    rows = store.execute(
        f"SELECT {group}, sum(l.resources) - sum(l.failed) - sum(l.erred), sum(l.failed),"
        " sum(l.erred), sum(l.suppressed), sum(l.unverified), sum(l.ignored)"
        " FROM looked_at l JOIN policy p ON p.key = l.policy WHERE l.scan = ?"
        f" GROUP BY {group} ORDER BY sum(l.failed) + sum(l.erred) DESC, {group}",
        (scan,),
    )
    return [Count(*row) for row in rows]


def worst_resources(store: sqlite3.Connection, scan: int) -> list[Count]:
    """The resources that most is wrong with, by what critical policies say of them, then others.

    Up to 1,000; none for a scan of before they were kept.
    """
    rows = store.execute(
        "SELECT resource, policies - failed - erred, failed, erred, suppressed, unverified, ignored"
        " FROM worst WHERE scan = ? ORDER BY place",
        (scan,),
    )
    return [Count(*row) for row in rows]


def findings(
    store: sqlite3.Connection,
    scan: int,
    *,
    policy_id: str | None = None,
    resource_id: str | None = None,
    after: int = 0,
    limit: int = -1,
    worst_first: bool = False,
) -> Iterator[Finding]:
    """What did not pass in a scan, in the order in which it was found.

    `after` is the key of a finding that was given before, and `limit` how many are wanted: pages
    are asked for by them, however many there are. With `worst_first` errors come before failures,
    and last what is suppressed or ignored, or passes unverified.
    """
    where = ["f.first <= :scan", "f.last >= :scan", "f.key > :after"]
    order = (
        "f.verdict = 'PASS', f.suppressed OR f.ignored <> '', f.verdict, f.key"
        if worst_first
        else "f.key"
    )
    if policy_id is not None:
        where.append("p.id = :policy")
    if resource_id is not None:
        where.append("r.id = :resource")
    rows = store.execute(
        "SELECT f.key, p.id, p.spec, p.severity, r.id, r.type, r.account, r.region, r.mapping,"
        " f.verdict, f.suppressed, f.missing, f.since, c.type, c.message, c.path, c.line, c.frames,"
        " w.text, f.alert, f.ignored FROM finding f JOIN policy p ON p.key = f.policy"
        " JOIN resource r ON r.key = f.resource LEFT JOIN cause c ON c.key = f.cause"
        " LEFT JOIN wording w ON w.key = f.wording"
        f" WHERE {' AND '.join(where)} ORDER BY {order} LIMIT :limit",
        {
            "scan": scan,
            "after": after,
            "policy": policy_id,
            "resource": resource_id,
            "limit": limit,
        },
    )
    for row in rows:
        yield _finding(row)


def _finding(row: Sequence[Any]) -> Finding:
    key, policy_id, spec, severity, resource_id, resource_type, account, region = row[:8]
    mapping, verdict, suppressed, missing, since = row[8:13]
    kind, message, path, line, frames, wording, alert, ignored = row[13:]
    error = None
    if kind is not None:
        steps = tuple(Frame(**frame) for frame in json.loads(frames))
        error = Failure(kind, message, path, line, steps)
    return Finding(
        key=key,
        policy_id=policy_id,
        spec=spec,
        severity=severity,
        resource_id=resource_id,
        resource_type=resource_type,
        account=account,
        region=region,
        mapping=mapping,
        verdict=Verdict(verdict),
        suppressed=bool(suppressed),
        missing=tuple(missing.split("\n")) if missing else (),
        since=since,
        error=error,
        alert=together(wording, alert),
        ignored=ignored,
    )


def causes(store: sqlite3.Connection, scan: int) -> list[tuple[Failure, int]]:
    """The errors of a scan, each with how many evaluations share it, the commonest first."""
    rows = store.execute(
        "SELECT c.type, c.message, c.path, c.line, count(*) FROM finding f JOIN cause c"
        " ON c.key = f.cause WHERE f.cause IS NOT NULL AND f.first <= ? AND f.last >= ?"
        " GROUP BY c.key ORDER BY count(*) DESC, c.path, c.line",
        (scan, scan),
    )
    return [(Failure(kind, message, path, line), n) for kind, message, path, line, n in rows]
