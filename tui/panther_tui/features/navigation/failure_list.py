"""`I`: all failures in one list, and from there to one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.triage.failure_list import Failing, list_failures
from panther_tui.triage.failure_walk import item_at
from panther_tui.triage.selection import place_of_failure

if TYPE_CHECKING:
    from panther_tui.overlays.failure_list import FailureListScreen


class FailureList(Feature):
    """The list follows the state while it is open; the screen goes where it is told to."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._screen: FailureListScreen | None = None

    def answers(self) -> Mapping[str, Answer]:
        """The list."""
        return {"fail.list": self._open}

    def offers(self, action: str) -> bool:
        """Only while something fails."""
        return self.desk.fails

    def on_painted(self) -> None:
        """List what fails now."""
        if self._screen is not None and self._screen.is_attached:
            self._screen.show(self._failing())

    def _failing(self) -> tuple[Failing, ...]:
        return list_failures(self.desk.state, self.desk.panes.tree.order)

    def _open(self) -> None:
        from panther_tui.overlays.failure_list import FailureListScreen

        found = self._failing()
        if not found:
            self.desk.say("Nothing fails.")
            return
        here = item_at(self.desk.state, self.desk.selection)
        self._screen = FailureListScreen(found, here, self._go)
        self.desk.host.push_screen(self._screen)

    def _go(self, failing: Failing) -> None:
        desk = self.desk
        desk.select(failing.selection)
        desk.panes.tree.reveal(failing.selection.spec)
        if (place := place_of_failure(desk.state, desk.selection)) is not None:
            desk.panes.code.go_to(place)
        if desk.shows_one_pane():
            desk.focus_pane(desk.reason_pane())
