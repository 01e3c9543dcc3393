"""All failures in one list over the screen, narrowed by typing, live while tests run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from panther_tui.overlays.typed_list import TypedRows
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.failure_list import Failing, narrow_failures
from panther_tui.triage.failure_walk import Item
from panther_tui.views.cut import cut_middle
from panther_tui.views.line import Line

SHARES = (0.3, 0.3)
"""Of the row's cells the most that policy and test take; the reason has what is left."""


class FailureRows(TypedRows):
    """The list."""

    def __init__(self, found: Sequence[Failing], here: Item) -> None:
        """With the cursor on `here` if that fails."""
        super().__init__(Content.styled("All failures", "bold"), id="failures")
        self._all = tuple(found)
        self._shown: dict[Hashable, Failing] = {}
        self._here = here

    @property
    def chosen(self) -> Failing | None:
        """The failure under the cursor."""
        return self._shown.get(self.cursor_key)

    def on_mount(self) -> None:
        """Begin at what is selected."""
        super().on_mount()
        self.call_after_refresh(self.move_to_key, self._here)

    def show(self, found: Sequence[Failing]) -> None:
        """These fail now; the cursor stays on its failure."""
        if tuple(found) != self._all:
            self._all = tuple(found)
            self.narrow_again()

    def line(self, key: Hashable) -> Line:
        """A failure in one line: policy, test, reason."""
        found = self._shown.get(key)
        if found is None:
            return Line(((str(key), "muted"),))
        policy, test = self._widths()
        return Line(
            (
                (_column(found.policy, policy), ""),
                (_column(found.test, test), "muted"),
                (printable(found.reason, 500), found.mark.token),
            ),
            gutter=((f" {found.mark.shape} ", found.mark.token),),
        )

    def activate(self, key: Hashable) -> None:
        """A double click goes there."""
        if isinstance(self.screen, FailureListScreen):
            self.screen.action_go()

    def on_resize(self) -> None:
        """Columns are shares of the width."""
        self.repaint()

    def narrow(self) -> str:
        """Those with all words that are typed."""
        shown = narrow_failures(self._all, self.query_text)
        self._shown = {it.item: it for it in shown}
        nothing = "no failure fits" if self._all else "nothing fails"
        self.set_rows([it.item for it in shown] or [nothing])
        count = f"{len(shown)} of {len(self._all)}" if self.query_text else f"{len(self._all)}"
        return f"{count} · type to filter · enter goes there · esc back"

    def _widths(self) -> tuple[int, int]:
        """Cells for policies and tests, as wide as the widest where there is room."""
        room = max(0, self.size.width - 3)
        policies = max((len(it.policy) for it in self._shown.values()), default=0)
        tests = max((len(it.test) for it in self._shown.values()), default=0)
        return min(policies, int(room * SHARES[0])), min(tests, int(room * SHARES[1]))


class FailureListScreen(ModalScreen[None]):
    """Enter goes to a failure, escape back to where one was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "go there", id="failures.go", tooltip="Go to this failure"),
        Binding("escape", "dismiss", "back", id="failures.back", tooltip="Back"),
        Binding("ctrl+q", "app.quit", "quit", id="failures.quit", tooltip="Leave"),
    ]

    def __init__(self, found: Sequence[Failing], here: Item, go: Callable[[Failing], None]) -> None:
        """`go` takes the screen below to a failure."""
        super().__init__()
        self._view = FailureRows(found, here)
        self._go = go

    def compose(self) -> ComposeResult:
        """The list alone."""
        yield self._view

    def show(self, found: Sequence[Failing]) -> None:
        """These fail now."""
        self._view.show(found)

    def action_go(self) -> None:
        """Go to the failure under the cursor."""
        chosen = self._view.chosen
        if chosen is not None:
            self.dismiss()
            self._go(chosen)


def _column(text: str, cells: int) -> str:
    shown = cut_middle(printable(text, 300), cells)
    return set_cell_size(shown, cells) + "  " if cell_len(shown) <= cells else shown
