"""The title in the frame of the code: the file's name and its tabs, which can be clicked. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias

from rich.cells import cell_len

from panther_tui.terminal.safe_text import printable
from panther_tui.views.cut import cut_middle
from panther_tui.views.line import Pieces

BODY, SPEC, OTHER = "body", "spec", "file"

Tab: TypeAlias = tuple[str, str]
"""One of the above, and of another file its path."""

TABS_NAMED = 4
"""With more tabs than this those of globals are only counted."""

LEAST_NAME = 16
"""Cells that the name of the file has, however many tabs there are."""


@dataclass(frozen=True, slots=True)
class CodeTitle:
    """What the frame says. `tabs` are where each is, from a cell of the title up to another.

    None is the tab of those that are only counted.
    """

    parts: Pieces
    tabs: tuple[tuple[int, int, Tab | None], ...]

    def tab_at(self, x: int) -> tuple[Tab | None] | None:
        """The tab in a cell of the title; None where there is none."""
        return next(((tab,) for start, end, tab in self.tabs if start <= x < end), None)


def code_title(
    path: str, tabs: Sequence[Tab], shown: Tab, width: int, *, stale: bool = False
) -> CodeTitle:
    """The title in `width` cells: tabs of globals give way to the file's name, then its middle.

    `shown` is the tab that is open; `stale` says that its text has changed on disk.
    """
    name = printable(PurePosixPath(path).name, 300)
    named = [tab for tab in tabs if tab[0] != OTHER or tab == shown]
    whole = _assemble(name, tabs if len(tabs) <= TABS_NAMED else named, tabs, shown, stale)
    if _width(whole.parts) > width:
        whole = _assemble(name, named, tabs, shown, stale)
    over = _width(whole.parts) - width
    if over <= 0:
        return whole
    short = cut_middle(name, max(LEAST_NAME, cell_len(name) - over))
    return _assemble(short, named, tabs, shown, stale)


def _assemble(
    name: str, named: Sequence[Tab], tabs: Sequence[Tab], shown: Tab, stale: bool
) -> CodeTitle:
    said: list[tuple[str, str, Tab | bool | None]] = []
    for tab in named:
        label = printable(PurePosixPath(tab[1]).name, 300) if tab[0] == OTHER else tab[0]
        said.append((label, "bold underline" if tab == shown else "not bold", tab))
    if stale:
        said.append(("stale", "bold $pt-stale", False))
    if len(named) < len(tabs):
        said.append((f"{len(tabs) - len(named)} more", "dim", None))
    parts = [(name, ""), (" ─ ", "not bold dim")]
    spans: list[tuple[int, int, Tab | None]] = []
    for place, (label, style, said_tab) in enumerate(said):
        if place:
            parts.append((" · ", "dim"))
        start = _width(parts)
        parts.append((label, style))
        if not isinstance(said_tab, bool):
            spans.append((start, _width(parts), said_tab))
    return CodeTitle(tuple(parts), tuple(spans))


def _width(parts: Sequence[tuple[str, str]]) -> int:
    return sum(cell_len(text) for text, _ in parts)
