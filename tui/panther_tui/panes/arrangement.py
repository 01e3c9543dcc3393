"""How the panes stand in a terminal of some size. Pure."""

from __future__ import annotations

from typing import Literal, TypeAlias

Shape: TypeAlias = Literal["one", "two", "three"]

ARRANGEMENTS: tuple[str, ...] = ("", "one", "two", "three")
"""In the order of the key; empty: by the terminal's size."""

WORDS = {"": "by size", "one": "one pane", "two": "two columns", "three": "three columns"}
"""What the arrangements are called."""

STEP_COLUMNS, STEP_ROWS = 4, 2
TINY = 10
"""Rows of a terminal that has room for one pane only."""

LEAST_COLUMNS, LEAST_ROWS = 16, 5
"""Cells; no pane is made smaller by the keyboard."""


def shape_for(arrangement: str, width: int) -> Shape:
    """How the panes stand in a terminal of this width."""
    if arrangement == "one" or (not arrangement and width < 100):
        return "one"
    if arrangement == "two" or (not arrangement and width < 150):
        return "two"
    return "three"


def usual_sizes(shape: Shape, width: int, height: int, sidebar: bool) -> dict[str, int]:
    """Cells of the panes that can be sized, where nobody has sized them."""
    if shape == "two":
        return {"tree": round(width * 3 / 8), "results": height // 2}
    tree = 50 if width >= 220 else 36
    left = width - (tree if sidebar else 0)
    return {"tree": tree, "code": round(left * 5 / 9), "results": round(height * 2 / 5)}


def sized_by(pane: str, shape: Shape) -> tuple[str, int]:
    """Which size a pane has, and whether it grows (1) or shrinks (-1) as the pane grows."""
    if pane in ("tree", "results"):
        return pane, 1
    if shape == "three":
        return "code", 1 if pane == "code" else -1
    return ("tree", -1) if pane == "code" else ("results", -1)
