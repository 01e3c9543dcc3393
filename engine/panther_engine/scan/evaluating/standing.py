"""What policies say of an inventory as they stand, replaced policy by policy as they change.

It lies on disk beside the inventory, so that memory does not grow with what fails.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from panther_engine.model import Verdict
from panther_engine.values.scanned import Counts, Evaluation, Moved, ScannedRow

PAGE = 200
"""Rows that are given at a time."""
SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE standing (
    spec TEXT NOT NULL, key INTEGER NOT NULL, verdict TEXT NOT NULL, suppressed INTEGER NOT NULL,
    unverified INTEGER NOT NULL, said TEXT NOT NULL, path TEXT NOT NULL, line INTEGER NOT NULL,
    moved INTEGER NOT NULL, ignored TEXT NOT NULL, PRIMARY KEY (spec, key)
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
    :again AND coalesce(o.verdict, 'PASS') <> n.verdict, n.ignored
FROM temp.fresh n LEFT JOIN temp.old o ON o.key = n.key WHERE n.spec = :spec
"""


class Standing:
    """The verdicts that stand. Lives on one thread."""

    def __init__(self, folder: Path) -> None:
        """Make it in the folder of a spool. Raises sqlite3.Error."""
        self._store = sqlite3.connect(folder / "standing.sqlite", isolation_level=None)
        self._store.executescript(SCHEMA)
        self._store.execute("ATTACH ? AS inventory", (str(folder / "index.sqlite"),))

    def close(self) -> None:
        """Close it; the file stays."""
        self._store.close()

    def begin(self, spec: str) -> None:
        """The policy is about to judge all its resources."""
        self._store.execute("DELETE FROM temp.fresh WHERE spec = ?", (spec,))

    def add(self, spec: str, evaluations: Iterable[Evaluation]) -> None:
        """It does not pass these, or leans on what is not there."""
        rows = [_row(spec, one) for one in evaluations]
        self._store.execute("BEGIN")
        self._store.executemany("INSERT INTO fresh VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)", rows)
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
        return self._counts(spec, resources), moved

    def rows(self, spec: str, start: int, text: str = "") -> tuple[int, tuple[ScannedRow, ...]]:
        """How many rows there are, and a page of them: what moved first, then errors."""
        found = (
            "FROM standing s JOIN inventory.resource r ON r.key = s.key WHERE s.spec = :spec"
            " AND (:text = '' OR instr(lower(r.id || ' ' || r.account || ' ' || r.region || ' '"
            " || s.said), :text) > 0)"
        )
        asked = {"spec": spec, "text": text.lower(), "start": start, "page": PAGE}
        (total,) = self._store.execute(f"SELECT count(*) {found}", asked).fetchone()
        page = self._store.execute(
            "SELECT s.key, r.id, r.type, r.account, r.region, s.verdict, s.suppressed,"
            f" s.unverified, s.moved, s.said, s.path, s.line, s.ignored, r.mapping {found}"
            " ORDER BY s.moved DESC, s.suppressed, s.ignored <> '', s.verdict, s.key"
            " LIMIT :page OFFSET :start",
            asked,
        )
        return int(total), tuple(map(_shown, page))

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
        said[:500],
        path,
        line,
        one.ignored,
    )


def _shown(row: Sequence[Any]) -> ScannedRow:
    key, resource_id, kind, account, region, verdict, suppressed, unverified, moved = row[:9]
    said, path, line, ignored, mapping = row[9:]
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
    )
