"""Forgets scans, and all that no later one has to say anything about."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping


def forget_beyond(store: sqlite3.Connection, keep: int) -> None:
    """Keep so many of the scans that are complete; what ended before them goes too."""
    oldest = store.execute(
        "SELECT number FROM scan WHERE state = 'complete' ORDER BY number DESC LIMIT 1 OFFSET ?",
        (max(keep, 1) - 1,),
    ).fetchone()
    if oldest is not None:
        forget_before(store, oldest[0])


def forget_before(store: sqlite3.Connection, number: int) -> None:
    """Forget the scans before this one, and all that no later one has to say anything about."""
    bound: Mapping[str, int] = {"number": number}
    store.execute("DELETE FROM scan WHERE number < :number AND state <> 'running'", bound)
    for table in ("looked_at", "worst", "pending", "done"):
        store.execute(f"DELETE FROM {table} WHERE scan < :number", bound)
    store.execute("DELETE FROM finding WHERE last < :number", bound)
    store.execute(
        "DELETE FROM resource WHERE last < :number AND key NOT IN (SELECT resource FROM finding)",
        bound,
    )
    store.execute(
        "DELETE FROM cause WHERE key NOT IN (SELECT cause FROM finding WHERE cause UNION ALL"
        " SELECT cause FROM pending WHERE cause)"
    )


def forget_interrupted(store: sqlite3.Connection) -> None:
    """Forget the scan that was interrupted, if there is one."""
    for table in ("pending", "done"):
        store.execute(f"DELETE FROM {table}")
    store.execute("DELETE FROM scan WHERE state = 'interrupted'")
