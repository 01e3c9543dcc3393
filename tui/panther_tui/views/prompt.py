"""What a key does to a text that one types, without a cursor inside it."""

from __future__ import annotations

from textual import events


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
