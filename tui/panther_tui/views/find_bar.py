"""The line in which one types what to find; it takes the footer's place while it is open."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

from panther_tui.terminal.safe_text import printable
from panther_tui.views.line import Line, Pieces
from panther_tui.views.one_line import OneLine
from panther_tui.views.prompt import TakesText, type_into


class FindBar(OneLine, TakesText, can_focus=True):
    """A one-line prompt without blinking cursor.

    It tells at once what is typed, so that what is typed next finds all as it should be.
    """

    def __init__(
        self,
        changed: Callable[[str], None],
        closed: Callable[[bool], None],
        *,
        id: str,  # noqa: A002
    ) -> None:
        """`changed` is told the text, `closed` whether it is kept (enter) or dropped (escape)."""
        super().__init__(id=id)
        self._tell_text = changed
        self._tell_end = closed

    def open(self, label: str, text: str) -> None:
        """Ask for a text, starting from `text`; the first letter typed replaces that."""
        self._label = label
        self._text = text
        self._replaces = bool(text)
        self._show()
        self.add_class("-open")
        self.screen.set_focus(self)  # at once: `focus` would let the next key pass

    def note(self, note: str) -> None:
        """Say how many were found."""
        self._note = note
        self._show()

    @property
    def is_open(self) -> bool:
        """Whether it is on the screen."""
        return self.has_class("-open")

    def close(self) -> None:
        """Go away."""
        self.remove_class("-open")

    _label = _text = _note = ""
    _replaces = False
    """Whether all of the text is selected."""

    def take_key(self, key: events.Key) -> bool:
        """Edit the text, or be done."""
        if key.key in ("tab", "shift+tab", "ctrl+q"):
            return False
        if key.key in ("enter", "escape"):
            self._replaces = False
            self._tell_end(key.key == "enter")
            return True
        edited = type_into("" if self._replaces and _changes(key) else self._text, key)
        self._replaces = False
        self._become(self._text if edited is None else edited)
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Add the first line of what is pasted."""
        event.stop()
        first = event.text.splitlines()[:1]
        old = "" if self._replaces else self._text
        self._replaces = False
        self._become(old + "".join(first))

    def _become(self, text: str) -> None:
        changed = text != self._text
        self._text = text
        self._show()
        if changed:
            self._tell_text(text)

    def _show(self) -> None:
        """The note goes before the keys where there is no room for both."""
        self.say(self._line(_KEYS), self._line(((" ", ""),)))

    def _line(self, keys: Pieces) -> Line:
        return Line(
            text=(
                (f" {self._label} ", "key bold"),
                (printable(self._text), "reverse" if self._replaces else ""),
                (" ", "" if self._replaces else "reverse"),
            ),
            tail=((self._note, "muted"), *keys),
            fill="bar",
        )


_KEYS: Pieces = (
    ("   enter ", "key"),
    ("keep", "muted"),
    ("  esc ", "key"),
    ("clear ", "muted"),
)


def _changes(event: events.Key) -> bool:
    """Whether a key types or deletes something, and so replaces a selected text."""
    return event.is_printable or event.key in ("backspace", "ctrl+h", "ctrl+w")
