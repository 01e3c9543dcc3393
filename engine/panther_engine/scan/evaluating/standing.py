"""What policies say of an inventory as they stand, replaced policy by policy as they change.

It lies on disk beside the inventory, so that memory does not grow with what fails.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

from panther_engine.model import Verdict
from panther_engine.values.scanned import (
    Counts,
    Evaluation,
    GroupBy,
    Moved,
    RowOrder,
    ScannedGroup,
    ScannedRow,
)

PAGE = 200
"""Rows that are given at a time."""
GROUPS_LIMIT = 1_000
"""Groups that are given; more are counted."""
SAID_LIMIT = 500
SHORTEST_NAME = 4
"""Characters of a resource's name that is known again in a title."""
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE standing (
    spec TEXT NOT NULL, key INTEGER NOT NULL, verdict TEXT NOT NULL, suppressed INTEGER NOT NULL,
    unverified INTEGER NOT NULL, said TEXT NOT NULL, path TEXT NOT NULL, line INTEGER NOT NULL,
    moved INTEGER NOT NULL, ignored TEXT NOT NULL, looked_up TEXT NOT NULL, cause TEXT NOT NULL,
    PRIMARY KEY (spec, key)
) WITHOUT ROWID;
CREATE TEMP TABLE fresh AS SELECT * FROM standing;
CREATE TABLE judged (spec TEXT PRIMARY KEY, resources INTEGER NOT NULL);
"""
MOVES = """
SELECT coalesce(o.verdict, 'PASS'), n.verdict, count(*) FROM temp.fresh n
LEFT JOIN standing o ON o.spec = n.spec AND o.key = n.key WHERE n.spec = :spec GROUP BY 1, 2
UNION ALL
SELECT o.verdict, 'PASS', count(*) FROM standing o WHERE o.spec = :spec
    AND o.key NOT IN (SELECT key FROM temp.fresh WHERE spec = :spec) GROUP BY 1
"""
SETTLE = """
INSERT INTO standing
SELECT n.spec, n.key, n.verdict, n.suppressed, n.unverified, n.said, n.path, n.line,
    :again AND coalesce(o.verdict, 'PASS') <> n.verdict, n.ignored, n.looked_up, n.cause
FROM temp.fresh n LEFT JOIN temp.old o ON o.key = n.key WHERE n.spec = :spec
"""


Group: TypeAlias = tuple[GroupBy, str]
FOUND = """
FROM standing s JOIN inventory.resource r ON r.key = s.key WHERE s.spec = :spec AND (:text = ''
    OR instr(lower(r.id || ' ' || r.account || ' ' || r.region || ' ' || s.said), :text) > 0)
"""
ROW = """
s.key, r.id, r.type, r.account, r.region, s.verdict, s.suppressed, s.unverified, s.moved, s.said,
    s.path, s.line, s.ignored, r.mapping, s.cause
"""
ORDERS: Mapping[RowOrder, str] = {
    RowOrder.MOVED: "s.moved DESC, s.suppressed, s.ignored <> '', s.verdict, s.key",
    RowOrder.ID: "r.id",
    RowOrder.ACCOUNT: "r.account, r.region, r.id",
    RowOrder.REGION: "r.region, r.account, r.id",
    RowOrder.TYPE: "r.type, r.id",
    RowOrder.VERDICT: "s.verdict, r.id",
    RowOrder.SAID: "s.said, r.id",
}
GROUPS: Mapping[GroupBy, str] = {
    GroupBy.CAUSE: "s.cause",
    GroupBy.ACCOUNT: "r.account",
    GroupBy.REGION: "r.region",
    GroupBy.TYPE: "r.type",
    GroupBy.VERDICT: "s.verdict",
}


class Standing:
    """The verdicts that stand. One thread writes; others may have rows and groups meanwhile."""

    def __init__(self, folder: Path) -> None:
        """Make it in the folder of a spool. Raises sqlite3.Error."""
        index = str(folder / "index.sqlite")
        self._store = sqlite3.connect(folder / "standing.sqlite", isolation_level=None)
        self._store.executescript(SCHEMA)
        self._reader = sqlite3.connect(
            folder / "standing.sqlite", isolation_level=None, check_same_thread=False
        )
        self._reader.execute("ATTACH ? AS inventory", (index,))
        self._reading = Lock()
        self._settled = 0
        """How often something was settled."""
        self._in_order: tuple[object, ...] | None = None
        """What `temp.shown` of the reader holds the keys of."""

    def close(self) -> None:
        """Close it; the file stays."""
        self._reader.interrupt()
        with self._reading:
            self._reader.close()
        self._store.close()

    def begin(self, spec: str) -> None:
        """The policy is about to judge all its resources."""
        self._store.execute("DELETE FROM temp.fresh WHERE spec = ?", (spec,))

    def add(self, spec: str, evaluations: Iterable[Evaluation]) -> None:
        """It does not pass these, or leans on what is not there."""
        rows = [_row(spec, one) for one in evaluations]
        self._store.execute("BEGIN")
        self._store.executemany(
            "INSERT INTO fresh VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)", rows
        )
        self._store.execute("COMMIT")

    def settle(self, spec: str, resources: int) -> tuple[Counts, Moved | None]:
        """It has judged so many: what it says now, and what moved if it judged before."""
        store = self._store
        before = store.execute("SELECT 1 FROM judged WHERE spec = ?", (spec,)).fetchone()
        moved = self._moved(spec) if before else None
        store.execute("BEGIN")
        store.execute("CREATE TEMP TABLE old AS SELECT * FROM standing WHERE spec = ?", (spec,))
        store.execute("CREATE INDEX temp.old_key ON old (key)")
        store.execute("DELETE FROM standing WHERE spec = ?", (spec,))
        store.execute(SETTLE, {"spec": spec, "again": bool(before)})
        store.execute("DROP TABLE temp.old")
        store.execute("DELETE FROM temp.fresh WHERE spec = ?", (spec,))
        store.execute("INSERT OR REPLACE INTO judged VALUES (?, ?)", (spec, resources))
        store.execute("COMMIT")
        self._settled += 1
        return self._counts(spec, resources), moved

    def rows(
        self,
        spec: str,
        start: int,
        text: str = "",
        order: RowOrder = RowOrder.MOVED,
        group: Group | None = None,
    ) -> tuple[int, tuple[ScannedRow, ...]]:
        """How many rows there are, and a page of them in this order."""
        with self._reading:
            self._put_in_order((spec, text, order, group))
            (total,) = self._reader.execute("SELECT count(*) FROM temp.shown").fetchone()
            page = self._reader.execute(
                f"SELECT {ROW} FROM temp.shown h JOIN standing s ON s.spec = ? AND s.key = h.key"
                " JOIN inventory.resource r ON r.key = s.key WHERE h.rowid > ?"
                " ORDER BY h.rowid LIMIT ?",
                (spec, start, PAGE),
            )
            return int(total), tuple(map(_shown, page))

    def groups(
        self, spec: str, by: GroupBy, text: str = ""
    ) -> tuple[int, tuple[ScannedGroup, ...]]:
        """How many groups there are, and the largest of them."""
        with self._reading:
            found = self._reader.execute(
                f"SELECT {GROUPS[by]}, count(*), sum(s.verdict = 'FAIL'), sum(s.verdict = 'ERROR'),"
                f" min((r.length << 32) | s.key) & 0xffffffff {FOUND} GROUP BY 1"
                " ORDER BY 2 DESC, 1",
                {"spec": spec, "text": text.lower()},
            ).fetchall()
            groups = []
            for name, count, failed, erred, key in found[:GROUPS_LIMIT]:
                row = self._reader.execute(
                    f"SELECT {ROW} FROM standing s JOIN inventory.resource r ON r.key = s.key"
                    " WHERE s.spec = ? AND s.key = ?",
                    (spec, key),
                ).fetchone()
                groups.append(ScannedGroup(name, count, failed, erred, _shown(row)))
            return len(found), tuple(groups)

    def looked_up(self, spec: str, key: int) -> tuple[str, ...]:
        """IDs of the resources that the policy looked up for one that it does not pass."""
        row = self._store.execute(
            "SELECT looked_up FROM standing WHERE spec = ? AND key = ?", (spec, key)
        ).fetchone()
        return tuple(row[0].split("\n")) if row is not None and row[0] else ()

    def _put_in_order(self, wanted: tuple[str, str, RowOrder, Group | None]) -> None:
        """Have the keys of these rows in their order: pages of it are asked for one by one."""
        now = (self._settled, *wanted)
        if now == self._in_order:
            return
        spec, text, order, group = wanted
        self._in_order = None
        self._reader.execute("DROP TABLE IF EXISTS temp.shown")
        within = "" if group is None else f" AND {GROUPS[group[0]]} = :group"
        self._reader.execute(
            f"CREATE TEMP TABLE shown AS SELECT s.key {FOUND}{within} ORDER BY {ORDERS[order]}",
            {"spec": spec, "text": text.lower(), "group": group and group[1]},
        )
        self._in_order = now

    def _moved(self, spec: str) -> Moved:
        counted = {(was, now): n for was, now, n in self._store.execute(MOVES, {"spec": spec})}

        def count(was: str | None, now: str | None) -> int:
            return sum(
                n
                for (before, after), n in counted.items()
                if before != after and was in (None, before) and now in (None, after)
            )

        return Moved(
            count(None, "FAIL"), count("FAIL", None), count(None, "ERROR"), count("ERROR", None)
        )

    def _counts(self, spec: str, resources: int) -> Counts:
        failed, erred, suppressed, unverified, ignored = self._store.execute(
            "SELECT coalesce(sum(verdict = 'FAIL'), 0), coalesce(sum(verdict = 'ERROR'), 0),"
            " coalesce(sum(suppressed), 0), coalesce(sum(unverified), 0),"
            " coalesce(sum(ignored <> ''), 0)"
            " FROM standing WHERE spec = ?",
            (spec,),
        ).fetchone()
        return Counts(resources - failed - erred, failed, erred, suppressed, unverified, ignored)


def _row(spec: str, one: Evaluation) -> tuple[object, ...]:
    said, path, line = "", "", 0
    if one.error is not None:
        said = f"{one.error.type}: {one.error.message}"
        path, line = one.error.path, one.error.line
    elif one.alert is not None:
        said = one.alert.title
    return (
        spec,
        one.resource_key,
        one.verdict,
        one.suppressed,
        one.unverified,
        said[:SAID_LIMIT],
        path,
        line,
        one.ignored,
        "\n".join(one.looked_up),
        _cause(one),
    )


def _cause(one: Evaluation) -> str:
    """The same for all that have it in common: an error's type and place, or an alert's title."""
    if one.error is not None:
        place = f"  {one.error.path}:{one.error.line}" if one.error.path else ""
        return f"{one.error.type}{place}"
    title = one.alert.title if one.alert is not None else ""
    name = one.resource_id.rpartition(":")[2].rpartition("/")[2]
    for own in (one.resource_id, name):
        if len(own) >= SHORTEST_NAME:
            title = title.replace(own, "…")
    return title[:SAID_LIMIT]


def _shown(row: Sequence[Any]) -> ScannedRow:
    key, resource_id, kind, account, region, verdict, suppressed, unverified, moved = row[:9]
    said, path, line, ignored, mapping, cause = row[9:]
    return ScannedRow(
        key=key,
        resource_id=resource_id,
        resource_type=kind,
        account=account,
        region=region,
        verdict=Verdict(verdict),
        suppressed=bool(suppressed),
        unverified=bool(unverified),
        moved=bool(moved),
        said=said,
        path=path,
        line=line,
        ignored=ignored,
        mapping=mapping,
        cause=cause,
    )
