"""From failure to failure, and to the line at fault."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from panther_tui.features.feature import Answer, Feature
from panther_tui.triage.selection import place_of_failure, step_failure


class Failures(Feature):
    """The keys that step through what fails, in whichever policy it is."""

    def answers(self) -> Mapping[str, Answer]:
        """The next, the previous, and its line."""
        return {
            "fail.next": partial(self._step, 1),
            "fail.previous": partial(self._step, -1),
            "fail.goto": self._go_to_line,
        }

    def _step(self, step: int) -> None:
        desk = self.desk
        found = step_failure(desk.state, desk.selection, step)
        if found is None:
            desk.say("Nothing fails.")
        elif found == desk.selection:
            desk.moved = True
            if (place := place_of_failure(desk.state, found)) is not None:
                desk.panes.code.go_to(place)
        else:
            desk.select(found)
            desk.panes.tree.reveal(found.spec)

    def _go_to_line(self) -> None:
        place = place_of_failure(self.desk.state, self.desk.selection)
        if place is not None:
            self.desk.open_place(place)
