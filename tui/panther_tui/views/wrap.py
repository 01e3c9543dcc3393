"""Lines that are wider than their view, continued on further rows."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache

from rich.cells import cell_len, chop_cells

from panther_tui.views.line import Line, Pieces

LEAST_ROOM = 12
"""Cells; in less nothing is wrapped, it would be a column of letters."""

MOST_ROWS = 200
"""Rows that one line may take."""


@dataclass(frozen=True, slots=True)
class Continued:
    """The key of a further row of a line; `part` counts from 1."""

    key: Hashable
    part: int


@lru_cache(maxsize=4096)
def wrap_line(line: Line, width: int) -> tuple[Line, ...]:
    """The rows of a line in a view of this width; those with a tail stay on one.

    Breaks after a space where there is one in reach. What follows is indented like the text.
    """
    gutter = sum(cell_len(text) for text, _ in line.gutter)
    room = width - gutter
    if line.tail or room < LEAST_ROOM or cell_len(line.plain) <= room:
        return (line,)
    plain = line.plain
    indent = len(plain) - len(plain.lstrip(" "))
    indent = indent if indent <= room // 2 else 0
    blank: Pieces = ((" " * gutter, ""),) if gutter else ()
    rows: list[Line] = []
    rest = line.text
    while rest and len(rows) < MOST_ROWS:
        lead = indent if rows else 0
        taken, rest = _split(rest, _break_at(_plain(rest), room - lead))
        pieces = ((" " * lead, ""), *taken) if lead else taken
        rows.append(Line(pieces, blank if rows else line.gutter, (), line.fill))
    return tuple(rows)


def _plain(pieces: Pieces) -> str:
    return "".join(text for text, _ in pieces)


def _break_at(text: str, room: int) -> int:
    """How many characters of a text go on a row."""
    if cell_len(text) <= room:
        return len(text)
    fits = max(1, len(chop_cells(text[: room + 1], room)[0]))
    space = text.rfind(" ", 0, fits + 1)
    return space + 1 if space >= fits // 2 else fits


def _split(pieces: Pieces, at: int) -> tuple[Pieces, Pieces]:
    """The first `at` characters and the others, which begin with no space."""
    before: list[tuple[str, str]] = []
    after: list[tuple[str, str]] = []
    for text, token in pieces:
        if at >= len(text):
            before.append((text, token))
            at -= len(text)
            continue
        if at:
            before.append((text[:at], token))
        after.append((text[at:], token))
        at = 0
    return tuple(before), tuple(after)
