"""Turns user text into cells that no terminal can misread as a command or fail to encode."""

from __future__ import annotations

from panther_engine import drop_styles, spell_out

TAB = 4
"""Columns between tab stops."""

LINE_LIMIT = 2000
"""A line longer than this is cut, with a word on how much more there is."""


def printable(text: str, limit: int = LINE_LIMIT) -> str:
    r"""One line of user text, safe to show.

    Control characters, escape sequences, bidi overrides, unusual spaces, private and unassigned
    characters and lone surrogates become visible escapes such as `\x1b` or `\u202e`; tabs become
    spaces; U+FE0F, on whose width terminals do not agree, goes; what is beyond `limit` characters
    becomes `… N more`.
    """
    text = drop_styles(text)
    more = len(text) - limit
    if more > 0:
        text = text[:limit]
    if not text.isprintable():
        text = _escape(text)
    return f"{text} … {more} more" if more > 0 else text


def printable_lines(text: str, limit: int = LINE_LIMIT) -> list[str]:
    r"""Each line of a text, safe to show. Only `\n`, `\r\n` and `\r` end a line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [printable(line, limit) for line in lines]


def _escape(text: str) -> str:
    parts: list[str] = []
    column = 0
    for character in text:
        if character.isprintable():
            shown = character
        elif character == "\t":
            shown = " " * (TAB - column % TAB)
        else:
            shown = spell_out(character)
        parts.append(shown)
        column += len(shown)
    return "".join(parts)
