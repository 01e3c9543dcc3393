"""How the panes are arranged and sized, by the keyboard and as it was the last time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

from textual.events import Resize
from textual.geometry import Size

from panther_tui.panes.pane import Pane
from panther_tui.screens.four_panes import FourPanes
from panther_tui.settings.layout_memory import Layout, load_layout, save_layout

Shape: TypeAlias = Literal["one", "two", "three"]

ARRANGEMENTS: tuple[str, ...] = ("", "one", "two", "three")
"""In the order of the key; empty: by the terminal's size."""

WORDS = {"": "by size", "one": "one pane", "two": "two columns", "three": "three columns"}
"""What the arrangements are called."""

HINT = "] goes to the next failure, e edits it, : finds everything, ? shows the keys."
HINT_SECONDS = 12.0

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


class Arrangement(FourPanes):
    """The four panes, moved and sized by hand; remembered for each repository."""

    def __init__(self) -> None:
        super().__init__()
        self.arrangement = Layout()
        self.hint = False
        """Whether somebody may be new here."""
        self._layout_root: Path | None = None

    def recall_arrangement(self, root: str) -> None:
        """Arrange the panes as they were the last time that this repository was open."""
        if self._layout_root is None and root:
            self._layout_root = Path(root)
            self.arrangement = load_layout(self._layout_root)
            self.tree_pane.recall(self.arrangement.folded, self.arrangement.group_by)
            zoomed = next((it for it in self.panes if self.arrangement.zoomed == it.NAME), None)
            self.set_class(zoomed is not None, "-zoom")
            if zoomed is not None:
                self.focus_pane(zoomed)
            self.place_panes()
            if self.hint and not self.arrangement.hint_seen:
                self.arrangement = replace(self.arrangement, hint_seen=True)
                self.app.notify(HINT, title="New here?", timeout=HINT_SECONDS, markup=False)

    def remember_arrangement(self) -> None:
        """Keep it for the next time."""
        if self._layout_root is not None:
            zoomed = self.active.NAME if self.has_class("-zoom") else ""
            layout = replace(
                self.arrangement,
                zoomed=zoomed,
                folded=self.tree_pane.folded(),
                group_by=self.tree_pane.chosen_grouping,
            )
            save_layout(self._layout_root, layout)

    def place_panes(self, size: Size | None = None) -> None:
        """Put the panes where they belong in a terminal of this size."""
        width, height = size or self.size
        layout = self.arrangement
        shape = self._shape(width)
        single = shape == "one" or self.has_class("-zoom") or height < TINY
        for name, on in (
            ("-narrow", shape == "one"),
            ("-medium", shape == "two"),
            ("-wide", shape == "three" and width < 220),
            ("-vast", shape == "three" and width >= 220),
            ("-bare", not layout.sidebar and not single),
        ):
            self.set_class(on, name)
        grid = self.query_one("#panes").styles
        if single:
            grid.clear_rule("grid_columns")
            grid.clear_rule("grid_rows")
            return
        room = max(1, height - 3)
        sizes = {**usual_sizes(shape, width, room, layout.sidebar), **layout.sizes}
        results = max(LEAST_ROWS, min(sizes["results"], room - LEAST_ROWS))
        tree = max(LEAST_COLUMNS, min(sizes["tree"], width - 2 * LEAST_COLUMNS))
        columns = [f"{tree}"] if layout.sidebar else []
        if shape == "three":
            left = width - (tree if layout.sidebar else 0)
            code = max(LEAST_COLUMNS, min(sizes["code"], left - LEAST_COLUMNS))
            columns.append(f"{code}")
        grid.grid_columns = (*columns, "1fr")
        grid.grid_rows = ("1fr", f"{results}")

    def _shape(self, width: int) -> Shape:
        """Without the policies two columns are the other three panes of three."""
        shape = shape_for(self.arrangement.arrangement, width)
        return "three" if shape == "two" and not self.arrangement.sidebar else shape

    def on_resize(self, event: Resize) -> None:
        """Arrange the panes for another size of the terminal."""
        self.place_panes(event.size)

    def on_screen_resume(self) -> None:
        """The terminal may have another size since a screen was put over this one."""
        if self.is_mounted:
            self.place_panes()

    def action_zoom(self) -> None:
        """Give the focused pane the whole screen, or put it back."""
        super().action_zoom()
        self.place_panes()

    def action_back(self) -> None:
        """Undo one thing; the zoom has to give the panes their sizes back."""
        super().action_back()
        self.place_panes()

    def action_next_layout(self) -> None:
        """Arrange the panes in the next way."""
        now = self.arrangement.arrangement
        place = ARRANGEMENTS.index(now) if now in ARRANGEMENTS else 0
        chosen = ARRANGEMENTS[(place + 1) % len(ARRANGEMENTS)]
        self.arrangement = replace(self.arrangement, arrangement=chosen)
        self.remove_class("-zoom")
        self.place_panes()
        self.app.notify(f"Layout: {WORDS[chosen]}.", timeout=2, markup=False)

    def action_toggle_sidebar(self) -> None:
        """Hide the policies, or show them."""
        self.arrangement = replace(self.arrangement, sidebar=not self.arrangement.sidebar)
        if not self.arrangement.sidebar and self.active is self.tree_pane:
            self.focus_pane(self.code_pane)
        self.place_panes()

    def focus_pane(self, pane: Pane) -> None:
        """Give a pane the keys; the policies come back if they were hidden."""
        if pane is self.tree_pane and not self.arrangement.sidebar:
            self.arrangement = replace(self.arrangement, sidebar=True)
            self.place_panes()
        super().focus_pane(pane)

    def action_resize_pane(self, step: int) -> None:
        """Make the focused pane bigger (1) or smaller (-1)."""
        width, height = self.size
        shape = self._shape(width)
        if shape == "one":
            self.app.notify("There is one pane at a time here.", timeout=2, markup=False)
            return
        room = max(1, height - 3)
        usual = usual_sizes(shape, width, room, self.arrangement.sidebar)
        sizes = {**usual, **self.arrangement.sizes}
        target, sign = _sized_by(self.active.NAME, shape)
        amount = STEP_ROWS if target == "results" else STEP_COLUMNS
        least = LEAST_ROWS if target == "results" else LEAST_COLUMNS
        most = room - LEAST_ROWS if target == "results" else width - 2 * LEAST_COLUMNS
        size = max(least, min(sizes[target] + sign * step * amount, max(least, most)))
        changed = MappingProxyType({**self.arrangement.sizes, target: size})
        self.arrangement = replace(self.arrangement, sizes=changed)
        self.place_panes()


def _sized_by(pane: str, shape: Shape) -> tuple[str, int]:
    """Which size a pane has, and whether it grows (1) or shrinks (-1) as the pane grows."""
    if pane in ("tree", "results"):
        return pane, 1
    if shape == "three":
        return "code", 1 if pane == "code" else -1
    return ("tree", -1) if pane == "code" else ("results", -1)
