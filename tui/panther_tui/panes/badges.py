"""What the status bar says of how one works at the moment: a word for everything switched on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from panther_tui.terminal.safe_text import printable
from panther_tui.views.line import Pieces

NAME_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Badge:
    """A word in the status bar."""

    word: str
    token: str
    name: str = ""
    """What the word is about; the first to go where there is little room."""
    counts: bool = False
    """Stands with the counts of tests, and so in every form of the bar."""


def pieces_of(badges: Iterable[Badge], *, short: bool = False) -> list[Pieces]:
    """The badges as they are shown; `short` leaves names out."""
    found: list[Pieces] = []
    for badge in badges:
        name = f" {printable(badge.name, NAME_LIMIT)}" if badge.name and not short else ""
        found.append(((f"{badge.word}{name}", badge.token),))
    return found
