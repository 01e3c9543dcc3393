"""Ctrl+c: copy what is selected, else cancel what runs, and the second time leave."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from panther_engine.events import Cancel
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature

QUIT_SECONDS = 2.0
"""A second ctrl+c within this time quits."""


class Interrupt(Feature):
    """What a terminal's user expects of ctrl+c."""

    clock: Callable[[], float] = staticmethod(time.monotonic)
    """Tells seconds between two presses."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._pressed = float("-inf")

    def answers(self) -> Mapping[str, Answer]:
        """Not in the table: ctrl+c has a fixed meaning."""
        return {"interrupt": self._interrupt}

    def _interrupt(self) -> None:
        selected = self.desk.screen.get_selected_text()
        if selected:
            self.desk.host.copy_to_clipboard(selected)
            return
        now = self.clock()
        again = now - self._pressed <= QUIT_SECONDS
        self._pressed = now
        if again:
            self.desk.leave()
            return
        if self.desk.state.running:
            self.desk.send(Cancel())
            said = "Cancelled. Press ctrl+c again to leave."
        else:
            said = "Press ctrl+c again to leave."
        self.desk.say(said, QUIT_SECONDS)
