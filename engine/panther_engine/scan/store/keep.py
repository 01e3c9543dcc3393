"""Writes a scan into the store while it runs, and settles at its end what changed.

While it runs, what does not pass goes into a table of its own, so that a scan that is interrupted
changes nothing of what is known, and can be taken up again where it was left.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from panther_engine.model import Failure, Policy
from panther_engine.scan.store.schema import StoreError
from panther_engine.values.scanned import Evaluation

KEPT_SCANS = 20
"""Scans that are kept unless the settings say otherwise."""
NOW = """
CREATE TEMP TABLE IF NOT EXISTS now (
    policy INTEGER NOT NULL, resource TEXT NOT NULL, verdict TEXT NOT NULL,
    suppressed INTEGER NOT NULL, missing TEXT NOT NULL, looked_up TEXT NOT NULL, cause INTEGER,
    alert TEXT, ignored TEXT NOT NULL
);
DELETE FROM now;
"""
RESOURCES = """
INSERT INTO resource (id, type, account, region, mapping, digest, changed, last)
SELECT id, type, account, region, mapping, digest, :scan, :scan FROM inventory.resource
WHERE NOT deleted
ON CONFLICT (id) DO UPDATE SET
    changed = CASE WHEN digest = excluded.digest THEN changed ELSE excluded.changed END,
    type = excluded.type, account = excluded.account, region = excluded.region,
    mapping = excluded.mapping, digest = excluded.digest, last = excluded.last
"""
TOTALS = """
CREATE TEMP TABLE totals AS
SELECT type, account, region, count(*) AS resources FROM inventory.resource
WHERE NOT deleted GROUP BY type, account, region
"""
LOOKED_AT = """
INSERT INTO looked_at
SELECT :scan, :policy, type, account, region, resources, 0, 0, 0, 0, 0 FROM temp.totals
WHERE type IN (SELECT value FROM json_each(:types))
"""
COUNTED = """
INSERT OR REPLACE INTO looked_at
SELECT l.scan, l.policy, l.type, l.account, l.region, l.resources, sum(n.verdict = 'FAIL'),
    sum(n.verdict = 'ERROR'), sum(n.suppressed AND n.verdict <> 'PASS'), sum(n.missing <> ''),
    sum(n.ignored <> '')
FROM temp.now n JOIN inventory.resource r ON r.id = n.resource
JOIN looked_at l ON l.scan = :scan AND l.policy = n.policy AND l.type = r.type
    AND l.account = r.account AND l.region = r.region
GROUP BY l.policy, l.type, l.account, l.region
"""
GOES_ON = """
UPDATE finding SET last = :scan WHERE key IN (
    SELECT f.key FROM temp.now n
    JOIN resource r ON r.id = n.resource
    JOIN finding f ON f.policy = n.policy AND f.resource = r.key AND f.last = (
        SELECT max(scan) FROM looked_at l WHERE l.policy = n.policy AND l.scan < :scan)
    WHERE f.verdict = n.verdict AND f.suppressed = n.suppressed AND f.missing = n.missing
        AND f.cause IS n.cause AND f.ignored = n.ignored
)
"""
UNSEEN_GO_ON = """
UPDATE finding SET last = :scan WHERE policy = :policy AND last = (
        SELECT max(scan) FROM looked_at WHERE policy = :policy AND scan < :scan)
    AND resource NOT IN (SELECT key FROM resource WHERE last = :scan)
"""
"""In a scan of a part of the resources, nothing is known of the others."""
BEGINS = """
INSERT INTO finding
    (policy, resource, first, last, verdict, suppressed, missing, looked_up, cause, alert, ignored,
    since)
SELECT n.policy, r.key, :scan, :scan, n.verdict, n.suppressed, n.missing, n.looked_up, n.cause,
    n.alert, n.ignored, coalesce((
        SELECT f.since FROM finding f WHERE f.policy = n.policy AND f.resource = r.key
            AND f.verdict = n.verdict AND f.last = (
                SELECT max(scan) FROM looked_at l WHERE l.policy = n.policy AND l.scan < :scan)
    ), :scan)
FROM temp.now n JOIN resource r ON r.id = n.resource
WHERE NOT EXISTS (
    SELECT 1 FROM finding f WHERE f.policy = n.policy AND f.resource = r.key AND f.last = :scan
)
"""


@dataclass(frozen=True, slots=True)
class Made:
    """What a policy's verdicts are made from."""

    policy: Policy
    types: tuple[str, ...]
    """Of the inventory, that it judges."""
    body: bytes
    """Digest of the body and of what of the spec decides."""
    helpers: bytes
    """Digest of the globals that it reaches."""


class Keeper:
    """Keeps one scan. Use it from one thread, and end it with `complete` or `give_up`."""

    def __init__(
        self,
        store: sqlite3.Connection,
        index: Path,
        made: Iterable[Made],
        scope: str = "",
        partial: bool = False,
    ) -> None:
        """Begin a scan.

        Args:
            store: from `open_store`.
            index: the database of the spool.
            made: the policies of the plan.
            scope: what narrows the scan, in words; empty for all of the repository.
            partial: the inventory is a part: a resource that is not in it is not gone.

        Raises StoreError.
        """
        self._store = store
        self._partial = partial
        self._made = {one.policy.spec: one for one in made}
        self._keys: dict[str, int] = {}
        self._causes: dict[tuple[str, str, str, int], int] = {}
        try:
            store.execute("ATTACH ? AS inventory", (str(index),))
            store.executescript(NOW)
            store.execute("BEGIN IMMEDIATE")
            (number,) = store.execute("SELECT coalesce(max(number), 0) + 1 FROM scan").fetchone()
            self.number = int(number)
            store.execute(
                "INSERT INTO scan VALUES (?, ?, '', 'running', ?, '', 0, 0, 0)",
                (self.number, _now(), scope),
            )
            for one in self._made.values():
                self._keys[one.policy.spec] = self._keep_policy(one)
            store.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error

    def add(self, evaluations: Iterable[Evaluation]) -> None:
        """Keep what did not pass, or leant on what is not there."""
        rows = [self._row(one) for one in evaluations]
        if rows:
            self._store.execute("BEGIN")
            self._store.executemany("INSERT INTO now VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            self._store.execute("COMMIT")

    def complete(
        self, *, resources: int, passed_over: int, seconds: float, inventory: str, keep: int
    ) -> None:
        """The scan is over: settle what goes on, what begins and what ended. Raises StoreError."""
        store, number = self._store, self.number
        try:
            store.execute("CREATE INDEX temp.now_of ON now (policy, resource)")
            store.execute("BEGIN IMMEDIATE")
            store.execute(RESOURCES, {"scan": number})
            store.execute(TOTALS)
            for spec, key in self._keys.items():
                types = json.dumps(self._made[spec].types)
                store.execute(LOOKED_AT, {"scan": number, "policy": key, "types": types})
                if self._partial:
                    store.execute(UNSEEN_GO_ON, {"scan": number, "policy": key})
            store.execute(COUNTED, {"scan": number})
            store.execute(GOES_ON, {"scan": number})
            store.execute(BEGINS, {"scan": number})
            store.execute(
                "UPDATE scan SET ended = ?, state = 'complete', resources = ?, passed_over = ?,"
                " seconds = ?, inventory = ? WHERE number = ?",
                (_now(), resources, passed_over, seconds, inventory, number),
            )
            self._forget(keep)
            store.execute("COMMIT")
        except sqlite3.Error as error:
            store.execute("ROLLBACK") if store.in_transaction else None
            raise StoreError(str(error)) from error
        finally:
            self._detach()

    def give_up(self) -> None:
        """The scan was interrupted: nothing of it counts."""
        self._store.execute("DELETE FROM scan WHERE number = ?", (self.number,))
        self._detach()

    def _detach(self) -> None:
        self._store.execute("DROP TABLE IF EXISTS temp.now")
        self._store.execute("DROP TABLE IF EXISTS temp.totals")
        self._store.execute("DETACH inventory")

    def _keep_policy(self, made: Made) -> int:
        policy = made.policy
        self._store.execute(
            "INSERT INTO policy (id, spec, severity, reports, body, body_changed, helpers,"
            " helpers_changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " spec = excluded.spec, severity = excluded.severity, reports = excluded.reports,"
            " body_changed = CASE WHEN body = excluded.body THEN body_changed"
            "   ELSE excluded.body_changed END,"
            " helpers_changed = CASE WHEN helpers = excluded.helpers THEN helpers_changed"
            "   ELSE excluded.helpers_changed END,"
            " body = excluded.body, helpers = excluded.helpers",
            (
                policy.id,
                policy.spec,
                policy.severity,
                json.dumps({name: list(values) for name, values in policy.reports}),
                made.body,
                self.number,
                made.helpers,
                self.number,
            ),
        )
        (key,) = self._store.execute("SELECT key FROM policy WHERE id = ?", (policy.id,)).fetchone()
        return int(key)

    def _row(self, one: Evaluation) -> tuple[object, ...]:
        return (
            self._keys[one.spec],
            one.resource_id,
            one.verdict,
            one.suppressed,
            "\n".join(one.missing),
            "\n".join(one.looked_up),
            None if one.error is None else self._cause_of(one.error),
            None if one.alert is None else json.dumps(asdict(one.alert), separators=(",", ":")),
            one.ignored,
        )

    def _cause_of(self, error: Failure) -> int:
        place = (error.type, error.message, error.path, error.line)
        if place not in self._causes:
            frames = json.dumps([asdict(frame) for frame in error.frames])
            (key,) = self._store.execute(
                "INSERT INTO cause (type, message, path, line, frames) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET frames = excluded.frames RETURNING key",
                (*place, frames),
            ).fetchone()
            self._causes[place] = int(key)
        return self._causes[place]

    def _forget(self, keep: int) -> None:
        """Keep so many scans; what ended before them goes too."""
        forget_before(self._store, self.number - keep + 1)


def forget_before(store: sqlite3.Connection, number: int) -> None:
    """Forget the scans before this one, and all that no later one has to say anything about."""
    bound: Mapping[str, int] = {"number": number}
    store.execute("DELETE FROM scan WHERE number < :number AND state <> 'running'", bound)
    store.execute("DELETE FROM looked_at WHERE scan < :number", bound)
    store.execute("DELETE FROM finding WHERE last < :number", bound)
    store.execute(
        "DELETE FROM resource WHERE last < :number AND key NOT IN (SELECT resource FROM finding)",
        bound,
    )
    store.execute("DELETE FROM cause WHERE key NOT IN (SELECT cause FROM finding WHERE cause)")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
