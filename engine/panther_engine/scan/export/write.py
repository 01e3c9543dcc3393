"""Writes what a scan found into files, each in the format that its name asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from panther_engine.reading.storage.atomic import replace_file
from panther_engine.scan.export.exported import Exported
from panther_engine.scan.export.junit import junit_document
from panther_engine.scan.export.ocsf import ocsf_document, ocsf_lines
from panther_engine.scan.export.page.page import html_page
from panther_engine.scan.export.rows import Row, row_of
from panther_engine.scan.export.sarif import sarif_document
from panther_engine.scan.export.tables import csv_lines, json_document, json_lines

Pieces = Callable[[Exported], Iterator[str]]


class UnknownExportError(ValueError):
    """A file's name asks for no format that there is."""


def _rows(exported: Exported) -> Iterator[Row]:
    return (row_of(one, exported.number) for one in exported.findings())


FORMATS: Mapping[str, Pieces] = {
    ".csv": lambda exported: csv_lines(_rows(exported)),
    ".jsonl": lambda exported: json_lines(_rows(exported)),
    ".json": lambda exported: json_document(_rows(exported), exported.number),
    ".sarif": sarif_document,
    ".sarif.json": sarif_document,
    ".xml": junit_document,
    ".ocsf.jsonl": ocsf_lines,
    ".ocsf.json": ocsf_document,
    ".html": html_page,
}
"""By the end of the file's name; the longest end that fits counts."""


def format_of(file: Path) -> Pieces:
    """The format that a name asks for. Raises UnknownExportError."""
    name = file.name.lower()
    for end in sorted(FORMATS, key=len, reverse=True):
        if name.endswith(end):
            return FORMATS[end]
    end = f"with `{file.suffix}`" if file.suffix else "as it does"
    raise UnknownExportError(f"{file.name}: no format ends {end}; there are {', '.join(FORMATS)}")


def write_findings(exported: Exported, file: Path) -> tuple[str, ...]:
    """Write what a scan found, piece by piece, and put the file in place whole.

    Only this user may read it: an inventory is private. Returns what there is to be told of the
    file, such as what had to be left out of it.

    Raises UnknownExportError, OSError.
    """
    told: list[str] = []
    pieces = format_of(file)(replace(exported, tell=told.append))
    replace_file(file, (piece.encode("utf-8", "replace") for piece in pieces))
    return tuple(f"{file}: {one}" for one in told)
