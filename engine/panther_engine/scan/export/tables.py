"""CSV, JSON and JSON lines: a row for each finding."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

from panther_engine.scan.export.rows import NAMES, Row

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """CSV with a head (RFC 4180). No cell is a formula, whatever a resource is called."""
    yield _csv_line(NAMES)
    for row in rows:
        yield _csv_line([_cell(row[name]) for name in NAMES])


def json_lines(rows: Iterable[Row]) -> Iterator[str]:
    """One JSON object a line."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def json_document(rows: Iterable[Row], scan: int) -> Iterator[str]:
    """One JSON document: `version`, `id` of the scan, and `findings`."""
    yield f'{{"version": 1, "id": "{scan}", "findings": ['
    between = "\n"
    for row in rows:
        yield between + json.dumps(row, ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def _csv_line(values: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def _cell(value: str | int | bool | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
