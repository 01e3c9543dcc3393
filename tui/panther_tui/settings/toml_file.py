"""Reads a TOML file and keeps the line of each key, so that messages can point at it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from panther_engine import NotRegularError, TooLargeError, read_regular
from panther_engine.model import Diagnostic, Level
from panther_engine.values.frozen import dataclass

LARGEST = 1 << 20
"""Bytes; settings and themes have no reason to be larger."""

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*\[\[?\s*({_DOTTED})\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

Path_ = tuple[str, ...]
"""A key and the tables that hold it, outermost first."""


@dataclass(frozen=True, slots=True)
class TomlFile:
    """What a file says. `shown` is how messages call it."""

    shown: str
    values: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[Path_, int] = field(default_factory=dict)

    def line_of(self, *path: str) -> int:
        """The line of a key, or of the nearest table around it that can be told; at least 1."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return 1


def read_toml(path: Path, shown: str) -> TomlFile | Diagnostic | None:
    """Read a file; None if there is none, a diagnostic if it cannot be read or is not TOML."""
    try:
        text = read_regular(path, LARGEST).decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError, NotRegularError):
        return None
    except TooLargeError:
        return unreadable(shown, "the file is larger than 1 MiB")
    except UnicodeDecodeError as error:
        return unreadable(shown, f"the file is not UTF-8 (byte {error.start})")
    except OSError as error:
        return unreadable(shown, f"the file cannot be read: {error.strerror or error}")
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return _not_toml(shown, text, str(error))
    return TomlFile(shown, values, key_lines(text))


def unreadable(shown: str, message: str) -> Diagnostic:
    """A diagnostic for a file as a whole."""
    return Diagnostic(shown, 1, 0, Level.WARNING, "unreadable-file", message)


def _not_toml(shown: str, text: str, message: str) -> Diagnostic:
    line, column = 1, 0
    if place := _PLACE.search(message):
        message = message[: place.start()]
        if place[1]:
            line, column = int(place[1]), int(place[2]) - 1
        else:
            line = text.count("\n") + (not text.endswith("\n"))
    hint = "TOML is lines of `key = value` under `[table]` headers"
    return Diagnostic(shown, line, column, Level.WARNING, "bad-toml", f"not TOML: {message}", hint)


def key_lines(text: str) -> dict[Path_, int]:
    """The 1-based line of every table and key of a valid document, except inside inline tables."""
    lines: dict[Path_, int] = {}
    table: Path_ = ()
    quote, depth = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        rest = line.rstrip("\r")
        if not quote and not depth:
            if header := _HEADER.match(rest):
                table = _parts(header[1])
                _note(lines, table, number)
                continue
            if key := _KEY.match(rest):
                _note(lines, (*table, *_parts(key[1])), number)
                rest = rest[key.end() :]
        quote, depth = _scan(rest, quote, depth)
    return lines


def _note(lines: dict[Path_, int], path: Path_, number: int) -> None:
    for length in range(1, len(path) + 1):
        lines.setdefault(path[:length], number)


def _parts(dotted: str) -> Path_:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))


_TOKEN = re.compile(r'"""|' + r"'''" + r"|\\.|[\"'#\[\]{}]")


def _scan(text: str, quote: str, depth: int) -> tuple[str, int]:
    """Which string and how many brackets are open after a line; one-line strings end with it."""
    for token in _TOKEN.findall(text):
        if quote:
            if token == quote:
                quote = ""
        elif token == "#":
            break
        elif token[0] in "\"'":
            quote = token
        elif token in "[{":
            depth += 1
        elif token in "]}":
            depth -= 1
    return (quote if len(quote) == 3 else ""), max(depth, 0)
