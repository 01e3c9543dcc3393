"""Keeps the inventory of a scan beside the store, so that it can be judged again as `scan:12`.

It is one file of JSON lines, gzipped: Panther's documents as they are, and those that a mapping
made with what is known of them. This user alone can read it, and it goes with its scan.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from panther_engine.scan.inventory.opening import UnreadableError
from panther_engine.scan.inventory.spool import Spool, Stored
from panther_engine.scan.store.schema import store_file

NAME = re.compile(r"scan:(\d+|last)")
"""What stands for a kept inventory where a file is asked for."""
SUFFIX = ".jsonl.gz"
LEVEL = 3
"""Of gzip: half the size of level 1's, in the time that reading took."""
BATCH = 500


@contextmanager
def keeping(store: Path, scan: int, spool: Spool) -> Iterator[None]:
    """Keep all of a spool if what is done within this is done; else nothing. Raises OSError.

    Args:
        store: the file of the scans, whose folder it goes into.
        scan: its number.
        spool: a settled one.
    """
    file = _file_of(store, scan)
    written = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with (
            open(descriptor, "wb") as raw,
            gzip.GzipFile("", "wb", LEVEL, raw, mtime=0) as packed,
        ):
            for lines in _lines(spool):
                packed.write(lines)
        yield
        os.replace(written, file)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def kept_inventories(store: Path) -> dict[int, Path]:
    """The inventories that are kept, by the number of their scan, the oldest first."""
    files = store.parent.glob(f"{store.stem}.*{SUFFIX}")
    numbered = ((file.name[len(store.stem) + 1 : -len(SUFFIX)], file) for file in files)
    return dict(sorted((int(number), file) for number, file in numbered if number.isdecimal()))


def forget_inventories(store: Path, stay: Collection[int]) -> None:
    """Remove the inventories of all but these scans, and what killed ones left. Raises OSError."""
    for number, file in kept_inventories(store).items():
        if number not in stay:
            file.unlink(missing_ok=True)
    for file in store.parent.glob(f".{store.stem}.*{SUFFIX}.*"):
        owner = file.suffix[1:]
        if owner.isdecimal() and not os.path.exists(f"/proc/{owner}"):
            file.unlink(missing_ok=True)


def is_kept_name(path: str) -> bool:
    """Whether this stands for a kept inventory: `scan:12`, `scan:last`."""
    return NAME.fullmatch(path) is not None


def kept_names(root: Path) -> tuple[str, ...]:
    """What stands for the inventories that are kept of the checkout at `root`, the newest first."""
    kept = kept_inventories(store_file(root))
    return ("scan:last", *(f"scan:{one}" for one in reversed(kept))) if kept else ()


def find_kept(store: Path, paths: Iterable[str]) -> Iterator[str]:
    """The paths with the files of kept inventories in place of their names.

    Raises UnreadableError for one that is not kept.
    """
    for path in paths:
        named = NAME.fullmatch(path)
        if named is None:
            yield path
            continue
        kept = kept_inventories(store)
        wanted = max(kept, default=0) if named[1] == "last" else int(named[1])
        if wanted not in kept:
            there = f"kept are {', '.join(f'scan:{one}' for one in kept)}" if kept else "none is"
            raise UnreadableError(
                f"{path}: no such inventory is kept ({there}); `scan --keep-inventory` keeps one"
            )
        yield str(kept[wanted])


def _file_of(store: Path, scan: int) -> Path:
    return store.parent / f"{store.stem}.{scan}{SUFFIX}"


def _lines(spool: Spool) -> Iterator[bytes]:
    held: list[Stored] = []
    for kind in spool.counts():
        for one in spool.of_type(kind):
            held.append(one)
            if len(held) == BATCH:
                yield _written(spool, held)
                held = []
    yield _written(spool, held)


def _written(spool: Spool, resources: Collection[Stored]) -> bytes:
    return b"".join(
        _mapped(one, document) if one.mapping else document + b"\n"
        for one, document in zip(resources, spool.contents(resources), strict=True)
    )


def _mapped(one: Stored, document: bytes) -> bytes:
    said = json.dumps({"mapping": one.mapping, "unfilled": one.unfilled})
    return said[:-1].encode("ascii") + b', "document": ' + document + b"}\n"
