"""Waits for a text that the terminal pastes, and says how much of it there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from panther_tui.overlays.reading.read import TextRows
from panther_tui.terminal.safe_text import printable_lines
from panther_tui.views.line import Line

SHOWN = 400
"""Lines of the text that are shown."""


class PasteScreen(ModalScreen[None]):
    """What is pasted replaces what was; enter takes it, escape drops it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take", id="paste.take", tooltip="Take this text"),
        Binding("escape,q", "dismiss", "back", id="paste.back", tooltip="Back"),
        Binding("ctrl+q", "app.quit", "quit", id="paste.quit", tooltip="Leave"),
    ]

    def __init__(self, title: str, done: Callable[[str], None]) -> None:
        """`done` is told the text."""
        super().__init__()
        self._done = done
        self._text = ""
        self._view = TextRows([Line((("Paste JSON with your terminal's own key.", "muted"),))])
        self._view.border_title = Content(title)
        self._view.border_subtitle = Content("enter takes it · esc goes back")

    def compose(self) -> ComposeResult:
        """What was pasted."""
        yield self._view

    def on_paste(self, event: events.Paste) -> None:
        """Show what would be taken."""
        event.stop()
        self._text = event.text
        lines = printable_lines(event.text)
        shown = [Line(((text, ""),)) for text in lines[:SHOWN]]
        if len(lines) > SHOWN:
            shown.append(Line(((f"… {len(lines) - SHOWN} more lines", "muted"),)))
        self._view.show_lines(shown)

    def action_take(self) -> None:
        """Take it, if there is something."""
        if self._text.strip():
            self.dismiss()
            self._done(self._text)
