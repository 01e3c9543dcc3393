"""Makes untrusted text safe to print, so that it cannot send control sequences to a terminal."""

from __future__ import annotations

import re

TAB = "    "

_NAMED = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"}

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and newline, DEL, C1
    "\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069"  # line breaks, changes of direction
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"  # half characters, invisible marks
)


_STYLES = dict.fromkeys((0xFE0E, 0xFE0F))


def drop_styles(text: str) -> str:
    """The text without U+FE0E and U+FE0F, which say only how the character before them is drawn.

    Terminals do not agree on how many cells a character takes that U+FE0F makes an emoji.
    """
    return text if text.isascii() else text.translate(_STYLES)


def clean_text(text: str) -> str:
    r"""The text with line breaks as `\n`, tabs as spaces, and escapes such as `\x1b` spelt out."""
    text = drop_styles(text)
    return _UNSAFE.sub(_spell, text.replace("\r\n", "\n")).replace("\t", TAB)


def clean_line(text: str) -> str:
    r"""As `clean_text`, on one line: line breaks are spelt out as `\n`."""
    return clean_text(text.rstrip()).replace("\n", "\\n")


def replace_surrogates(text: str) -> str:
    """The text with every half of a surrogate pair replaced, so that any encoder takes it."""
    text = decode_names(text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def decode_names(text: str) -> str:
    """The text with file names in UTF-8 read as such, although the locale knows no UTF-8.

    Python hands those over with each byte as a half of a surrogate pair (PEP 383).
    """
    if text.isascii():
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError:
        return text


def spell_out(character: str) -> str:
    r"""A character that is not to reach a terminal, as people write it: `\x1b`, `\u202e`, `\r`."""
    code = ord(character)
    if code in _NAMED:
        return _NAMED[code]
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _spell(match: re.Match[str]) -> str:
    return spell_out(match[0])
