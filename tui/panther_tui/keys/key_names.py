"""Translates key names between settings, Textual and the screen."""

from __future__ import annotations

import unicodedata

_SHORTER_NAMES = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Where Textual 8.2.8 names a character otherwise than Unicode does (`textual.keys`)."""

# fmt: off
NAMED = frozenset({
    "escape", "enter", "tab", "space", "backspace", "delete", "insert", "home", "end",
    "pageup", "pagedown", "up", "down", "left", "right", *(f"f{number}" for number in range(1, 25)),
})
# fmt: on
"""Keys that have a name but type no character."""

ALIASES = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "pgup": "pageup",
    "pgdn": "pagedown",
}

_MODIFIERS = ("ctrl", "alt", "shift", "super", "hyper", "meta")


def key_of(character: str) -> str:
    """Textual's name of the key that types a character: `question_mark` for `?`, `a` for `a`."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _SHORTER_NAMES.get(name, name)


def character_of(name: str) -> str:
    """The character that a key name stands for; empty if it stands for none."""
    for character in map(chr, range(33, 127)):
        if key_of(character) == name:
            return character
    return ""


def normal_key(text: str) -> str | None:
    """A key as Textual names it, from a name or character (`?`, `ctrl+R`, `Esc`), or None."""
    text = text.strip()
    if len(text) == 1 and text.isprintable():
        return key_of(text) or None
    head, plus, last = text.rpartition("+")
    if plus and (not head or not last):
        if last or not head.endswith("+"):
            return None
        head, last = head.removesuffix("+"), "+"  # "ctrl++"
    modifiers = head.lower().split("+") if head else []
    if len(set(modifiers)) != len(modifiers) or any(word not in _MODIFIERS for word in modifiers):
        return None
    if len(last) == 1 and last.isprintable():
        if modifiers and last.isupper():
            modifiers = [*modifiers, *({"shift"} - set(modifiers))]
            last = last.lower()
        key = key_of(last)
    else:
        key = ALIASES.get(last.lower(), last.lower())
        if key not in NAMED and not character_of(key):
            return None
    if not key or (modifiers == ["shift"] and len(key) == 1):
        return None  # a terminal sends `A`, never shift and `a`
    return "+".join([*(word for word in _MODIFIERS if word in modifiers), key])


def split_keys(text: str) -> tuple[str, ...]:
    """The parts of a comma-separated list of keys; a lone `,` is the comma's key."""
    if text.strip() == ",":
        return (",",)
    return tuple(part.strip() for part in text.split(","))


def show_key(key: str) -> str:
    """A key as a person reads it: `?` for `question_mark`, `↓` for `down`."""
    head, plus, last = key.rpartition("+")
    arrows = {"up": "↑", "down": "↓", "left": "←", "right": "→", "escape": "esc"}
    return head + plus + arrows.get(last, character_of(last) or last)
