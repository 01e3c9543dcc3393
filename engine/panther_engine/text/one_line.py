"""Fits untrusted text into a one-line message, without control characters or line breaks."""

from __future__ import annotations

from panther_engine.text.clean import spell_out

_SHOWN = 60


def one_line(text: str) -> str:
    """The text without line breaks and control characters."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join(char if char.isprintable() else spell_out(char) for char in line)


def shorten(text: str) -> str:
    """The text on one line, cut to what a message has room for."""
    line = one_line(text)
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
