"""A bar one row high that repaints only when what it says has changed, with parts to click."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from panther_tui.style.tokens import tokens_of
from panther_tui.views.line import Line, action_at, line_width, paint


class OneLine(Widget):
    """Shows the first of some `Line`s that fits; never asks for a layout."""

    ALLOW_SELECT: ClassVar[bool] = False

    class Clicked(Message):
        """A part of the bar that stands for an action was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = (Line(),)

    @property
    def plain(self) -> str:
        """All that it says in the width that it has, as text."""
        return self.render_line(0).text.rstrip()

    def say(self, *lines: Line) -> None:
        """Show this from now on: the first line that fits, else the last."""
        if lines != self._lines:
            self._lines = lines
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The cells of the bar."""
        return paint(self._fitting(), tokens_of(self.app), self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Say which action was clicked, if any."""
        action = action_at(self._fitting(), self.size.width, event.x)
        if action:
            event.stop()
            self.post_message(self.Clicked(action))

    def _fitting(self) -> Line:
        fitting = (line for line in self._lines if line_width(line) <= self.size.width)
        return next(fitting, self._lines[-1])
