"""`,` and `;`: the rounds of a loop on the way to the verdict, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from textual.message import Message

from panther_engine.values.insight import Insight
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.badges import Badge
from panther_tui.panes.results.results import ResultsPane
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.insights import explained_of
from panther_tui.triage.rounds import (
    RoundShown,
    begin_rounds,
    describe_round,
    loops_of,
    round_of,
    step_loop,
    step_round,
)


class Rounds(Feature):
    """Code and results follow the round that is looked at; escape goes back to how it ended."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._shown: RoundShown | None = None

    def answers(self) -> Mapping[str, Answer]:
        """A round, or a loop, before or after."""
        return {
            "round.previous": partial(self._step, -1),
            "round.next": partial(self._step, 1),
            "round.outer": partial(self._change_loop, -1),
            "round.inner": partial(self._change_loop, 1),
        }

    def offers(self, action: str) -> bool:
        """While the selected test went through a loop."""
        insight = self._insight()
        return insight is not None and bool(loops_of(insight))

    def on_message(self, message: Message) -> None:
        """A round was chosen in the results."""
        insight = self._insight()
        if isinstance(message, ResultsPane.RoundWanted) and insight is not None:
            first = begin_rounds(insight)
            if first is not None:
                shown = RoundShown(
                    first.spec, first.test, first.generation, message.loop, message.number
                )
                self._look_at(shown)

    def on_back(self) -> bool:
        """Show again how it ended."""
        insight = self._insight()
        if insight is None or round_of(insight, self._shown) is None:
            return False
        self._look_at(None)
        return True

    def badges(self) -> Iterable[Badge]:
        """Which round is looked at."""
        insight = self._insight()
        looked_at = round_of(insight, self._shown) if insight is not None else None
        if looked_at is not None:
            yield Badge(printable(describe_round(looked_at), 60), "key bold", action="round.next")

    def _insight(self) -> Insight | None:
        found = explained_of(*self.desk.shown)
        return found.insight if found is not None and found.insight.same_as_plain else None

    def _step(self, step: int) -> None:
        insight = self._insight()
        if insight is None or not loops_of(insight):
            self.desk.say("The selected test went through no loop.", 3)
        elif (shown := step_round(insight, self._shown, step)) is not None:
            self._look_at(shown)
        else:
            self.desk.say("That is the last round." if step > 0 else "That is the first round.")

    def _change_loop(self, step: int) -> None:
        insight = self._insight()
        if insight is None or not loops_of(insight):
            self.desk.say("The selected test went through no loop.", 3)
        elif (shown := step_loop(insight, self._shown, step)) is not None:
            self._look_at(shown)
        else:
            self.desk.say("There is no more loop on the way to the verdict.", 3)

    def _look_at(self, shown: RoundShown | None) -> None:
        self._shown = shown
        panes = self.desk.panes
        panes.code.round = shown
        panes.results.look_at(shown)
        self.desk.paint()
