"""Asks whether a checkout's settings may reach further, and says while they do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from panther_engine.state import State
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer as DoIt
from panther_tui.features.feature import Feature
from panther_tui.overlays.reading.trust import Answer
from panther_tui.panes.badges import Badge
from panther_tui.settings.config import NOT_TRUSTED, find_widening
from panther_tui.settings.trust import (
    Widening,
    digest_of,
    is_refused,
    remember_refusal,
    remember_trust,
)


class Trust(Feature):
    """A question at the opening that nothing waits for, and a badge that asks it again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asked = ""
        """The digest of the settings that were asked about last."""

    def answers(self) -> Mapping[str, DoIt]:
        """The question, whenever it is wanted."""
        return {"trust": self._ask}

    def offers(self, action: str) -> bool:
        """While something does not count."""
        return bool(self._left_out())

    def badges(self) -> Iterable[Badge]:
        """How many settings of the checkout are left out."""
        count = self._left_out()
        return (Badge("untrusted", "warning", f"{count} settings", action="trust"),) * bool(count)

    def on_state(self, before: State) -> None:
        """Ask once it is known where the checkout is, and again when the settings changed."""
        self._ask_if_new()

    def on_uncovered(self) -> None:
        """Ask of what changed meanwhile."""
        self._ask_if_new()

    def _ask_if_new(self) -> None:
        """Ask unless that was done, or a screen has the keys that are typed now."""
        desk = self.desk
        ready = desk.state.root and desk.host.trust is None and desk.screen.is_active
        if not ready or not self._left_out():
            return
        found = self._found()
        digest = digest_of(found)
        if found and digest != self._asked:
            self._asked = digest
            if not is_refused(Path(desk.state.root), found):
                self._ask()

    def _left_out(self) -> int:
        return sum(one.code == NOT_TRUSTED for one in self.desk.host.problems)

    def _widening(self) -> tuple[Widening, ...]:
        return find_widening(Path(self.desk.state.root))

    def _found(self) -> dict[str, object]:
        return {one.name: one.value for one in self._widening()}

    def _ask(self) -> None:
        from panther_tui.overlays.reading.trust import TrustScreen

        shown = self._widening()
        if not shown:
            self.desk.say("No setting of this checkout reaches further than your own.")
            return
        values = {one.name: one.value for one in shown}

        def done(answer: Answer) -> None:
            self._take(answer, values)

        self.desk.host.push_screen(TrustScreen(self.desk.state.root, shown, done))

    def _take(self, answer: Answer, values: Mapping[str, object]) -> None:
        """Remember the answer for the values that were shown, whatever the files say by now."""
        desk, root = self.desk, Path(self.desk.state.root)
        if answer == "later":
            return
        try:
            (remember_trust if answer == "trust" else remember_refusal)(root, values)
        except OSError as error:
            desk.say(f"It cannot be remembered: {error}", 6)
            return
        if answer == "never":
            desk.say("They do not count, and you are not asked again.", 4)
            return
        desk.host.follow_settings(force=True, restarts=True)
        if self._left_out():  # they changed meanwhile, and are asked about
            return
        why = desk.host.restart_engine()
        desk.say(f"They count after another start: {why}" if why else "They count now.", 6)
