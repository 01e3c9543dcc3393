"""The line in which one types what to find; it takes the footer's place while it is open."""

from __future__ import annotations

from textual import events
from textual.message import Message

from panther_tui.terminal.safe_text import printable
from panther_tui.views.line import Line, Pieces
from panther_tui.views.one_line import OneLine
from panther_tui.views.prompt import type_into


class FindBar(OneLine, can_focus=True):
    """A one-line prompt without blinking cursor."""

    class Changed(Message):
        """The text is another now."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Closed(Message):
        """The user is done: `kept` with enter, dropped with escape."""

        def __init__(self, kept: bool) -> None:
            super().__init__()
            self.kept = kept

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

    async def on_key(self, event: events.Key) -> None:
        """Edit the text."""
        if event.key in ("tab", "shift+tab", "ctrl+q"):
            return
        event.stop()
        event.prevent_default()
        text = "" if self._replaces and _changes(event) else self._text
        if event.key in ("enter", "escape"):
            self.post_message(self.Closed(kept=event.key == "enter"))
        else:
            edited = type_into(text, event)
            text = text if edited is None else edited
        self._replaces = False
        self._become(text)

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
            self.post_message(self.Changed(text))

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
