"""`i`: one failing test after the other, with a line that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from textual.widget import Widget

from panther_engine.state import State
from panther_tui.features.desk import Desk, Lead
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.badges import Badge
from panther_tui.panes.triage_bar import TriageBar
from panther_tui.triage.failure_walk import (
    Walk,
    begin_walk,
    go_on,
    is_fixed,
    selection_of,
    skip,
    skip_cause,
    take_in,
)
from panther_tui.triage.selection import place_of_failure


class FailureWalk(Feature):
    """While it is on it leads: neither a save nor the start moves the selection."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._bar = TriageBar(id="triage")
        self._bar.display = False
        self._walk: Walk | None = None

    def above(self) -> Iterable[Widget]:
        """The line that leads through the walk."""
        yield self._bar

    def answers(self) -> Mapping[str, Answer]:
        """Begin, go on, skip one or a cause; the key for the next failure goes on as well."""
        return {
            "fail.next": lambda: self._step(go_on),
            "triage.toggle": self._toggle,
            "triage.next": lambda: self._step(go_on),
            "triage.skip": lambda: self._step(skip),
            "triage.skip_cause": self._skip_cause,
        }

    def takes(self, action: str) -> bool:
        """The key for the next failure only while the walk's line has the keys."""
        return action != "fail.next" or (self._walk is not None and self._bar.has_focus)

    def offers(self, action: str) -> bool:
        """Nothing to begin with while nothing fails."""
        return action != "triage.toggle" or self._walk is not None or self.desk.fails

    def on_state(self, before: State) -> None:
        """What began to fail joins the walk."""
        if self._walk is not None:
            self._walk = take_in(self._walk, self.desk.state, self.desk.panes.tree.order)

    def on_painted(self) -> None:
        """Say where the walk is."""
        if self._walk is not None:
            self._bar.show(self._walk, self.desk.state)

    def on_focused(self, widget: Widget) -> None:
        """The line says other things while it has the keys."""
        self.on_painted()

    def on_back(self) -> bool:
        """Stop the walk if its line has the keys; from elsewhere come back to it first."""
        if self._walk is None:
            return False
        if self._bar.has_focus:
            self._stop("")
        else:
            self.desk.screen.set_focus(self._bar)
        return True

    def badges(self) -> Iterable[Badge]:
        """The counter."""
        if self._walk is None:
            return ()
        said = f"triage {self._walk.counter}"
        return (Badge(said, "key bold", action="triage.toggle"),)

    def _toggle(self) -> None:
        if self._walk is None:
            desk = self.desk
            walk = begin_walk(desk.state, desk.selection, desk.panes.tree.order)
            if walk is None:
                self.desk.say("Nothing fails.")
            else:
                self._go_to(walk)
        elif self._bar.has_focus:
            self._stop("")
        else:
            self._go_to(self._walk)

    def _skip_cause(self) -> None:
        before = self._walk
        self._step(skip_cause)
        now = self._walk
        if before is None or now is None or before.current is None or now.current is None:
            return
        if before.cause_of(before.current) == now.cause_of(now.current):
            self.desk.say("All that still fails has this cause.", 3)

    def _step(self, step: Callable[[Walk, State], Walk]) -> None:
        if self._walk is None:
            return
        walk = step(self._walk, self.desk.state)
        if walk.current is not None:
            self._go_to(walk)
            return
        left = sum(not is_fixed(self.desk.state, item) for item in walk.left)
        more = f"{left} left failing" if left else "nothing left"
        self._stop(f"The walk is over: {more}.")

    def _go_to(self, walk: Walk) -> None:
        desk = self.desk
        self._walk = walk
        desk.lead = Lead.WALK
        if walk.current is None:
            return
        self._bar.display = True
        wanted = selection_of(desk.state, walk.current)
        desk.go(wanted, Lead.WALK)
        desk.panes.tree.reveal(wanted.spec)
        place = place_of_failure(desk.state, desk.selection)
        if place is not None:
            desk.panes.code.go_to(place)
        code, results = desk.panes.code, desk.panes.results
        if desk.shows_one_pane() or desk.active not in (code, results):
            desk.activate(code if place is not None else results)
        desk.paint()
        self.desk.screen.set_focus(self._bar)

    def _stop(self, said: str) -> None:
        self._walk = None
        self.desk.lead = Lead.START
        self._bar.display = False
        self.desk.paint()
        self.desk.focus_pane(self.desk.active)
        if said:
            self.desk.say(said, 4)
