"""Which file the code pane shows, asked for from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from textual.message import Message

from panther_engine.events import Event, OpenSource, RepositoryChanged
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.code.code import CodePane
from panther_tui.panes.pane import Pane


class CodeKeys(Feature):
    """Body, spec and helpers in turn; and files that a pane asks for."""

    def answers(self) -> Mapping[str, Answer]:
        """The next file and the one before."""
        code = self.desk.panes.code
        return {
            "code.other": partial(code.show_next_tab, 1),
            "code.other_back": partial(code.show_next_tab, -1),
        }

    def on_event(self, event: Event) -> None:
        """A file that is shown beside the policy's own has changed: ask for its text again."""
        code = self.desk.panes.code
        if isinstance(event, RepositoryChanged) and code.path in event.changed and code.is_other:
            self.desk.send(OpenSource(code.path))

    def on_message(self, message: Message) -> None:
        """Open what a pane wants to see."""
        match message:
            case Pane.PlaceWanted():
                self.desk.open_place(message.place)
            case CodePane.SourceWanted():
                self.desk.send(OpenSource(message.path))
