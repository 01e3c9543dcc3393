"""One line that is asked for, over the footer."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from panther_tui.panes.scratch.typing import TypedLine
from panther_tui.panes.typing_bar import TypingBar
from panther_tui.terminal.safe_text import printable
from panther_tui.views.line import Line

ROOM = 60
"""Cells of the text that are shown at once."""


class AskScreen(ModalScreen[None]):
    """Asks for a text; enter takes it, escape drops the question."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "app.quit", "quit", id="ask.quit", tooltip="Leave"),
    ]

    def __init__(
        self,
        label: str,
        text: str,
        done: Callable[[str], None],
        wrong: Callable[[str], str],
        offers: tuple[str, ...] = (),
    ) -> None:
        """Begin with `text`; `offers` take its place by `tab`.

        `wrong` says why a text cannot be taken; `done` is told the one that was.
        """
        super().__init__()
        self._label = label
        self._text = text
        self._offers = offers
        self._done = done
        self._wrong = wrong
        self._bar = TypingBar(id="ask")

    def compose(self) -> ComposeResult:
        """The line alone."""
        yield self._bar

    def on_mount(self) -> None:
        """Take the keys."""
        self._bar.open(TypedLine.starting(self._text, self._offers), self._show, self._decide)
        self._show(self._bar.line)

    def _decide(self, kept: bool) -> None:
        text = self._bar.line.text.strip()
        if kept and self._wrong(text):
            return  # why not stands beside it
        self.dismiss()
        if kept:
            self._done(text)

    def _show(self, line: TypedLine) -> None:
        wrong = self._wrong(line.text.strip())
        note = ((f"  {printable(wrong, 200)}", "error"),) if wrong else ()
        offered = (("  tab ", "key"), ("offers", "muted")) if line.fitting else ()
        keys = (
            *offered,
            ("  enter ", "key"),
            ("take", "muted"),
            ("  esc ", "key"),
            ("drop ", "muted"),
        )
        label = ((f" {printable(self._label, 100)} ", "key bold"),)
        text = line.pieces(ROOM, "")
        self._bar.say(
            Line((*label, *text, *note), tail=keys, fill="bar"),
            Line((*label, *line.pieces(ROOM // 2, ""), *note), fill="bar"),
        )
