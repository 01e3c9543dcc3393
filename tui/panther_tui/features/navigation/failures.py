"""From failure to failure, and to the line at fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from panther_engine.state import State
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.badges import Badge
from panther_tui.triage.insights import deciding_place
from panther_tui.triage.reasons import why_no_line
from panther_tui.triage.selection import Selection, place_of_failure, step_failure


class Failures(Feature):
    """The keys that step through what fails, in whichever policy it is."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._stepped: Selection | None = None
        """Where a key led, as long as that is selected."""
        self._round = False
        """Whether the step went on from the last failure to the first, or back."""

    def answers(self) -> Mapping[str, Answer]:
        """The next, the previous, and its line."""
        return {
            "fail.next": partial(self._step, 1),
            "fail.previous": partial(self._step, -1),
            "fail.goto": self._go_to_line,
        }

    def offers(self, action: str) -> bool:
        """Steps only while something fails, the line while one is known."""
        if action == "fail.goto" and deciding_place(*self.desk.shown):
            return True
        return self.desk.fails

    def on_state(self, before: State) -> None:
        """A test that was fixed is no failure to count any more."""
        self._forget_old_step()

    def badges(self) -> Iterable[Badge]:
        """Which failure the keys led to, and whether they began from the other end."""
        self._forget_old_step()
        if self._stepped is None:
            return
        known = self.desk.failures()
        here = [at for at, it in enumerate(known, start=1) if _same(it, self._stepped)]
        if here:
            went = " · went round" if self._round else ""
            said = f"failure {here[0]} of {len(known)}{went}"
            yield Badge(said, "key bold", action="fail.next")

    def _forget_old_step(self) -> None:
        if self._stepped is not None and not _same(self._stepped, self.desk.selection):
            self._stepped = None

    def _step(self, step: int) -> None:
        desk = self.desk
        found = step_failure(desk.state, desk.selection, step, desk.panes.tree.order)
        if found is None:
            desk.say("Nothing fails.")
            return
        self._round = found.round
        if found.selection == desk.selection:
            desk.moved = True
            if (place := place_of_failure(desk.state, found.selection)) is not None:
                desk.panes.code.go_to(place)
        else:
            desk.select(found.selection)
            desk.panes.tree.reveal(found.selection.spec)
        self._stepped = desk.selection
        if desk.shows_one_pane():
            desk.focus_pane(desk.reason_pane())
        desk.paint()

    def _go_to_line(self) -> None:
        state, selection = self.desk.shown
        place = place_of_failure(state, selection) or deciding_place(state, selection)
        if place is not None:
            self.desk.open_place(place)
        else:
            self.desk.say(why_no_line(state.policies.get(selection.spec), selection.test), 4)


def _same(one: Selection, other: Selection) -> bool:
    return (one.spec, one.test) == (other.spec, other.test)
