"""Has the selected test explained, and its policy inspected, whenever they rest."""

from __future__ import annotations

from textual.message import Message

from panther_engine.events import Explain, Inspect
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Feature
from panther_tui.panes.code.code import CodePane
from panther_tui.triage.selection import Place


class Why(Feature):
    """Asks the engine; what it answers is in the state, which the panes show."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asked = ("", 0)

    def on_painted(self) -> None:
        """Another test is selected: the engine drops what it did for the one before."""
        selection = self.desk.selection
        wanted = (selection.spec, selection.test)
        if wanted == self._asked:
            return
        if wanted[0] != self._asked[0]:
            self.desk.send(Inspect(selection.spec))
        self._asked = wanted
        self.desk.send(Explain(*wanted))

    def on_message(self, message: Message) -> None:
        """Go from a line of the body to the field that it read."""
        if isinstance(message, CodePane.FieldsWanted):
            self._go_to_field(message.place)

    def _go_to_field(self, place: Place) -> None:
        desk = self.desk
        policy = desk.state.policies.get(desk.selection.spec)
        resource = desk.panes.resource
        is_body = policy is not None and place.path == policy.entry.body
        fields = resource.fields_read_at(place.line) if is_body else []
        if not fields:
            desk.say("This line calls no helper, and the selected test read no field in it.", 3)
            return
        resource.go_to_field(fields[-1])
        desk.focus_pane(resource)

    def on_engine_replaced(self) -> None:
        """The new engine was asked for nothing yet."""
        self._asked = ("", 0)
