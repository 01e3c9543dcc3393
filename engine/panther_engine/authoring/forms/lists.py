"""Lists in one line, with commas between the items; items with commas stand in double quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

_ITEM = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")\s*(?=,|$)|([^,]*))(,|$)')


def join_items(items: Iterable[str]) -> str:
    """The items as one line."""
    return ", ".join(_written(item) for item in items)


def split_items(line: str) -> tuple[str, ...]:
    """The items of a line; what is empty is none."""
    found = []
    place = 0
    while place < len(line):
        match = _ITEM.match(line, place)
        assert match is not None  # the second branch takes anything
        quoted, plain = match[1], match[2]
        item = _unquoted(quoted) if quoted else (plain or "").strip()
        if item or quoted:
            found.append(item)
        place = match.end()
    return tuple(found)


def item_at(line: str, cursor: int) -> tuple[int, int]:
    """The span of the item that the cursor is in, without the spaces around it."""
    start = 0
    for match in _ITEM.finditer(line):
        end = match.end() - len(match[3])
        if match.start() <= cursor <= end:
            text = line[match.start() : end]
            start = match.start() + len(text) - len(text.lstrip())
            return min(start, cursor), max(match.start() + len(text.rstrip()), min(start, cursor))
    return cursor, cursor


def _written(item: str) -> str:
    printable = item.isprintable()
    if item and item == item.strip() and printable and "," not in item and item[0] != '"':
        return item
    return json.dumps(item, ensure_ascii=not printable)


def _unquoted(quoted: str) -> str:
    try:
        return str(json.loads(quoted))
    except ValueError:
        return quoted
