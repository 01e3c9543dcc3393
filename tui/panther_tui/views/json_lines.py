"""A resource as lines of JSON that can be folded, whatever PAT's YAML let into it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from panther_engine.model import JsonValue
from panther_tui.terminal.safe_text import printable
from panther_tui.views.line import Pieces

Path: TypeAlias = tuple[object, ...]
"""Keys and indices from the top of a resource down to a value."""

LINES_LIMIT = 20_000
"""A longer resource is cut, with a word on it."""

DEPTH_LIMIT = 100
INDENT = "  "


@dataclass(frozen=True, slots=True)
class JsonLine:
    """A line of a resource. `end` is the index after the last line of what it opens.

    It opens nothing when `end` is 0. `closed` is what is shown instead when it is folded.
    """

    path: Path
    pieces: Pieces
    end: int = 0
    closed: Pieces = ()
    closing: bool = False


def json_lines(
    value: JsonValue, former: tuple[JsonValue, list[JsonLine]] = (None, [])
) -> list[JsonLine]:
    """All lines of a value, keys in their order.

    `former` is a value with its lines: those of parts that both values share are taken over.

    What JSON does not know is shown as it is: keys that are no text without quotes, NaN, dates,
    sets, and objects that contain themselves as `…`.
    """
    lines: list[JsonLine] = []
    _Writer(lines, former[1]).write((), (), value, "", former[0])
    return lines


def show_path(path: Path) -> str:
    """A path as `$.Owner.Tags[0]`, printable."""
    parts = ["$"]
    for step in path:
        if isinstance(step, int) and not isinstance(step, bool):
            parts.append(f"[{step}]")
        elif isinstance(step, str) and step.isidentifier():
            parts.append(f".{step}")
        else:
            shown = json.dumps(step, ensure_ascii=False) if isinstance(step, str) else str(step)
            parts.append(f"[{shown}]")
    return printable("".join(parts), 500)


class _Writer:
    def __init__(self, lines: list[JsonLine], former: list[JsonLine]) -> None:
        self._lines = lines
        self._former = former
        self._above: set[int] = set()

    def write(self, path: Path, key: Pieces, value: JsonValue, comma: str, old: JsonValue) -> None:
        """Append the lines of one value with its key before and its comma after it.

        `old` is what stood there when the former lines were made.
        """
        lines = self._lines
        if len(lines) >= LINES_LIMIT:
            if len(lines) == LINES_LIMIT:
                lines.append(JsonLine(path, (("… more than is shown here", "muted"),)))
            return
        indent = ((INDENT * len(path), ""),)
        after: Pieces = ((comma, "syntax-operator"),) if comma else ()
        if not (isinstance(value, Mapping | Sequence | set | frozenset) and value) or isinstance(
            value, str | bytes | bytearray
        ):
            lines.append(JsonLine(path, (*indent, *key, _scalar(value), *after)))
            return
        if id(value) in self._above or len(path) >= DEPTH_LIMIT:
            lines.append(JsonLine(path, (*indent, *key, ("…", "muted"), *after)))
            return
        opens, shuts, word = ("{", "}", "key") if isinstance(value, Mapping) else ("[", "]", "item")
        start, count = len(lines), len(value)
        if value is old and (known := self._known(start, path, key, shuts + comma)):
            lines += known
            return
        lines.append(JsonLine(path, ()))
        self._above.add(id(value))
        if isinstance(value, Mapping):
            for place, (name, inner) in enumerate(value.items()):
                before = (_key(name), (": ", "syntax-operator"))
                was = old.get(name) if isinstance(old, dict) else None
                self.write((*path, name), before, inner, "," * (place < count - 1), was)
        else:
            for place, inner in enumerate(value):
                was = old[place] if isinstance(old, list) and place < len(old) else None
                self.write((*path, place), (), inner, "," * (place < count - 1), was)
        self._above.discard(id(value))
        lines.append(JsonLine(path, (*indent, (shuts + comma, "syntax-operator")), closing=True))
        head = (*indent, *key, (opens, "syntax-operator"))
        folded = (
            *head,
            (f" … {count} {word}{'s' * (count != 1)} ", "muted"),
            (shuts + comma, "syntax-operator"),
        )
        lines[start] = JsonLine(path, head, len(lines), folded)

    def _known(self, start: int, path: Path, key: Pieces, last: str) -> list[JsonLine]:
        """The former lines of a part that begins at the same line; none if it did not."""
        former = self._former
        if start >= len(former) or former[start].path != path:
            return []
        if former[start].pieces[1:-1] != key:  # 1, 1.0 and true are one path
            return []
        end = former[start].end
        return former[start:end] if end and former[end - 1].pieces[-1][0] == last else []


def _key(name: object) -> tuple[str, str]:
    if isinstance(name, str):
        return printable(json.dumps(name, ensure_ascii=False)), "syntax-key"
    return printable(_plain(name)), "syntax-constant"


def _scalar(value: JsonValue) -> tuple[str, str]:
    if isinstance(value, str):
        return printable(json.dumps(value, ensure_ascii=False)), "syntax-string"
    if isinstance(value, bool) or value is None:
        return _plain(value), "syntax-constant"
    if isinstance(value, int | float):
        return _plain(value), "syntax-number"
    if isinstance(value, Mapping):
        return "{}", "syntax-operator"
    if isinstance(value, list | tuple | set | frozenset):
        return "[]", "syntax-operator"
    return printable(_plain(value)), "syntax-constant"


def _plain(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, int) and value.bit_length() > 4096:
        return f"{value.bit_length()}-bit number"
    return str(value)
