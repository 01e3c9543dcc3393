"""A question that takes no answer before it can be read."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import ModalScreen

from panther_tui.views.row_view import RowView


class SeenScreen(ModalScreen[None]):
    """Rows to read before one answers.

    It opens when the engine answers or a file changes, whatever one does meanwhile: a key that was
    typed before was meant for what it covers, and the app drops it.
    """

    def __init__(self, view: RowView) -> None:
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        """The rows alone."""
        yield self._view

    def was_seen(self, moment: float) -> bool:
        """Whether there was something to read then, by the clock of messages."""
        painted = self._view.painted_at
        return painted is not None and painted <= moment
