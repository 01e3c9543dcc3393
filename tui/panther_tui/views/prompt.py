"""Where one types: keys are taken at once, and what each does to a text without a cursor in it."""

from __future__ import annotations

from abc import abstractmethod

from textual import events


class TakesText:
    """A widget in which one types. The app hands it each key before it looks at the next one."""

    @abstractmethod
    def take_key(self, key: events.Key) -> bool:
        """Do what a key does here; False leaves it to what is bound to it."""


def type_into(text: str, key: events.Key) -> str | None:
    """The text after a key; None if the key is none that edits."""
    if key.key in ("backspace", "ctrl+h"):
        return text[:-1]
    if key.key == "ctrl+u":
        return ""
    if key.key == "ctrl+w":
        return text.rstrip().rpartition(" ")[0]
    if key.is_printable and key.character:
        return text + key.character
    return None
