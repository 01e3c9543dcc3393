"""`/`: filter the policies, or find text in a pane, in a line that takes the footer's place."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

from textual.widget import Widget

from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.pane import Pane
from panther_tui.views.find_bar import FindBar


class Find(Feature):
    """The line that one types in, and what typing does to the focused pane."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._bar = FindBar(self._find, self._done, id="find")
        self._from: Hashable | None = None
        """Where the cursor was."""
        self._selected = desk.selection

    def answers(self) -> Mapping[str, Answer]:
        """Filter and search are one: the pane makes the difference."""
        return {"find.filter": self._open, "find.search": self._open}

    def below(self) -> Iterable[Widget]:
        """The line."""
        yield self._bar

    def on_focused(self, widget: Widget) -> None:
        """A pane that gets the keys ends the typing."""
        if isinstance(widget, Pane):
            self._close()

    def on_back(self) -> bool:
        """Take back what is searched for, or filtered by."""
        if self.desk.screen.focused is not self.desk.active or not self.desk.active.query_text:
            return False
        self.desk.active.set_query("")
        return True

    def _open(self) -> None:
        active = self.desk.active
        self._from = active.cursor_key
        self._selected = self.desk.selection
        self.desk.footer.display = False
        self._bar.open(active.FIND_LABEL, active.query_text)
        self._bar.note(active.find_note())

    def _done(self, kept: bool) -> None:
        if not kept:
            self._go_back()
        self._close()
        self.desk.screen.set_focus(self.desk.active)

    def _close(self) -> None:
        if self._bar.is_open:
            self._bar.close()
            self.desk.footer.display = True

    def _go_back(self) -> None:
        """As it was before the line was opened: nothing found, and the selection of then."""
        self.desk.active.set_query("")
        if self._selected.spec in self.desk.state.policies:
            self.desk.select(self._selected)
        if self._from is not None:
            self.desk.active.move_to_key(self._from)

    def _find(self, text: str) -> None:
        active = self.desk.active
        if active is not self.desk.panes.tree and self._from is not None:
            active.move_to_key(self._from)
        active.set_query(text)
        self._bar.note(active.find_note())
