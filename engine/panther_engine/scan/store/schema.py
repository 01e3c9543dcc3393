"""The file that scans are kept in: one SQLite database for each repository.

What did not pass is kept as intervals: from which scan on, and up to which. So a scan of a million
resources that found what the one before found costs nothing, and what changed between two scans is
read from an index. What passed is not kept: it is what was looked at less what did not pass.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from panther_engine.reading.storage.files import cache_file
from panther_engine.reading.storage.read_regular import is_ours
from panther_engine.reading.storage.user_folders import user_folder

VERSION = 5
BUSY_SECONDS = 10.0
"""How long one of our processes waits for another that writes."""

SCHEMA = """
CREATE TABLE scan (
    number INTEGER PRIMARY KEY, started TEXT NOT NULL, ended TEXT NOT NULL, state TEXT NOT NULL,
    scope TEXT NOT NULL, inventory TEXT NOT NULL, resources INTEGER NOT NULL,
    passed_over INTEGER NOT NULL, seconds REAL NOT NULL
);
CREATE TABLE policy (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, spec TEXT NOT NULL, severity TEXT NOT NULL,
    reports TEXT NOT NULL, body BLOB NOT NULL, body_changed INTEGER NOT NULL,
    helpers BLOB NOT NULL, helpers_changed INTEGER NOT NULL, cost REAL
);
CREATE TABLE resource (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, account TEXT NOT NULL,
    region TEXT NOT NULL, mapping TEXT NOT NULL, digest BLOB NOT NULL, changed INTEGER NOT NULL,
    last INTEGER NOT NULL
);
CREATE TABLE cause (
    key INTEGER PRIMARY KEY, type TEXT NOT NULL, message TEXT NOT NULL, path TEXT NOT NULL,
    line INTEGER NOT NULL, frames TEXT NOT NULL,
    UNIQUE (type, message, path, line)
);
CREATE TABLE wording (key INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE finding (
    key INTEGER PRIMARY KEY, policy INTEGER NOT NULL, resource INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, verdict TEXT NOT NULL,
    suppressed INTEGER NOT NULL, missing TEXT NOT NULL, looked_up TEXT NOT NULL,
    cause INTEGER, alert TEXT, ignored TEXT NOT NULL DEFAULT '', since INTEGER NOT NULL DEFAULT 0,
    wording INTEGER
);
CREATE INDEX finding_of ON finding (policy, resource, last);
CREATE INDEX finding_last ON finding (last, policy);
CREATE INDEX finding_resource ON finding (resource);
CREATE INDEX finding_first ON finding (first);
CREATE INDEX finding_cause ON finding (cause, first, last) WHERE cause IS NOT NULL;
CREATE TABLE looked_at (
    scan INTEGER NOT NULL, policy INTEGER NOT NULL, type TEXT NOT NULL, account TEXT NOT NULL,
    region TEXT NOT NULL, resources INTEGER NOT NULL, failed INTEGER NOT NULL,
    erred INTEGER NOT NULL, suppressed INTEGER NOT NULL, unverified INTEGER NOT NULL,
    ignored INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (scan, policy, type, account, region)
) WITHOUT ROWID;
"""
WORST = """
CREATE TABLE worst (
    scan INTEGER NOT NULL, place INTEGER NOT NULL, resource TEXT NOT NULL,
    policies INTEGER NOT NULL, failed INTEGER NOT NULL, erred INTEGER NOT NULL,
    suppressed INTEGER NOT NULL, unverified INTEGER NOT NULL, ignored INTEGER NOT NULL,
    PRIMARY KEY (scan, place)
) WITHOUT ROWID;
"""
"""The resources that most is wrong with; to count all of a million takes a second."""
INTERRUPTED = """
CREATE TABLE done (
    scan INTEGER NOT NULL, policy INTEGER NOT NULL, made BLOB NOT NULL, begin INTEGER NOT NULL,
    until INTEGER NOT NULL
);
CREATE TABLE pending (
    scan INTEGER NOT NULL, policy INTEGER NOT NULL, resource TEXT NOT NULL, verdict TEXT NOT NULL,
    suppressed INTEGER NOT NULL, missing TEXT NOT NULL, looked_up TEXT NOT NULL, cause INTEGER,
    alert TEXT
);
"""
"""Of a scan that was interrupted: how far each policy was, and what it had found by then; as
version 3 had it."""

FROM_1 = """
ALTER TABLE finding ADD COLUMN ignored TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
UPDATE finding SET since = first;
ALTER TABLE looked_at ADD COLUMN ignored INTEGER NOT NULL DEFAULT 0;
"""
"""What makes a database of version 1 one of version 2."""
FROM_2 = f"ALTER TABLE policy ADD COLUMN cost REAL; {INTERRUPTED}"
"""And one of version 2 one of version 3."""
FROM_3 = """
CREATE TABLE wording (key INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
ALTER TABLE finding ADD COLUMN wording INTEGER;
ALTER TABLE pending ADD COLUMN wording INTEGER;
CREATE INDEX finding_cause ON finding (cause, first, last) WHERE cause IS NOT NULL;
"""
"""And one of version 3 one of version 4: alerts of then are kept whole, and have no wording."""
FROM_4 = WORST
"""And one of version 4 one of this."""
MADE = {
    0: SCHEMA + WORST + INTERRUPTED + "ALTER TABLE pending ADD COLUMN wording INTEGER",
    1: FROM_1 + FROM_2 + FROM_3 + FROM_4,
    2: FROM_2 + FROM_3 + FROM_4,
    3: FROM_3 + FROM_4,
    4: FROM_4,
}
"""By the version that is there; 0 is none."""


class StoreError(Exception):
    """The file of former scans cannot be used; the text says why."""


def store_file(root: Path) -> Path:
    """Where the scans of the repository at `root` are kept."""
    return user_folder("state") / "scans" / cache_file("scans", root, ".sqlite").name


def open_store(file: Path) -> sqlite3.Connection:
    """The database, made if there is none. Raises StoreError.

    It belongs to this user alone: an inventory is private.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_foreign(file)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        os.close(descriptor)
        store = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            store.execute("PRAGMA journal_mode = WAL")
            store.execute("PRAGMA synchronous = NORMAL")
            _migrate(store, file)
        except BaseException:
            store.close()
            raise
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise StoreError(f"{file}: {reason}; move it away to begin anew") from error
    return store


def _refuse_foreign(file: Path) -> None:
    if not is_ours(os.stat(file.parent)):
        raise StoreError(f"{file.parent} can be written by others: `chmod go-w` it")
    if os.path.lexists(file) and not is_ours(os.lstat(file)):
        raise StoreError(f"{file} belongs to another user or can be written by others")


def _migrate(store: sqlite3.Connection, file: Path) -> None:
    if _version_of(store) == VERSION:
        return
    store.execute("BEGIN IMMEDIATE")  # another process may do the same
    version = _version_of(store)
    if version not in (VERSION, *MADE):
        raise StoreError(
            f"{file} was written by another version of panther-tui ({version} in place of"
            f" {VERSION}): move it away to begin anew"
        )
    if version != VERSION:
        for statement in MADE[version].split(";"):
            store.execute(statement)
        store.execute(f"PRAGMA user_version = {VERSION}")
    store.execute("COMMIT")


def _version_of(store: sqlite3.Connection) -> int:
    (version,) = store.execute("PRAGMA user_version").fetchone()
    return int(version)
