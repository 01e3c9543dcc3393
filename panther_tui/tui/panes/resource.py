"""The pane of the resource that the selected test judges."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from textual.binding import BindingType

from panther_tui.engine.model import TestCase
from panther_tui.engine.state import State
from panther_tui.tui.actions import RESOURCE
from panther_tui.tui.keymap import bindings_for
from panther_tui.tui.panes.pane import Pane
from panther_tui.tui.selection import Selection
from panther_tui.tui.views.json_lines import JsonLine, Path, json_lines, show_path
from panther_tui.tui.views.line import Line


class ResourcePane(Pane):
    """A resource as JSON, with folds that stay when another test is selected."""

    NUMBER: ClassVar[int] = 3
    NAME: ClassVar[str] = RESOURCE
    LABEL: ClassVar[str] = "Resource"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(RESOURCE)]
    BINDING_GROUP_TITLE = "Resource"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._test: TestCase | None = None
        self._selection = Selection()
        self._lines: list[JsonLine] = []
        self._folded: set[Path] = set()
        self._types = ""

    def show(self, state: State, selection: Selection) -> None:
        """Show the resource of the selected test."""
        policy = state.policies.get(selection.spec)
        self._types = ", ".join(policy.entry.resource_types) if policy else ""
        opened = state.opened
        if opened is not None and opened.policy.spec == selection.spec:
            tests = opened.policy.tests
            test = tests[selection.test] if selection.test < len(tests) else None
            if test is not self._test or not self.keys:
                self._show_test(test, selection)
        elif policy is None:
            self.say_only("nothing to show yet")
        self._title()

    def line(self, key: Hashable) -> Line:
        """A line of the resource."""
        if not isinstance(key, int):
            return super().line(key)
        found = self._lines[key]
        folded = found.end and found.path in self._folded
        return Line(found.closed if folded else found.pieces)

    def activate(self, key: Hashable) -> None:
        """A double click is as good as enter."""
        self.action_toggle_fold()

    def on_row_view_moved(self) -> None:
        """Say what the cursor is on now."""
        self._title()

    def action_toggle_fold(self) -> None:
        """Fold or unfold this."""
        here = self._line_at_cursor()
        if here is not None and (here.end or here.closing):
            self._fold({here.path}, here.path not in self._folded)

    def action_fold(self) -> None:
        """Fold this, or go to what holds it."""
        here = self._line_at_cursor()
        if here is None:
            return
        if (here.end or here.closing) and here.path not in self._folded:
            self._fold({here.path}, True)
        elif here.path:
            self._go_to(here.path[:-1])

    def action_unfold(self) -> None:
        """Unfold this, or go into it."""
        here = self._line_at_cursor()
        if here is not None and here.end and here.path in self._folded:
            self._fold({here.path}, False)
        else:
            self.action_cursor_down()

    def action_fold_all(self) -> None:
        """Fold everything."""
        self._fold({it.path for it in self._lines if it.end and it.path}, True)

    def action_unfold_all(self) -> None:
        """Unfold everything."""
        self._fold(set(self._folded), False)

    def _show_test(self, test: TestCase | None, selection: Selection) -> None:
        same_policy = selection.spec == self._selection.spec
        self._test, self._selection = test, selection
        if test is None:
            self._lines = []
            self.say_only("the policy has no tests")
            return
        path = here.path if (here := self._line_at_cursor()) is not None else ()
        if not same_policy:
            self._folded.clear()
        self._lines = json_lines(test.resource)
        self.set_rows(self._rows(), keep=False)
        if same_policy and path:
            self._go_to(path)
        self.refresh()

    def _rows(self) -> list[int]:
        rows: list[int] = []
        place = 0
        while place < len(self._lines):
            rows.append(place)
            found = self._lines[place]
            place = found.end if found.end and found.path in self._folded else place + 1
        return rows

    def _fold(self, paths: set[Path], close: bool) -> None:
        here = self._line_at_cursor()
        if close:
            self._folded |= paths
        else:
            self._folded -= paths
        self.set_rows(self._rows())
        if here is not None:
            self._go_to(here.path)
        self.refresh()

    def _go_to(self, path: Path) -> None:
        """Put the cursor on the line where this path, or what holds it, begins."""
        firsts = {
            self._lines[key].path: row
            for row, key in reversed(list(enumerate(self.keys)))
            if isinstance(key, int) and not self._lines[key].closing
        }
        while path and path not in firsts:
            path = path[:-1]
        if path in firsts:
            self.move_to(firsts[path], tell=False, centre=True)
        self._title()

    def _line_at_cursor(self) -> JsonLine | None:
        key = self.cursor_key
        return self._lines[key] if isinstance(key, int) and key < len(self._lines) else None

    def _title(self) -> None:
        here = self._line_at_cursor()
        parts = [("Resource", "")]
        if self._types:
            parts += [(" ─ ", "not bold dim"), (self._types, "not bold")]
        self.set_title(*parts, note=show_path(here.path) if here is not None else "")
