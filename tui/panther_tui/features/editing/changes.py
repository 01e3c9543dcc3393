"""`U` and `ctrl+y`: changes that the app wrote taken back, and done again."""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.events import Event
from panther_tui.features.feature import Answer, Feature


class Changes(Feature):
    """Hears what becomes of proposals, for whichever feature made them."""

    def answers(self) -> Mapping[str, Answer]:
        """Undo and redo."""
        proposals = self.desk.proposals
        return {
            "edit.undo": proposals.take_back,
            "edit.redo": lambda: proposals.take_back(redo=True),
        }

    def on_event(self, event: Event) -> None:
        """Hand on what is about proposals."""
        self.desk.proposals.take(event)

    def on_engine_replaced(self) -> None:
        """What was proposed is not known any more."""
        self.desk.proposals.forget()
