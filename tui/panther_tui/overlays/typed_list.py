"""A list that is narrowed by typing: letters are no commands there, and arrows move."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from panther_tui.terminal.safe_text import printable
from panther_tui.views.line_view import LineView
from panther_tui.views.prompt import TakesText, type_into

_MOVES = (
    ("down", "cursor_down", "One line down"),
    ("up", "cursor_up", "One line up"),
    ("left", "scroll_left", "See what is further left"),
    ("right", "scroll_right", "See what is further right"),
    ("pagedown", "page_down", "A page down"),
    ("pageup", "page_up", "A page up"),
    ("home", "cursor_top", "To the first line"),
    ("end", "cursor_bottom", "To the last line"),
)
"""Keys that type nothing."""


class TypedRows(LineView, TakesText):
    """Rows and the text that narrows them, which the frame shows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, action, key, show=False, id=f"typed.{key}", tooltip=tip)
        for key, action, tip in _MOVES
    ]

    def __init__(self, title: Content, *, id: str) -> None:  # noqa: A002
        """`title` is what the frame says before what is typed."""
        super().__init__(id=id)
        self.add_class("-active")
        self.query_text = ""
        self._title = title
        self.border_title = title

    @abstractmethod
    def narrow(self) -> str:
        """Set the rows that fit `query_text`; what the lower frame says of them."""

    def on_mount(self) -> None:
        """Begin with all rows."""
        self.narrow_again()

    def narrow_again(self) -> None:
        """Show what fits now."""
        self.border_subtitle = Content(self.narrow())
        typed = f" ─ filter {printable(self.query_text, 100)}" if self.query_text else ""
        self.border_title = Content.assemble(self._title, typed)

    def take_key(self, key: events.Key) -> bool:
        """Narrow the list by what is typed."""
        text = type_into(self.query_text, key)
        if text is not None:
            self._become(text)
        return text is not None

    def on_paste(self, event: events.Paste) -> None:
        """Add the first line of what is pasted."""
        event.stop()
        self._become(self.query_text + "".join(event.text.splitlines()[:1]))

    def _become(self, text: str) -> None:
        if text != self.query_text:
            self.query_text = text
            self.narrow_again()
