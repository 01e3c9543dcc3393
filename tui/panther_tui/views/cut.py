"""Names that are too long for where they stand."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

CUT_MARK = "…"

LEAST_ENDS = 5
"""Cells; in less than this there is no end to show."""


def cut_middle(text: str, room: int) -> str:
    """The text in at most `room` cells: what is too much goes from its middle.

    Names in one list begin alike and differ in their ends, as `S3.Bucket.PublicRead` and
    `S3.Bucket.PublicWrite` do.
    """
    if cell_len(text) <= room:
        return text
    if room < LEAST_ENDS:
        return set_cell_size(text, max(0, room - 1)) + CUT_MARK * (room > 0)
    last = room // 2
    first = room - 1 - last
    return set_cell_size(text, first).rstrip() + CUT_MARK + _end(text, last).lstrip()


def _end(text: str, room: int) -> str:
    start = len(text)
    while start and cell_len(text[start - 1 :]) <= room:
        start -= 1
    return text[start:]
