"""Where the screen is at first: the place that was asked for, else the first failure."""

from __future__ import annotations

from panther_engine.events import ANNOUNCED
from panther_engine.state import State
from panther_tui.features.desk import Desk, Lead
from panther_tui.features.feature import Feature
from panther_tui.triage.selection import Place, find_start, first_failure


class Start(Feature):
    """Takes the screen to a place once, as long as the user has gone nowhere."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._wanted = desk.beginning.places
        self._query = desk.beginning.query
        self._place: Place | None = None
        desk.moved = bool(self._wanted or self._query)

    def on_state(self, before: State) -> None:
        """Go to the place that was asked for as soon as it is known."""
        state = self.desk.state
        if state.policies and state.generation != ANNOUNCED:
            starts, self._wanted = self._wanted, ()
            if starts:
                self._go_to_start(starts)

    def on_painted(self) -> None:
        """Put the cursor on the line that was asked for, and list what the filter lets through.

        Where nothing was asked for go to the first failure, once none can come before it.
        """
        state = self.desk.state
        if self.desk.fails and not self.desk.moved:
            self._go_to_failure()
        if self._query and state.policies and state.generation != ANNOUNCED:
            query, self._query = self._query, ""
            self.desk.panes.tree.set_query(query, jump=not self.desk.beginning.places)
        place, self._place = self._place, None
        if place is not None:
            self.desk.panes.code.go_to(place)

    def _go_to_failure(self) -> None:
        desk = self.desk
        first = first_failure(desk.state, desk.panes.tree.order)
        if first is not None:
            desk.moved = True
            if first.spec != desk.selection.spec:
                desk.go(first, Lead.START)

    def _go_to_start(self, starts: tuple[str, ...]) -> None:
        found = next(filter(None, (find_start(self.desk.state, it) for it in starts)), None)
        if found is None:
            self.desk.moved = False
            said = f"No policy has or lies in {', '.join(starts)}."
            self.desk.host.notify(said, severity="warning", markup=False)
            return
        selection, place = found
        self.desk.go(selection, Lead.START)
        self._place = place if place.line else None
