"""A text over the screen that is read, searched by eye and copied: about, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from panther_tui.overlays.choose import MOVES
from panther_tui.views.line import Line
from panther_tui.views.line_view import LineView


class TextRows(LineView):
    """Lines to read."""

    BINDINGS: ClassVar[list[BindingType]] = [*MOVES]

    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__(id="text")
        self.add_class("-active")
        self.wrap = True
        self._text = lines

    def on_mount(self) -> None:
        """Begin."""
        self.set_rows(range(len(self._text)))

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Read these instead."""
        self._text = lines
        self.set_rows(range(len(lines)), keep=False)
        self.refresh()

    def line(self, key: Hashable) -> Line:
        """One of the lines."""
        return self._text[key] if isinstance(key, int) else Line()


class ReadScreen(ModalScreen[None]):
    """Escape or q closes it; y copies all of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "close", id="read.close", tooltip="Close"),
        Binding("y", "copy_all", "copy", id="read.copy", tooltip="Copy all of it"),
        Binding("ctrl+q", "app.quit", "quit", id="read.quit", tooltip="Leave"),
    ]

    def __init__(self, title: str, lines: Sequence[Line], copy: Callable[[str], None]) -> None:
        """`copy` takes a text to the clipboard."""
        super().__init__()
        self._lines = lines
        self._copy = copy
        self._view = TextRows(lines)
        self._view.border_title = Content(title)
        self._view.border_subtitle = Content("y copies all · esc closes")
        self._view.styles.height = len(lines) + 4

    def compose(self) -> ComposeResult:
        """The text alone."""
        yield self._view

    def action_copy_all(self) -> None:
        """Copy the whole text."""
        text = "\n".join("".join(part for part, _ in (*it.gutter, *it.text)) for it in self._lines)
        self._copy(text + "\n")
