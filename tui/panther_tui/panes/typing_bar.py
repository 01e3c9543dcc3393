"""The line below the panes while a value is typed in one of them: it has the keys, and says how."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

from panther_tui.panes.scratch.typing import TypedLine
from panther_tui.terminal.safe_text import printable
from panther_tui.views.cut import cut_middle
from panther_tui.views.line import Line, Pieces
from panther_tui.views.one_line import OneLine
from panther_tui.views.prompt import TakesText

OFFERS = 6
"""Offers that are listed at once."""
OFFER_CELLS = 32
_ENTER: Pieces = (("  enter ", "key"), ("take", "muted"), ("  esc ", "key"), ("drop ", "muted"))


class TypingBar(OneLine, TakesText, can_focus=True):
    """Takes keys for a text that is shown elsewhere."""

    line = TypedLine()
    _tell_change: Callable[[TypedLine], None]
    _tell_end: Callable[[bool], None]

    @property
    def is_open(self) -> bool:
        """Whether it is on the screen."""
        return self.has_class("-open")

    def open(
        self,
        line: TypedLine,
        changed: Callable[[TypedLine], None],
        closed: Callable[[bool], None],
    ) -> None:
        """Take the keys for this text.

        `changed` is told each other state of it, `closed` the end: True with enter, else False.
        Both at once, so that the next key goes where it belongs.
        """
        self.line, self._tell_change, self._tell_end = line, changed, closed
        self.add_class("-open")
        self.screen.set_focus(self)  # at once: `focus` would let the next key pass

    def close(self) -> None:
        """Go away."""
        self.remove_class("-open")

    def tell(self, what: str, said: str, *, wrong: bool) -> None:
        """Say what is typed and what is wrong with it, or else what could stand there."""
        label: Pieces = ((f" {printable(what, 200)} ", "key bold"),)
        note: Pieces = (
            ((f" {printable(said, 300)}", "error" if wrong else "muted"),) if said else ()
        )
        offers = () if wrong and said else _offered(self.line)
        short = ((f" {cut_middle(printable(what, 200), 24)} ", "key bold"),)
        self.say(
            *(
                Line((*label, *note, *offers[: 1 + 2 * shown]), tail=_ENTER, fill="bar")
                for shown in range(OFFERS if offers else 0, -1, -1)
            ),
            Line((*short, *note, *offers[:3]), fill="bar"),
            Line((*short, *note), fill="bar"),
        )

    def take_key(self, key: events.Key) -> bool:
        """Edit the text."""
        if key.key == "ctrl+q":
            return False
        if key.key in ("enter", "escape"):
            self._tell_end(key.key == "enter")
            return True
        line = self.line.pressed(key.key)
        if line is None and key.is_printable and key.character:
            line = self.line.typed(key.character)
        self._become(line)
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Take all of it, its lines one after the other."""
        event.stop()
        self._become(self.line.typed(event.text))

    def _become(self, line: TypedLine | None) -> None:
        if line is not None and line != self.line:
            self.line = line
            self._tell_change(line)


def _offered(line: TypedLine) -> Pieces:
    """The offers that fit, the one that was taken marked."""
    fitting = line.fitting
    if not fitting:
        return ()
    first = max(0, min(line.taken - OFFERS // 2, len(fitting) - OFFERS))
    found: list[tuple[str, str]] = [("  ↓ tab ", "key")]
    for at, offer in enumerate(fitting[first : first + OFFERS], start=first):
        shown = cut_middle(printable(offer, 500), OFFER_CELLS)
        found += [(shown, "reverse" if at == line.taken else ""), ("  ", "")]
    return tuple(found)
