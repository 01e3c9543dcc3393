"""Items and keys of blocks: added, removed, moved and copied as whole lines.

Comments right above an item, and deeper ones right below it, are the item's.
"""

from __future__ import annotations

import re
from itertools import pairwise

from yaml.nodes import MappingNode, Node

from panther_engine.authoring.edits.spec_text import Cut, SpecText, content_end, start_of
from panther_engine.authoring.edits.steps import RefusedError

_DASH = re.compile(r"-(?=\s|$)")


def drop_block(spec: SpecText, node: Node, index: int) -> list[Cut]:
    """Remove one of several items or keys with its lines."""
    regions = _regions(spec, node)
    start, end = regions[index]
    if not spec.begins_line(_marks(spec, node)[index]):
        following = regions[index + 1][0]
        if "#" in spec.text[end:following]:
            raise RefusedError(
                "a comment stands below it", spec.line_of(end), "move the comment first"
            )
        return [(start, _marks(spec, node)[index + 1], "")]
    if index > 0 and not spec.text[regions[index - 1][1] : start].strip():
        return [(regions[index - 1][1], end, "")]
    if index == 0 and not spec.text[end : regions[1][0]].strip():
        return [(start, regions[1][0], "")]
    stop = spec.after_break(end)
    return [(start, stop, "")]


def insert_block(spec: SpecText, node: Node, index: int, lines: str) -> list[Cut]:
    """Add an item or a key; `lines` are written for the others' column, the first without it."""
    regions, marks = _regions(spec, node), _marks(spec, node)
    pad = " " * spec.column(marks[0])
    blank = spec.newline if _is_spaced(spec, regions) else ""
    if index < len(regions):
        mark = marks[index]
        if not spec.begins_line(mark):
            return [(mark, mark, lines + spec.newline + blank + pad)]
        start = regions[index][0]
        return [(start, start, pad + lines + spec.newline + blank)]
    end = regions[-1][1]
    return [(end, end, spec.newline + blank + pad + lines)]


def move_block(spec: SpecText, node: Node, index: int, to: int) -> list[Cut]:
    """Move an item with its lines; what stands between items stays."""
    regions = _regions(spec, node)
    if not all(map(spec.begins_line, _marks(spec, node))):
        raise RefusedError("the list begins within a line", spec.line_of(regions[0][0]))
    texts = [spec.text[start:end] for start, end in regions]
    texts.insert(to, texts.pop(index))
    return [(start, end, text) for (start, end), text in zip(regions, texts, strict=True)]


def copy_block(spec: SpecText, node: Node, index: int) -> list[Cut]:
    """Repeat an item's lines after it, without the comments above it."""
    end = _regions(spec, node)[index][1]
    mark = _marks(spec, node)[index]
    return insert_block(spec, node, index + 1, spec.text[mark:end])


def entry_indent(spec: SpecText, node: Node) -> int:
    """The column of a block's keys or dashes."""
    return spec.column(_marks(spec, node)[0])


def _marks(spec: SpecText, node: Node) -> list[int]:
    """Where each dash or key stands."""
    if isinstance(node, MappingNode):
        return [_within(spec, node, key) for key, _ in node.value]
    column = spec.column(start_of(node))
    marks = [start_of(node)]
    for before, item in pairwise(node.value):
        _within(spec, node, item)
        marks.append(_find_dash(spec, content_end(spec, before), start_of(item), column))
    return marks


def _find_dash(spec: SpecText, start: int, stop: int, column: int) -> int:
    place = spec.line_start(stop)
    while place >= spec.line_start(start):
        if _DASH.match(spec.text, place + column) and spec.begins_line(place + column):
            return place + column
        if place == 0:
            break
        place = spec.line_start(place - 1)
    raise RefusedError("the dash of an item cannot be found", spec.line_of(stop))


def _within(spec: SpecText, node: Node, inner: Node) -> int:
    start = start_of(inner)
    if start < start_of(node):
        raise RefusedError(
            "an alias or a merge key stands there", spec.line_of(start_of(node)),
            "write the value out first",
        )  # fmt: skip
    return start


def _regions(spec: SpecText, node: Node) -> list[tuple[int, int]]:
    """The lines of each entry, from the first one's beginning to the last one's end.

    An entry that begins within a line begins where its mark stands.
    """
    marks = _marks(spec, node)
    values = [one[1] for one in node.value] if isinstance(node, MappingNode) else node.value
    regions = []
    floor = 0
    for index, (mark, value) in enumerate(zip(marks, values, strict=True)):
        start = mark
        if spec.begins_line(mark):
            start = spec.line_start(mark)
            if index:
                start = _take_comments_above(spec, start, floor, spec.column(mark))
        end = spec.line_end(max(content_end(spec, value), mark))
        end = _take_comments_below(spec, end, spec.column(mark))
        regions.append((start, end))
        floor = end
    return regions


def _take_comments_above(spec: SpecText, start: int, floor: int, column: int) -> int:
    while start > floor + 1:
        above = spec.line_start(start - 1)
        if spec.text[start - 2 : start] == "\r\n":
            above = spec.line_start(start - 2)
        line = spec.text[above:start]
        if above <= floor or not line.lstrip().startswith("#") or spec.indent(above) != column:
            break
        start = above
    return start


def _take_comments_below(spec: SpecText, end: int, column: int) -> int:
    while (below := spec.after_break(end)) > end:
        stop = spec.line_end(below)
        if not spec.text[below:stop].lstrip().startswith("#") or spec.indent(below) <= column:
            break
        end = stop
    return end


def _is_spaced(spec: SpecText, regions: list[tuple[int, int]]) -> bool:
    """Whether blank lines stand between all entries."""
    gaps = [spec.text[one[1] : two[0]] for one, two in pairwise(regions)]
    return bool(gaps) and all(gap.count("\n") > 1 and not gap.strip() for gap in gaps)
