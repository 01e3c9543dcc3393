"""What a feature is: the events it takes, the actions it answers, what it adds to the screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from textual.message import Message
from textual.widget import Widget

from panther_engine.events import Event
from panther_engine.state import State
from panther_tui.features.desk import Desk
from panther_tui.panes.badges import Badge
from panther_tui.panes.pane import Pane
from panther_tui.settings.settings import Config
from panther_tui.triage.selection import Selection

Answer: TypeAlias = Callable[[], Awaitable[None] | None]

NO_ANSWERS: Mapping[str, Answer] = MappingProxyType({})


class Feature:
    """One capability of the screen. Each hook does nothing unless a feature overrides it.

    The screen calls the hooks of all features in the order of the table.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def answers(self) -> Mapping[str, Answer]:
        """The actions of the table that this feature answers, by id. Asked for once."""
        return NO_ANSWERS

    def takes(self, action: str) -> bool:
        """Whether it answers an action now; if not, a later feature of the table may."""
        return True

    def offers(self, action: str) -> bool:
        """Whether an action that it answers is worth offering now, in footer, help and palette."""
        return True

    def above(self) -> Iterable[Widget]:
        """Widgets that go above the panes."""
        return ()

    def below(self) -> Iterable[Widget]:
        """Widgets that go below the footer."""
        return ()

    def on_mount(self) -> None:
        """The screen is there."""

    def on_config(self, config: Config) -> None:
        """The settings are these now."""

    def on_event(self, event: Event) -> None:
        """The engine said this; `desk.state` does not know of it yet."""

    def on_state(self, before: State) -> None:
        """`desk.state` follows `before`; nothing of it is painted yet."""

    def lay_over(self, state: State, selection: Selection) -> tuple[State, Selection]:
        """What code, resource and results show in the place of these; before each painting."""
        return state, selection

    def on_painted(self) -> None:
        """The panes show `desk.state` and `desk.selection`."""

    def on_focus(self, pane: Pane) -> None:
        """A pane is about to get the keys."""

    def on_focused(self, widget: Widget) -> None:
        """A widget of the screen has the keys now."""

    def on_key(self) -> None:
        """A key was pressed, whatever it is for; nothing was done of it yet."""

    def on_message(self, message: Message) -> None:
        """A widget posted this."""

    def on_resize(self) -> None:
        """The terminal may have another size."""

    def on_uncovered(self) -> None:
        """The screen that was over this one is gone."""

    def on_engine_replaced(self) -> None:
        """Another engine took the place of one that ended; it knows nothing yet."""

    def asks_before_leaving(self, leave: Callable[[], None]) -> bool:
        """Whether something would be lost: then it asks, and calls `leave` if that is wanted."""
        return False

    def on_leave(self) -> None:
        """The app is about to end."""

    def on_back(self) -> bool:
        """Undo one thing on escape; True if there was something to undo."""
        return False

    def badges(self) -> Iterable[Badge]:
        """What the status bar is to say of it."""
        return ()
