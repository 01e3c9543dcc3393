"""One row of a view as a value, and how it becomes cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from panther_tui.style.tokens import Tokens
from panther_tui.views.cut import LEAST_ENDS

CUT = "›"
"""In the last cell of a text that goes on further to the right."""

Pieces: TypeAlias = tuple[tuple[str, str], ...]
"""Text with the names of its style (see `Tokens.style`); the text is printable already.

A name that begins with `@` is an action: what a click on the text does in a bar.
"""

Span: TypeAlias = tuple[int, int]
"""From a character up to, not including, another; -1 is the end of the line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: `gutter` and `tail` stay in place while `text` between them scrolls sideways."""

    text: Pieces = ()
    gutter: Pieces = ()
    tail: Pieces = ()
    fill: str = ""
    """Token of the row's background."""
    middle: bool = False
    """Where the text is too long it loses its middle: what it names differs at its end."""

    @property
    def plain(self) -> str:
        """The text without gutter and tail: what is searched and copied."""
        return "".join(text for text, _ in self.text)


def action_at(line: Line, width: int, x: int) -> str:
    """The action of the text in cell `x` of a bar of this width; empty if it has none."""
    tail = sum(cell_len(text) for text, _ in line.tail)
    pieces, start = (*line.gutter, *line.text), 0
    if x >= width - tail:
        pieces, start = line.tail, width - tail
    for text, names in pieces:
        start += cell_len(text)
        if x < start:
            return next((name[1:] for name in names.split() if name.startswith("@")), "")
    return ""


def line_width(line: Line) -> int:
    """Cells that a line takes with its gutter and tail."""
    parts = (*line.gutter, *line.text, *line.tail)
    return sum(cell_len(text) for text, _ in parts)


def paint(
    line: Line,
    tokens: Tokens,
    width: int,
    *,
    left: int = 0,
    cursor: str = "",
    spans: Iterable[tuple[Span, Style]] = (),
    offset_y: int | None = None,
) -> Strip:
    """A row's cells: exactly `width`, `left` cells of its text scrolled away.

    `cursor` is the token of the cursor's background if it is on this row, `spans` are styled over
    the text. With `offset_y` the text tells where it is, for selection with the mouse.
    """
    base = tokens.base
    fill = cursor if cursor == "cursor" else line.fill or cursor
    if fill:
        base += tokens.fill(fill)
    flat = fill == "cursor" and tokens.plain
    gutter = _segments(line.gutter, tokens, base, flat)
    tail = _segments(line.tail, tokens, base, flat)
    text = _segments(line.text, tokens, base, flat)
    for span, style in spans:
        text = _overlay(text, span, style)
    gutter_width = sum(segment.cell_length for segment in gutter)
    tail_width = sum(segment.cell_length for segment in tail)
    room = max(0, width - gutter_width - tail_width - bool(tail))
    body = Strip(text)
    if line.middle and body.cell_length > room:
        body = Strip(_shorten_middle(body, room, base), room)
    elif tail and body.cell_length > room:
        body = Strip(_shorten(body, room, base), room)
    elif room > 1 and cell_len(body.text.rstrip()) > left + room:  # blanks may go unsaid
        more = Strip([Segment(CUT, base + tokens.style("muted"))], 1)
        body = Strip.join([body.crop(left, left + room - 1), more])
    else:
        body = body.crop_extend(left, left + room, base)
    if offset_y is not None:
        body = body.apply_offsets(left, offset_y)
    if tail:
        tail.insert(0, Segment(" ", base))
    whole = Strip.join([Strip(gutter), body, Strip(tail)])
    return whole.crop_extend(0, width, base)


def _segments(pieces: Pieces, tokens: Tokens, base: Style, flat: bool) -> list[Segment]:
    if flat:  # reversed colours would make a patchwork of the row
        return [Segment(text, base) for text, _ in pieces if text]
    return [Segment(text, base + tokens.style(names)) for text, names in pieces if text]


def _shorten(strip: Strip, room: int, base: Style) -> list[Segment]:
    if room <= 0:
        return []
    kept = list(strip.crop(0, room - 1))
    used = sum(segment.cell_length for segment in kept)
    style = kept[-1].style if kept else base
    return [*kept, Segment(set_cell_size("…", room - used), style)]


def _shorten_middle(strip: Strip, room: int, base: Style) -> list[Segment]:
    last = room // 2 if room >= LEAST_ENDS else 0
    first = _shorten(strip, room - last, base)
    whole = strip.cell_length
    return [*first, *strip.crop(whole - last, whole)] if last else first


def _overlay(segments: list[Segment], span: Span, style: Style) -> list[Segment]:
    """The segments with another style over the characters of `span`."""
    start, end = span
    if end < 0:
        end = sum(len(segment.text) for segment in segments)
    found: list[Segment] = []
    place = 0
    for segment in segments:
        text, old, _ = segment
        stop = place + len(text)
        if stop <= start or place >= end:
            found.append(segment)
        else:
            first, last = max(0, start - place), min(len(text), end - place)
            parts = (
                (text[:first], old),
                (text[first:last], (old or Style()) + style),
                (text[last:], old),
            )
            found += [Segment(part, kind) for part, kind in parts if part]
        place = stop
    return found
