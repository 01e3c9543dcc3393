"""Prints the line that matters with its neighbours, and reads the source files for that."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from panther_engine.reading.storage.read_regular import read_text
from panther_engine.report.text.paint import GUTTER, HERE_MARK, Paint
from panther_engine.text.clean import TAB, clean_line

ReadSource: TypeAlias = Callable[[str], "list[str] | None"]
"""The lines of a file by its path (relative to the root or absolute); None if unreadable."""

FILE_LIMIT = 4_000_000
"""Bytes; no code frame is shown of a bigger file."""

LINE_LIMIT = 200
"""Characters shown of a line of code."""


def source_reader(root: str) -> ReadSource:
    """A reader of files below `root` that reads each once. Does not raise."""
    known: dict[str, list[str] | None] = {}

    def read(path: str) -> list[str] | None:
        if path not in known:
            known[path] = _read(Path(root, path))
        return known[path]

    return read


def _read(path: Path) -> list[str] | None:
    try:
        return re.split("\r\n|\r|\n", read_text(path, FILE_LIMIT))
    except (OSError, ValueError):
        return None


def code_frame(
    lines: list[str] | None, line: int, paint: Paint, before: int = 1, after: int = 1
) -> list[str]:
    """The 1-based `line` marked, with its neighbours; empty if the file has no such line."""
    if lines is None or not 1 <= line <= len(lines):
        return []
    first, last = max(1, line - before), min(len(lines), line + after)
    shown = {number: _clip(lines[number - 1]) for number in range(first, last + 1)}
    for edge in (first, last):
        if edge != line and not shown[edge]:
            del shown[edge]
    margin = min((len(text) - len(text.lstrip()) for text in shown.values() if text), default=0)
    width = len(str(last))
    return [
        paint.bad(HERE_MARK)
        + f" {number:>{width}} {paint.quiet(GUTTER)} {paint.strong(text[margin:])}"
        if number == line
        else paint.quiet(f"  {number:>{width}} {GUTTER} ") + text[margin:]
        for number, text in shown.items()
    ]


def _clip(text: str) -> str:
    text = clean_line(text.replace("\t", TAB))
    return text if len(text) <= LINE_LIMIT else text[: LINE_LIMIT - 1] + "…"
