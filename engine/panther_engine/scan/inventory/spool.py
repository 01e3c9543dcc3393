"""Keeps the documents of an inventory on disk while it is judged, with an index of them.

A document is written once, as the worker takes it; the index says where it stands. So memory does
not grow with the inventory, and files that change meanwhile change nothing. Private to the user,
and gone when it is closed.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import msgspec

from panther_engine.running.processes.confinement import private_prefix
from panther_engine.values.scanned import Resource, Status

BATCH = 1000
"""Rows that are written at a time."""
DIGEST_SIZE = 16
RESERVE = 256 << 20
"""Bytes of the disk that are left to others, however long an inventory goes on."""
SCHEMA = """
CREATE TABLE resource (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, account TEXT NOT NULL,
    region TEXT NOT NULL, digest BLOB NOT NULL, seen TEXT NOT NULL, deleted INTEGER NOT NULL,
    mapping TEXT NOT NULL, at INTEGER NOT NULL, length INTEGER NOT NULL, unfilled TEXT NOT NULL
);
CREATE TABLE status (
    policy TEXT NOT NULL, resource TEXT NOT NULL, verdict TEXT NOT NULL,
    suppressed INTEGER NOT NULL, seen TEXT NOT NULL, PRIMARY KEY (policy, resource)
) WITHOUT ROWID;
"""
KEEP_NEWEST = """
INSERT INTO resource (id, type, account, region, digest, seen, deleted, mapping, at, length,
    unfilled)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET type = excluded.type, account = excluded.account,
    region = excluded.region, digest = excluded.digest, seen = excluded.seen,
    deleted = excluded.deleted, mapping = excluded.mapping, at = excluded.at,
    length = excluded.length, unfilled = excluded.unfilled
WHERE excluded.seen >= resource.seen
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """A resource of the spool: what the index knows of it."""

    key: int
    id: str
    type: str
    account: str
    region: str
    digest: bytes
    mapping: str
    at: int
    length: int
    unfilled: str
    """What its mapping could not fill, a name a line."""


@contextmanager
def private_spool() -> Iterator[Spool]:
    """A spool in a folder of this user's, which is gone afterwards. Raises OSError."""
    folder = Path(tempfile.mkdtemp(prefix=private_prefix("scan")))
    spool = Spool(folder)
    try:
        yield spool
    finally:
        spool.close()
        shutil.rmtree(folder, ignore_errors=True)


class Spool:
    """Documents on disk, written once and read by type."""

    def __init__(self, folder: Path, *, filled: bool = False) -> None:
        """Make it in a folder of its own, or open one that was filled there. Raises OSError."""
        self.folder = folder
        mode = "rb" if filled else "w+b"
        self._file = open(folder / "documents", mode)  # noqa: SIM115 (lives as long as this)
        self._index = sqlite3.connect(folder / "index.sqlite", isolation_level=None)
        if not filled:
            fast = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            self._index.executescript(fast + SCHEMA)
        self._size = 0
        self._written = 0
        self._rows: list[tuple[object, ...]] = []

    def close(self) -> None:
        """Close its files; they stay."""
        self._index.close()
        self._file.close()

    def add(self, resource: Resource) -> None:
        """Keep a resource; of two with one ID the newer one, else the later one.

        Raises ValueError for a document that UTF-8 cannot say, OSError when the disk is full.
        """
        content = msgspec.json.encode(resource.document)
        self._file.write(content)
        self._rows.append(
            (
                resource.id,
                resource.type,
                resource.account,
                resource.region,
                blake2b(content, digest_size=DIGEST_SIZE).digest(),
                resource.when,
                resource.deleted,
                resource.mapping,
                self._size,
                len(content),
                "\n".join(resource.unfilled),
            )
        )
        self._size += len(content)
        self._written += 1
        if len(self._rows) == BATCH:
            self._flush()

    def add_status(self, status: Status) -> None:
        """Keep what production says; the newest row of a policy and a resource counts."""
        self._index.execute(
            "INSERT INTO status VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " verdict = excluded.verdict, suppressed = excluded.suppressed, seen = excluded.seen"
            " WHERE excluded.seen >= status.seen",
            (
                status.policy_id,
                status.resource_id,
                status.verdict,
                status.suppressed,
                status.when,
            ),
        )

    def _flush(self) -> None:
        if self._rows:
            if shutil.disk_usage(self.folder).free < RESERVE:
                raise OSError(errno.ENOSPC, "the inventory leaves no room", str(self.folder))
            self._index.execute("BEGIN")
            self._index.executemany(KEEP_NEWEST, self._rows)
            self._index.execute("COMMIT")
            self._rows.clear()

    def settle(self) -> None:
        """All is added: from here on it is read."""
        self._flush()
        self._file.flush()
        self._index.execute("CREATE INDEX IF NOT EXISTS by_type ON resource (type, at)")

    @property
    def repeated(self) -> int:
        """How many documents gave way to another one with their ID."""
        (count,) = self._index.execute("SELECT count(*) FROM resource").fetchone()
        return self._written - int(count)

    @property
    def gone(self) -> int:
        """How many resources the source says are deleted."""
        (count,) = self._index.execute("SELECT count(*) FROM resource WHERE deleted").fetchone()
        return int(count)

    def counts(self) -> Mapping[str, int]:
        """How many resources there are of each type."""
        return dict(
            self._index.execute(
                "SELECT type, count(*) FROM resource WHERE NOT deleted GROUP BY type ORDER BY type"
            ).fetchall()
        )

    def digest(self) -> str:
        """Of all resources that are there: the same for the same inventory, in any order."""
        hashed = blake2b(digest_size=DIGEST_SIZE)
        query = "SELECT digest FROM resource WHERE NOT deleted ORDER BY id"
        for (one,) in self._index.execute(query):
            hashed.update(one)
        return hashed.hexdigest()

    def sequence(self) -> str:
        """Of all resources in the order in which they are judged: for this very inventory."""
        hashed = blake2b(digest_size=DIGEST_SIZE)
        query = "SELECT id, digest, unfilled FROM resource WHERE NOT deleted ORDER BY type, at"
        for name, digest, unfilled in self._index.execute(query):
            told = f"{name}\0{unfilled}\0".encode("utf-8", "surrogatepass")
            hashed.update(told + digest)
        return hashed.hexdigest()

    def of_type(self, kind: str) -> Iterator[Stored]:
        """The resources of a type, in the order in which their documents stand on disk."""
        rows = self._index.execute(f"{SELECT} WHERE type = ? AND NOT deleted ORDER BY at", (kind,))
        for row in rows:
            yield Stored(*row)

    def find(self, resource_id: str) -> Stored | None:
        """The resource of this ID."""
        row = self._index.execute(
            f"{SELECT} WHERE id = ? AND NOT deleted", (resource_id,)
        ).fetchone()
        return None if row is None else Stored(*row)

    def row(self, key: int) -> Stored | None:
        """The resource of this key."""
        row = self._index.execute(f"{SELECT} WHERE key = ? AND NOT deleted", (key,)).fetchone()
        return None if row is None else Stored(*row)

    def contents(self, resources: Iterable[Stored]) -> list[bytes]:
        """Their documents, as JSON."""
        found = []
        for one in resources:
            self._file.seek(one.at)
            found.append(self._file.read(one.length))
        return found

    def statuses(self) -> Iterator[tuple[str, str, str, bool]]:
        """Policy, resource, verdict and whether it is suppressed: what production says."""
        query = "SELECT policy, resource, verdict, suppressed FROM status"
        for policy, resource, verdict, suppressed in self._index.execute(query):
            yield policy, resource, verdict, bool(suppressed)


SELECT = (
    "SELECT key, id, type, account, region, digest, mapping, at, length, unfilled FROM resource"
)
