"""How the panes are arranged and sized, by the keyboard and as it was the last time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from panther_engine.state import State
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.arrangement import (
    ARRANGEMENTS,
    LEAST_COLUMNS,
    LEAST_ROWS,
    STEP_COLUMNS,
    STEP_ROWS,
    TINY,
    WORDS,
    Shape,
    shape_for,
    sized_by,
    usual_sizes,
)
from panther_tui.panes.pane import Pane
from panther_tui.settings.config import NOT_TRUSTED
from panther_tui.settings.layout_memory import Layout, load_layout, save_layout
from panther_tui.settings.settings import Config

HINT = "] goes to the next failure, e edits it, : finds everything, ? shows the keys."
HINT_SECONDS = 12.0
ZOOM = "-zoom"
ZOOMED = "Zoomed, which shows only where there is more than one pane at a time."
UNZOOMED = "No longer zoomed, which shows only where there is more than one pane at a time."
HIDDEN = "The policies are hidden, which shows only where there is more than one pane at a time."
UNHIDDEN = "The policies are back, which shows only where there is more than one pane at a time."
ONE_PANE = "There is one pane at a time here."


class LayoutKeys(Feature):
    """The panes, moved, sized and zoomed by hand; remembered for each repository."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.layout = Layout()
        self._root: Path | None = None

    def answers(self) -> Mapping[str, Answer]:
        """Going to panes, zoom, sizes, arrangement, sidebar, repainting."""
        focus = {
            f"pane.{number}": partial(self.desk.focus_pane, pane)
            for number, pane in enumerate(self.desk.panes, start=1)
        }
        return {
            **focus,
            "pane.next": partial(self._step_pane, 1),
            "pane.previous": partial(self._step_pane, -1),
            "view.zoom": self._zoom,
            "view.grow": partial(self._resize, 1),
            "view.shrink": partial(self._resize, -1),
            "view.layout": self._next_layout,
            "view.sidebar": self._toggle_sidebar,
            "view.redraw": self._redraw,
        }

    def on_mount(self) -> None:
        """Paint all again after the shell or an editor had the terminal."""
        screen = self.desk.screen
        signal = self.desk.host.app_resume_signal
        signal.subscribe(screen, lambda _: screen.call_after_refresh(self._redraw))

    def on_config(self, config: Config) -> None:
        """Have the tree as the settings say."""
        self.desk.panes.tree.configure(config.group_by, tests=config.tests_in_tree)

    def on_state(self, before: State) -> None:
        """Arrange the panes as they were the last time that this repository was open."""
        root = self.desk.state.root
        if self._root is not None or not root:
            return
        self._root = Path(root)
        self.layout = load_layout(self._root)
        self.desk.panes.tree.recall(self.layout.folded, self.layout.group_by)
        zoomed = next((it for it in self.desk.panes if self.layout.zoomed == it.NAME), None)
        self.desk.screen.set_class(zoomed is not None, ZOOM)
        if zoomed is not None:
            self.desk.focus_pane(zoomed)
        self._place()
        # the question whether the checkout is trusted would lie under it
        is_asked = any(one.code == NOT_TRUSTED for one in self.desk.host.problems)
        if self.desk.hint and not self.layout.hint_seen and not is_asked:
            self.layout = replace(self.layout, hint_seen=True)
            self.desk.host.notify(HINT, title="New here?", timeout=HINT_SECONDS, markup=False)

    def on_resize(self) -> None:
        """Arrange the panes for another size of the terminal."""
        self._place()

    def on_focus(self, pane: Pane) -> None:
        """The policies come back if they were hidden."""
        if pane is self.desk.panes.tree and not self.layout.sidebar:
            self.layout = replace(self.layout, sidebar=True)
            self._place()

    def on_back(self) -> bool:
        """Undo the zoom, or go home to the policies."""
        if self.desk.screen.has_class(ZOOM):
            self._zoom()
        elif self.desk.active is not self.desk.panes.tree:
            self.desk.focus_pane(self.desk.panes.tree)
        else:
            return False
        return True

    def on_leave(self) -> None:
        """Keep it for the next time."""
        if self._root is None:
            return
        tree = self.desk.panes.tree
        layout = replace(
            self.layout,
            zoomed=self.desk.active.NAME if self.desk.screen.has_class(ZOOM) else "",
            folded=tree.folded(),
            group_by=tree.chosen_grouping,
        )
        save_layout(self._root, layout)

    def _place(self) -> None:
        """Put the panes where they belong in a terminal of this size."""
        screen = self.desk.screen
        width, height = screen.size
        layout = self.layout
        shape = self._shape(width)
        single = self._is_small() or screen.has_class(ZOOM)
        for name, on in (
            ("-narrow", shape == "one"),
            ("-medium", shape == "two"),
            ("-wide", shape == "three" and width < 220),
            ("-vast", shape == "three" and width >= 220),
            ("-bare", not layout.sidebar and not single),
        ):
            screen.set_class(on, name)
        grid = self.desk.grid.styles
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
        shape = shape_for(self.layout.arrangement, width)
        return "three" if shape == "two" and not self.layout.sidebar else shape

    def _is_small(self) -> bool:
        """Whether the terminal, or an arrangement by hand, has room for one pane only."""
        width, height = self.desk.screen.size
        return self._shape(width) == "one" or height < TINY

    def _step_pane(self, step: int) -> None:
        panes = tuple(self.desk.panes)
        self.desk.focus_pane(panes[(panes.index(self.desk.active) + step) % len(panes)])

    def _zoom(self) -> None:
        screen = self.desk.screen
        screen.toggle_class(ZOOM)
        self._place()
        if self._is_small():
            self.desk.say(ZOOMED if screen.has_class(ZOOM) else UNZOOMED, 4)

    def _redraw(self) -> None:
        self.desk.host.refresh(layout=True)
        self.desk.screen.refresh(layout=True)

    def _next_layout(self) -> None:
        now = self.layout.arrangement
        place = ARRANGEMENTS.index(now) if now in ARRANGEMENTS else 0
        chosen = ARRANGEMENTS[(place + 1) % len(ARRANGEMENTS)]
        self.layout = replace(self.layout, arrangement=chosen)
        self.desk.screen.remove_class(ZOOM)
        self._place()
        self.desk.say(f"Layout: {WORDS[chosen]}.")

    def _toggle_sidebar(self) -> None:
        self.layout = replace(self.layout, sidebar=not self.layout.sidebar)
        if not self.layout.sidebar and self.desk.active is self.desk.panes.tree:
            self.desk.focus_pane(self.desk.panes.code)
        self._place()
        if self._is_small() or self.desk.screen.has_class(ZOOM):
            self.desk.say(UNHIDDEN if self.layout.sidebar else HIDDEN, 4)

    def _resize(self, step: int) -> None:
        """Make the focused pane bigger (1) or smaller (-1)."""
        width, height = self.desk.screen.size
        shape = self._shape(width)
        if self._is_small() or self.desk.screen.has_class(ZOOM):
            self.desk.say(ONE_PANE)
            return
        room = max(1, height - 3)
        sizes = {**usual_sizes(shape, width, room, self.layout.sidebar), **self.layout.sizes}
        target, sign = sized_by(self.desk.active.NAME, shape)
        rows = target == "results"
        amount = STEP_ROWS if rows else STEP_COLUMNS
        least = LEAST_ROWS if rows else LEAST_COLUMNS
        most = room - LEAST_ROWS if rows else width - 2 * LEAST_COLUMNS
        size = max(least, min(sizes[target] + sign * step * amount, max(least, most)))
        changed = MappingProxyType({**self.layout.sizes, target: size})
        self.layout = replace(self.layout, sizes=changed)
        self._place()
