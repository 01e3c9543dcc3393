"""Writes a scan into the store while it runs, and settles at its end what changed.

While it runs, what does not pass goes into a table of its own, so that a scan that is interrupted
changes nothing of what is known, and can be taken up again where it was left.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from panther_engine.model import Failure, Policy
from panther_engine.scan.store.alerts import Wordings
from panther_engine.scan.store.forget import forget_beyond, forget_interrupted
from panther_engine.scan.store.interrupted import PENDING, Done
from panther_engine.scan.store.production import Production, compare_production
from panther_engine.scan.store.schema import StoreError
from panther_engine.scan.store.settling import (
    BEGINS,
    COUNTED,
    GOES_ON,
    LOOKED_AT,
    NOW,
    NOW_OF,
    RESOURCES,
    TOTALS,
    UNSEEN_GO_ON,
    WORST,
)
from panther_engine.values.scanned import Evaluation

KEPT_SCANS = 20
"""Scans that are kept unless the settings say otherwise."""


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

    @property
    def digest(self) -> bytes:
        """Of all that a verdict depends on but the resources."""
        told = "\0".join((self.policy.id, *self.types)).encode("utf-8", "surrogatepass")
        return blake2b(told + b"\0" + self.body + self.helpers, digest_size=16).digest()


class Keeper:
    """Keeps one scan. Use it from one thread.

    End it with `complete`, `interrupt` or `give_up`.
    """

    def __init__(
        self,
        store: sqlite3.Connection,
        index: Path,
        made: Iterable[Made],
        scope: str = "",
        partial: bool = False,
        resumes: bool = False,
    ) -> None:
        """Begin a scan.

        Args:
            store: from `open_store`.
            index: the database of the spool.
            made: the policies of the plan.
            scope: what narrows the scan, in words; empty for all of the repository.
            partial: the inventory is a part: a resource that is not in it is not gone.
            resumes: it goes on from the one that was interrupted, which is forgotten at its end.

        Raises StoreError.
        """
        self._store = store
        self._partial = partial
        self._resumes = resumes
        self._made = {one.policy.spec: one for one in made}
        self._keys: dict[str, int] = {}
        self._causes: dict[tuple[str, str, str, int], int] = {}
        self._done = {spec: Done() for spec in self._made}
        self._wordings = Wordings(store)
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
            self._store.executemany("INSERT INTO now VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            self._store.execute("COMMIT")

    def judged(self, spec: str, begin: int, until: int, seconds: float = 0.0) -> None:
        """A policy judged these of its resources, which are counted in the order of the spool."""
        self._done[spec].add(begin, until, seconds)

    def interrupt(self, *, resources: int, passed_over: int, seconds: float, sequence: str) -> int:
        """Keep how far the scan is, so that another one goes on from there.

        It changes nothing of what is known, and takes the place of one that was interrupted before.
        Returns how many evaluations are kept. Raises StoreError.
        """
        store, number = self._store, self.number
        try:
            store.execute("BEGIN")  # not of the inventory too, which is still being read
            forget_interrupted(store)
            store.execute(PENDING, {"scan": number})
            for spec, key in self._keys.items():
                made = self._made[spec].digest
                spans = ((number, key, made, *span) for span in self._done[spec].spans)
                store.executemany("INSERT INTO done VALUES (?, ?, ?, ?, ?)", spans)
            self._keep_costs()
            store.execute(
                "UPDATE scan SET ended = ?, state = 'interrupted', resources = ?, passed_over = ?,"
                " seconds = ?, inventory = ? WHERE number = ?",
                (_now(), resources, passed_over, seconds, sequence, number),
            )
            store.execute("COMMIT")
        except sqlite3.Error as error:
            store.execute("ROLLBACK") if store.in_transaction else None
            raise StoreError(str(error)) from error
        finally:
            self._detach()
        return sum(one.resources for one in self._done.values())

    def compare(self) -> Production:
        """What production says of what is judged so far. Raises StoreError."""
        judged = {one.policy.id: one.types for one in self._made.values()}
        try:
            self._store.execute(NOW_OF)
            return compare_production(self._store, judged)
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error

    def complete(
        self, *, resources: int, passed_over: int, seconds: float, inventory: str, keep: int
    ) -> None:
        """The scan is over: settle what goes on, what begins and what ended. Raises StoreError."""
        store, number = self._store, self.number
        try:
            store.execute(NOW_OF)
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
            store.execute(WORST, {"scan": number})
            store.execute(
                "UPDATE scan SET ended = ?, state = 'complete', resources = ?, passed_over = ?,"
                " seconds = ?, inventory = ? WHERE number = ?",
                (_now(), resources, passed_over, seconds, inventory, number),
            )
            self._keep_costs()
            if self._resumes:
                forget_interrupted(store)
            forget_beyond(store, keep)
            store.execute("COMMIT")
        except KeyboardInterrupt:
            store.execute("ROLLBACK") if store.in_transaction else None  # `interrupt` follows
            raise
        except sqlite3.Error as error:
            store.execute("ROLLBACK") if store.in_transaction else None
            self._detach()
            raise StoreError(str(error)) from error
        self._detach()

    def give_up(self) -> None:
        """The scan was interrupted: nothing of it counts."""
        self._store.execute("DELETE FROM scan WHERE number = ?", (self.number,))
        self._detach()

    def _detach(self) -> None:
        self._store.execute("DROP TABLE IF EXISTS temp.now")
        self._store.execute("DROP TABLE IF EXISTS temp.totals")
        self._store.execute("DETACH inventory")

    def _keep_costs(self) -> None:
        costs = (
            (one.seconds / one.measured, self._keys[spec])
            for spec, one in self._done.items()
            if one.measured
        )
        self._store.executemany("UPDATE policy SET cost = ? WHERE key = ?", costs)

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
        wording, alert = self._wordings.apart(self._made[one.spec].policy, one.alert)
        return (
            self._keys[one.spec],
            one.resource_id,
            one.verdict,
            one.suppressed,
            "\n".join(one.missing),
            "\n".join(one.looked_up),
            None if one.error is None else self._cause_of(one.error),
            alert,
            one.ignored,
            wording,
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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
