"""`t` in the results: what would flip the verdict, made in a scratch copy."""

from __future__ import annotations

from collections.abc import Mapping

from textual.message import Message

from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.results.results import ResultsPane
from panther_tui.panes.scratch.scratch import change


class ScratchFlip(Feature):
    """Lays the flip under the cursor, or the first, over the resource that is shown."""

    def answers(self) -> Mapping[str, Answer]:
        """Try it."""
        return {"scratch.flip": self._try}

    def offers(self, action: str) -> bool:
        """Where one is known."""
        return self.desk.panes.results.flip() is not None

    def on_message(self, message: Message) -> None:
        """`enter` on a flip."""
        if isinstance(message, ResultsPane.FlipWanted):
            self._try()

    def _try(self) -> None:
        desk = self.desk
        flip = desk.panes.results.flip()
        scratch = desk.scratches.take(desk.state, desk.selection)
        if flip is None or scratch is None:
            desk.say("Nothing is known that would flip the verdict.")
            return
        try:
            for one in flip.changes:
                scratch = change(scratch, one)
        except (LookupError, TypeError):  # of another state of the resource
            desk.say("The resource has changed since: wait for its verdict.")
            return
        desk.scratches.put(scratch)
        desk.say("The scratch copy has what would flip it: `S` says what becomes of it.", 4)
        desk.focus_pane(desk.panes.resource)
        desk.paint()
        desk.panes.resource.go_to_field(flip.changes[-1].field)
