"""What the status bar says of how one works at the moment: a word for everything switched on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from panther_tui.terminal.safe_text import printable
from panther_tui.views.cut import cut_middle
from panther_tui.views.line import Pieces

NAME_LIMIT = 40
"""Cells of a name where there is room."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A word in the status bar."""

    word: str
    token: str
    name: str = ""
    """What the word is about; the first to be shortened where there is little room."""
    counts: bool = False
    """Stands with the counts of tests, and so in every form of the bar."""
    action: str = ""
    """What a click on it does."""


def pieces_of(badges: Iterable[Badge], *, room: int = NAME_LIMIT) -> list[Pieces]:
    """The badges as they are shown; names have `room` cells, and go without any."""
    found: list[Pieces] = []
    for badge in badges:
        name = f" {cut_middle(printable(badge.name, 300), room)}" if badge.name and room else ""
        action = f" @{badge.action}" if badge.action else ""
        found.append(((f"{badge.word}{name}", f"{badge.token}{action}"),))
    return found
