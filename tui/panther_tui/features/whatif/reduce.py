"""`t`: takes out of the resource what does not decide, in a scratch copy."""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.events import Event, ReduceScratch, ScratchReduced
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.scratch.scratch import Scratch, change


class ScratchReduce(Feature):
    """Waits for the verdict of the scratch, then for what can go while that stays."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._wanted: Scratch | None = None
        """What is to be reduced, until its verdict and its reason are known."""
        self._asked = 0
        """The number of the state that the engine is reducing."""

    def answers(self) -> Mapping[str, Answer]:
        """Reduce what is shown."""
        return {"scratch.reduce": self._reduce}

    def offers(self, action: str) -> bool:
        """Where there is a resource."""
        desk = self.desk
        return desk.scratches.take(desk.state, desk.selection) is not None

    def on_event(self, event: Event) -> None:
        """What can go."""
        if not isinstance(event, ScratchReduced) or event.number != self._asked:
            return
        desk, self._asked = self.desk, 0
        scratch = desk.scratches.at(desk.selection)
        if scratch is None or scratch.spec != event.spec:
            return
        if not event.changes:
            desk.say("All of it decides: without any part the verdict is another one.", 5)
            return
        for one in event.changes:
            scratch = change(scratch, one)
        desk.scratches.put(scratch)
        what = "field or item" if len(event.changes) == 1 else "fields and items"
        desk.say(f"{len(event.changes)} {what} went: the verdict stays. U takes one back.", 5)
        desk.paint()

    def on_painted(self) -> None:
        """Ask once the scratch was judged and explained as it is now."""
        wanted, desk = self._wanted, self.desk
        if wanted is None:
            return
        if desk.scratches.at(desk.selection) is not wanted:
            self._wanted = None
            return
        judged = desk.state.scratch
        if desk.scratches.pending or judged is None or judged.spec != wanted.spec:
            return
        if judged.result is None:
            self._wanted = None
            desk.say("The policy cannot judge it: the results say why.", 5)
            return
        if judged.explained is None:
            return
        self._wanted, self._asked = None, judged.number
        desk.send(ReduceScratch(judged.number))

    def on_engine_replaced(self) -> None:
        """Nobody will answer."""
        self._wanted, self._asked = None, 0

    def _reduce(self) -> None:
        desk = self.desk
        scratch = desk.scratches.take(desk.state, desk.selection)
        if scratch is None:
            desk.say("There is no resource to reduce.")
            return
        desk.scratches.keep(scratch)
        self._wanted = scratch
        desk.say("Looking for what decides …", 2)
        desk.paint()
