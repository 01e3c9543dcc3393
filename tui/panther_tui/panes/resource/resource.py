"""The pane of the resource that the selected test judges."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import BindingType

from panther_engine.model import TestCase
from panther_engine.state import State
from panther_tui.keys.actions import RESOURCE
from panther_tui.keys.keymap import bindings_for
from panther_tui.panes.pane import Pane
from panther_tui.panes.resource.comparing import Compared, compared_lines
from panther_tui.panes.resource.copying import access_path, value_at, value_text
from panther_tui.panes.resource.failing_field import field_of_failure
from panther_tui.panes.resource.reads import NO_READS, Ghost, Reads, ghost_line, ghosts_below
from panther_tui.panes.resource.resource_rows import has_path, resource_rows, row_of
from panther_tui.panes.resource.resource_title import title_parts
from panther_tui.panes.resource.scratch_rows import (
    Gone,
    TypingRow,
    difference_mark,
    gone_line,
    is_typed_at,
    new_line,
    typed_line,
)
from panther_tui.panes.scratch.laid_over import ShownScratch
from panther_tui.triage.insights import explained_of
from panther_tui.triage.selection import Place, Selection
from panther_tui.views.json_lines import JsonLine, Path, json_lines, show_path
from panther_tui.views.line import Line


@dataclass(frozen=True, slots=True)
class Target:
    """The field that the cursor is on."""

    path: Path
    there: bool
    """The resource has it; else a policy looked for it in vain, or a scratch has lost it."""
    gone: bool


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
        self._tests: tuple[TestCase, ...] = ()
        self._other: int | None = None
        self._difference: Sequence[Line] = ()
        self._pointed: tuple[str, int, Path] = ("", 0, ())
        self._reads = NO_READS
        self._body = ""
        self._ghosts: dict[Path, list[Ghost]] = {}
        self._moved = False
        """Whether the user went to a line of this resource."""
        self.set_value: Callable[[], None] = lambda: None
        """Has the value at the cursor typed."""
        self.scratch: ShownScratch | None = None
        """What is shown is a scratch; set it before `show`."""
        self._scratch: ShownScratch | None = None
        """The one that the rows are of."""

    def show(self, state: State, selection: Selection) -> None:
        """Show the resource of the selected test."""
        policy = state.policies.get(selection.spec)
        self._types = ", ".join(policy.entry.resource_types) if policy else ""
        opened = state.opened
        if opened is not None and opened.policy.spec == selection.spec:
            tests = self._tests = opened.policy.tests
            test = tests[selection.test] if selection.test < len(tests) else None
            explained, old = explained_of(state, selection), (self._reads, self._scratch)
            if explained is not None or self.scratch is None:
                self._reads = Reads.of(explained)  # a scratch keeps its marks until the next
            self._scratch = self.scratch
            here = selection
            if self.scratch is not None:
                here = replace(selection, test=self.scratch.of)
            if test is not self._test or not self.keys:
                self._show_test(test, here)
            elif old != (self._reads, self._scratch):
                self._renew_rows()
            self._body = opened.policy.body
            if self.scratch is None:
                self._point(state, selection)
        elif policy is None:
            self.say_only("nothing to show yet")
        self.show_title()

    def line(self, key: Hashable) -> Line:
        """A line of the resource, or of the difference to another."""
        if isinstance(key, Compared):
            return self._difference[key.place]
        if isinstance(key, Ghost):
            above = next((it for it, known in self._ghosts.items() if key in known), ())
            line = ghost_line(key, above, self._reads)
            return (
                line if self._scratch is None else replace(line, gutter=((" ", ""), *line.gutter))
            )
        if not isinstance(key, int):
            return self._scratch_line(key)
        found = self._lines[key]
        folded = bool(found.end) and found.path in self._folded
        gutter = self._reads.gutter(found)
        if (scratch := self._scratch) is not None:
            mark = difference_mark(scratch.differences, found, folded=folded)
            typing = scratch.typing
            if typing is not None and is_typed_at(typing, found):
                return typed_line(found, typing, self.size.width, gutter)
            gutter = (mark, *gutter)
        return Line(found.closed if folded else found.pieces, gutter=gutter)

    def _scratch_line(self, key: Hashable) -> Line:
        """What only a scratch has rows for."""
        scratch = self._scratch
        if scratch is not None and isinstance(key, Gone):
            return gone_line(key, scratch.differences, ((" ", ""),))
        if scratch is not None and scratch.typing is not None and isinstance(key, TypingRow):
            return new_line(scratch.typing, self.size.width)
        return super().line(key)

    def activate(self, key: Hashable) -> None:
        """A double click is as good as enter."""
        self.action_open_reader()

    def clicked(self, key: Hashable, x: int) -> bool:
        """The bracket that opens a part folds it; what stands for a folded part opens it."""
        here = self._lines[key] if isinstance(key, int) else None
        if here is None or not here.end:
            return False
        bracket = sum(cell_len(text) for text, _ in here.pieces) - 1
        hit = bracket <= x < cell_len(self.line(key).plain)
        if hit:
            self.action_toggle_fold()
        return hit

    def on_row_view_moved(self) -> None:
        """Say what the cursor is on now."""
        self._moved = True
        self.show_title()

    def action_open_reader(self) -> None:
        """Go to the line that read this first; what was not read folds, or is set."""
        lines = self._reads.lines.get(self._path_at_cursor() or (), ())
        here = self._line_at_cursor()
        if lines and self._body:
            self.post_message(self.PlaceWanted(Place(self._body, lines[0])))
        elif here is not None and (here.end or here.closing):
            self.action_toggle_fold()
        elif self.cursor_key is not None:
            self.set_value()

    def target(self) -> Target | None:
        """What a change of a scratch would be of; None where the cursor is on no field."""
        path, key = self._path_at_cursor(), self.cursor_key
        if path is None or self._other is not None:
            return None
        return Target(path, there=isinstance(key, int), gone=isinstance(key, Gone))

    def reveal_typing(self) -> None:
        """Bring the row in view in which something is typed."""
        typing = None if self._scratch is None else self._scratch.typing
        place = self.place_of(TypingRow())
        if place is not None:
            self.move_to(place, tell=False)
        elif typing is not None:
            self._go_to(typing.path)

    def line_number(self) -> int:
        """Of the cursor in the resource as a file, 1-based."""
        key = self.cursor_key
        return key + 1 if isinstance(key, int) else 1

    def go_to_field(self, path: Path) -> None:
        """Put the cursor on a field, or on what holds it."""
        self._moved = True
        self.unfold_to_path(path)
        self._go_to(path)

    def fields_read_at(self, number: int) -> list[Path]:
        """The fields that a line of the body read in this test."""
        return self._reads.fields_at(number)

    def unfold_to_path(self, path: Path) -> None:
        """Open all that holds a field."""
        held = {path[:length] for length in range(len(path))} & self._folded
        if held:
            self._fold(held, False)

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

    def searched(self) -> Sequence[Hashable]:
        """Folded parts too; of a comparison what it shows."""
        return super().searched() if self._other is not None else range(len(self._lines))

    def unfold_to(self, key: Hashable) -> None:
        """Open what holds a line."""
        if isinstance(key, int) and self.place_of(key) is None:
            path = self._lines[key].path
            self._fold({path[:length] for length in range(len(path) + 1)}, False)

    # Comparing -------------------------------------------------------------------------------

    @property
    def compared_with(self) -> int | None:
        """Index of the test whose resource this one is compared with, None if it is not."""
        return self._other

    def others(self) -> list[tuple[int, TestCase]]:
        """The other tests of the policy with their index."""
        here = self._selection.test if self._scratch is None else self._scratch.test
        return [(place, test) for place, test in enumerate(self._tests) if place != here]

    def compare_with(self, other: int | None) -> None:
        """Show the difference to another test's resource; None: the resource itself."""
        self._other = other
        if self._test is None:
            return
        if other is None or other >= len(self._tests):
            self._other = None
            self.set_rows(self._rows(), keep=False)
        else:
            self._difference = compared_lines(self._test, self._tests[other])
            self.set_rows([Compared(place) for place in range(len(self._difference))], keep=False)
        self.show_title()
        self.refresh()

    def copied_text(self) -> str:
        """The value at the cursor: a text as it is, all else as JSON."""
        here = self._line_at_cursor()
        if here is None or self._test is None:
            return super().copied_text()
        try:
            return value_text(value_at(self._test.resource, here.path))
        except (LookupError, TypeError):  # a member of a set
            return super().copied_text()

    def copied_place(self) -> str:
        """The path of the cursor, as a body reads it."""
        path = self._path_at_cursor()
        return "" if path is None else access_path(path)

    def _point(self, state: State, selection: Selection) -> None:
        """Go to the field that was read last, else to the one that the failing line names."""
        if self._pointed[:2] != (selection.spec, selection.test):
            self._moved = False
        path = self._reads.last or field_of_failure(state, selection)
        pointed = (selection.spec, selection.test, path)
        if pointed != self._pointed:
            self._pointed = pointed
            if path and self._other is None and not self._moved:
                self._go_to(path)

    def _renew_rows(self) -> None:
        """What was read, or what a scratch adds, is another now."""
        self._ghosts = ghosts_below(self._reads, self._lines)
        if self._other is None and self._lines:
            here = self._path_at_cursor()
            self.set_rows(self._rows())
            if here is not None and self._path_at_cursor() != here:
                self._go_to(here)
        self.repaint()

    def _show_test(self, test: TestCase | None, selection: Selection) -> None:
        same_policy = selection.spec == self._selection.spec
        same_test = selection == self._selection and self._test is not None
        known = self._test
        self._test, self._selection = test, selection
        if not same_policy:
            self._other = None
        if test is None:
            self._lines = []
            self.say_only("the policy has no tests")
            return
        path = here.path if (here := self._line_at_cursor()) is not None else ()
        if not same_policy:
            self._folded.clear()
        former = (None, []) if known is None else (known.resource, self._lines)
        lines = json_lines(test.resource, former)
        if same_test and lines == self._lines and self.keys:
            self._renew_rows()
            return  # what is held now is the same, from a later generation
        self._lines = lines
        self._ghosts = ghosts_below(self._reads, lines)
        if self._other is not None and self._other < len(self._tests):
            self.compare_with(self._other)
            return
        self.set_rows(self._rows(), keep=same_test)
        if same_policy and path and not (same_test and not has_path(self._lines, path)):
            self._go_to(path)

    def _rows(self) -> list[Hashable]:
        return resource_rows(self._lines, self._folded, self._ghosts, self._scratch)

    def _fold(self, paths: set[Path], close: bool) -> None:
        if self._other is not None:
            return
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
        row = row_of(self.keys, self._lines, path)
        if row is not None:
            self.move_to(row, tell=False, centre=True)
        self.show_title()

    def _path_at_cursor(self) -> Path | None:
        key, here = self.cursor_key, self._line_at_cursor()
        if isinstance(key, Ghost | Gone):
            return key.path
        return here.path if here is not None else None

    def _line_at_cursor(self) -> JsonLine | None:
        key = self.cursor_key
        return self._lines[key] if isinstance(key, int) and key < len(self._lines) else None

    def show_title(self) -> None:
        """Say in the frame what is shown."""
        path = self._path_at_cursor()
        place = self._other
        other = None if place is None else next(iter(self._tests[place : place + 1]), None)
        parts = title_parts(self._types, self._scratch, other)
        self.set_title(*parts, note=show_path(path) if path else "")
