"""A line below a test or above all of them, and the place that it is about."""

from __future__ import annotations

from dataclasses import dataclass

from panther_engine.values.insight import Flip
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.selection import Place
from panther_tui.views.line import Line

MARGIN = "     "
"""Before every line about a test."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A line about a test or a policy, and the place in a file that it is about."""

    line: Line
    place: Place | None = None
    fold: str = ""
    """The part that it opens or closes, by name; empty if it folds nothing."""
    turn: tuple[int, int] | None = None
    """The round that it is about: the loop's place among the insight's, and its number."""
    flip: Flip | None = None
    """The other resource that it begins to tell of."""

    @property
    def leads(self) -> bool:
        """Whether `enter` does something on it."""
        return bool(self.place or self.fold or self.turn or self.flip)


def say(*parts: str) -> Detail:
    """A line from texts and style names in turn."""
    pieces = zip(parts[::2], parts[1::2], strict=True)
    return Detail(
        Line(tuple((printable(text), token) for text, token in pieces), gutter=((MARGIN, ""),))
    )
