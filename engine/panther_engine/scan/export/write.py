"""Writes what a scan found into files, each in the format that its name asks for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from panther_engine.reading.storage.atomic import replace_file
from panther_engine.scan.export.rows import Row, row_of
from panther_engine.scan.export.sarif import sarif_document
from panther_engine.scan.export.tables import csv_lines, json_document, json_lines
from panther_engine.scan.store.rollups import Finding, findings

Pieces = Callable[[Iterator[Finding], int, Mapping[str, str]], Iterator[str]]


class UnknownExportError(ValueError):
    """A file's name asks for no format that there is."""


def _rows(found: Iterator[Finding], scan: int) -> Iterator[Row]:
    return (row_of(one, scan) for one in found)


FORMATS: Mapping[str, Pieces] = {
    ".csv": lambda found, scan, names: csv_lines(_rows(found, scan)),
    ".jsonl": lambda found, scan, names: json_lines(_rows(found, scan)),
    ".json": lambda found, scan, names: json_document(_rows(found, scan), scan),
    ".sarif": lambda found, scan, names: sarif_document(found, names),
}
"""By the end of the file's name."""


def format_of(file: Path) -> Pieces:
    """The format that a name asks for. Raises UnknownExportError."""
    if (pieces := FORMATS.get(file.suffix.lower())) is None:
        raise UnknownExportError(
            f"{file.name}: no format ends with `{file.suffix}`; there are {', '.join(FORMATS)}"
        )
    return pieces


def write_findings(
    store: sqlite3.Connection, scan: int, file: Path, names: Mapping[str, str]
) -> None:
    """Write what did not pass in a scan, piece by piece, and put the file in place whole.

    Only this user may read it: an inventory is private.

    Raises UnknownExportError, OSError.
    """
    pieces = format_of(file)(findings(store, scan), scan, names)
    replace_file(file, (piece.encode("utf-8", "replace") for piece in pieces))
