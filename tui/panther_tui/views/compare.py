"""The difference between two resources as lines of JSON. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from panther_engine.model import JsonValue
from panther_tui.views.json_lines import DEPTH_LIMIT, JsonLine, json_lines
from panther_tui.views.line import Line

CONTEXT = 3
"""Lines around a difference that are shown; the others are counted."""

LIMIT = 4000
"""Lines beyond which a resource is not compared: the time grows with their product."""


def compare_resources(here: JsonValue, other: JsonValue) -> list[Line]:
    """The lines of `here`, with what only `other` has marked `-` and what only `here` has `+`.

    Parts that are the same in both are cut down to a few lines around each difference. The order
    of keys is no difference; that of items is.
    """
    old, new = json_lines(_in_order_of(here, other)), json_lines(here)
    if len(old) > LIMIT or len(new) > LIMIT:
        return [Line((("the resources are too large to compare", "warning"),))]
    matcher = SequenceMatcher(None, _texts(old), _texts(new), autojunk=False)
    lines: list[Line] = []
    blocks = matcher.get_opcodes()
    if all(tag == "equal" for tag, *_ in blocks):
        return [Line((("both resources are the same", "muted"),))]
    for place, (tag, first, last, start, stop) in enumerate(blocks):
        if tag == "equal":
            lines += _same(new[start:stop], place > 0, place < len(blocks) - 1)
            continue
        lines += [_marked("-", "fail", line) for line in old[first:last]]
        lines += [_marked("+", "pass", line) for line in new[start:stop]]
    return lines


def _in_order_of(here: JsonValue, other: JsonValue, depth: int = 0) -> JsonValue:
    """`other` with its keys in the order of `here`, and then those that only it has."""
    if depth >= DEPTH_LIMIT:
        return other
    if isinstance(here, dict) and isinstance(other, dict):
        names = [name for name in here if name in other]
        names += [name for name in other if name not in here]
        return {name: _in_order_of(here.get(name), other[name], depth + 1) for name in names}
    if isinstance(here, list) and isinstance(other, list):
        pairs = zip(here, other, strict=False)
        return [
            *(_in_order_of(mine, its, depth + 1) for mine, its in pairs),
            *other[len(here) :],
        ]
    return other


def _same(lines: Sequence[JsonLine], after: bool, before: bool) -> list[Line]:
    head = CONTEXT if after else 0
    tail = CONTEXT if before else 0
    shown = [Line(line.pieces, gutter=(("  ", ""),)) for line in lines]
    hidden = len(lines) - head - tail
    if hidden < 2:
        return shown
    count = Line(((f"… {hidden} lines are the same", "muted"),), gutter=(("  ", ""),))
    return [*shown[:head], count, *shown[len(shown) - tail :]]


def _marked(mark: str, token: str, line: JsonLine) -> Line:
    text = "".join(part for part, _ in line.pieces)
    return Line(((text, token),), gutter=((f"{mark} ", f"{token} bold"),))


def _texts(lines: Sequence[JsonLine]) -> list[str]:
    """A comma after the last of some lines is no difference."""
    return ["".join(part for part, _ in line.pieces).rstrip(",") for line in lines]
