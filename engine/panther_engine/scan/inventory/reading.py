"""Reads an inventory into a spool, and counts what is none of its resources."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from panther_engine.scan.inventory.opening import UnreadableError, inventory_files, read_text
from panther_engine.scan.inventory.shapes import UnknownShapeError, resources_in
from panther_engine.scan.inventory.splitting import (
    GAP_LIMIT,
    EndlessError,
    Found,
    Splitter,
    Unusable,
)
from panther_engine.scan.inventory.spool import Spool
from panther_engine.scan.mapping.loading import shipped_mapping
from panther_engine.scan.mapping.mapping import Mapping
from panther_engine.values.scanned import PassedOver, Status

NAMED = 20
"""So many places of what was passed over are kept; the rest is counted."""
BARREN_LIMIT = 1_000_000
"""Pieces of a file in a row that are no resources, after which nobody waits for one."""
FIELD_LIMIT = 8 << 20
"""Characters of one field of a CSV file."""


@dataclass(slots=True)
class Reading:
    """What came of reading an inventory."""

    files: int = 0
    resources: int = 0
    statuses: int = 0
    passed_over: int = 0
    places: list[PassedOver] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    """How often each reason was."""

    def pass_over(self, path: str, line: int, reason: str) -> None:
        """Count a piece that is none of the inventory's resources."""
        self.passed_over += 1
        if reason in self.reasons or len(self.reasons) < NAMED:
            self.reasons[reason] += 1
        if len(self.places) < NAMED:
            self.places.append(PassedOver(path, line, reason))


def read_inventory(
    paths: Iterable[str],
    spool: Spool,
    mappings: Sequence[Mapping] = (),
    on_progress: Callable[[Reading], None] = lambda reading: None,
) -> Reading:
    """Put the resources of these files into the spool.

    Args:
        paths: files, folders, globs, or `-` for standard input.
        spool: takes the resources; it is settled afterwards.
        mappings: tried on what is of no native shape, before the one that is shipped.
        on_progress: told now and then how far it is.

    Raises UnreadableError for a path that names nothing, OSError when the disk is full.
    """
    reading = Reading()
    known = (*mappings, shipped_mapping())
    for path in inventory_files(paths):
        reading.files += 1
        _read_file(path, spool, known, reading, on_progress)
    spool.settle()
    return reading


def _read_file(
    path: str,
    spool: Spool,
    mappings: Sequence[Mapping],
    reading: Reading,
    on_progress: Callable[[Reading], None],
) -> None:
    values = _csv_rows if path.removesuffix(".gz").endswith(".csv") else _json_values
    line, barren = 1, 0
    try:
        for count, piece in enumerate(values(path)):
            line = piece.line
            found = reading.resources + reading.statuses
            if isinstance(piece, Unusable):
                reading.pass_over(path, piece.line, piece.reason)
            else:
                _add(piece, path, spool, mappings, reading)
            barren = barren + 1 if found == reading.resources + reading.statuses else 0
            if barren == BARREN_LIMIT:
                told = f"{barren:,} pieces in a row that are no resource: the rest is not read"
                reading.pass_over(path, line, told)
                break
            if count % 1000 == 0:
                on_progress(reading)
    except UnreadableError as error:
        reading.pass_over(path, line, str(error))
    except EndlessError:
        reading.pass_over(
            path, line, f"{GAP_LIMIT >> 20} MB without a resource: the rest is not read"
        )


def _add(
    piece: Found, path: str, spool: Spool, mappings: Sequence[Mapping], reading: Reading
) -> None:
    try:
        for one in resources_in(piece.value, mappings):
            if isinstance(one, Status):
                spool.add_status(one)
                reading.statuses += 1
            else:
                spool.add(one)
                reading.resources += 1
    except UnknownShapeError as error:
        reading.pass_over(path, piece.line, str(error))
    except (ValueError, RecursionError) as error:
        kind = "a text with half a surrogate pair" if isinstance(error, ValueError) else "too deep"
        reading.pass_over(path, piece.line, f"a document that cannot be kept: {kind}")


def _json_values(path: str) -> Iterator[Found | Unusable]:
    splitter = Splitter()
    for text in read_text(path):
        yield from splitter.feed(text)
    yield from splitter.feed("", final=True)


def _csv_rows(path: str) -> Iterator[Found | Unusable]:
    """Rows of an export of the data lake, as objects."""
    before = csv.field_size_limit(FIELD_LIMIT)
    try:
        rows = csv.DictReader(_lines(path), strict=True)
        for row in rows:
            yield Found(rows.line_num, {name: one for name, one in row.items() if name})
    except csv.Error as error:
        yield Unusable(rows.line_num, f"not CSV: {error}")
    finally:
        csv.field_size_limit(before)


def _lines(path: str) -> Iterator[str]:
    rest = io.StringIO()
    for text in read_text(path):
        *lines, last = (rest.getvalue() + text).splitlines(keepends=True) or [""]
        yield from lines
        rest = io.StringIO()
        rest.write(last)
        if rest.tell() > FIELD_LIMIT:
            raise UnreadableError(f"a line of more than {FIELD_LIMIT >> 20} MB")
    if last := rest.getvalue():
        yield last
