"""Entries of collections in brackets: added, removed, moved and copied where they stand."""

from __future__ import annotations

from yaml.nodes import MappingNode, Node

from panther_engine.authoring.edits.spec_text import Cut, SpecText, end_of, start_of
from panther_engine.authoring.edits.steps import RefusedError


def drop_flow(spec: SpecText, node: Node, index: int) -> list[Cut]:
    """Remove an entry with its comma, and its lines if they are its own."""
    entries, commas = _entries(spec, node)
    start, end = entries[index]
    comma = commas[index]
    if len(entries) == 1:
        return [(start_of(node) + 1, end_of(node) - 1, "")]
    own = spec.begins_line(start)
    if index < len(entries) - 1:
        assert comma is not None
        following = entries[index + 1][0]
        if own and spec.line_start(following) > comma and spec.begins_line(_next(spec, comma)):
            return [(spec.line_start(start), spec.after_break(spec.line_end(comma)), "")]
        _refuse_comment(spec, comma + 1, following)
        return [(start, following, "")]
    before = commas[index - 1]
    assert before is not None
    tail = end if comma is None else comma + 1
    lone = [] if comma is not None else [(before, before + 1, "")]
    if own and spec.begins_line(end_of(node) - 1):
        stop = spec.after_break(spec.line_end(tail))
        return [(spec.line_start(start), stop, ""), *lone]
    _refuse_comment(spec, before + 1, start)
    return [(before + (comma is not None), tail, "")]


def insert_flow(spec: SpecText, node: Node, index: int, entry: str) -> list[Cut]:
    """Add an entry to a collection that has some; `entry` is written for the others' column."""
    entries, commas = _entries(spec, node)
    if index < len(entries):
        start = entries[index][0]
        pad = spec.text[spec.line_start(start) : start]
        between = spec.newline + pad if spec.begins_line(start) else " "
        return [(start, start, f"{entry},{between}")]
    start, end = entries[-1]
    comma = commas[-1]
    if not spec.begins_line(start):
        if comma is None:
            return [(end, end, f", {entry}")]
        return [(comma + 1, comma + 1, f" {entry},")]
    pad = spec.newline + spec.text[spec.line_start(start) : start]
    tail = end if comma is None else comma + 1
    place = spec.line_end(tail) if spec.begins_line(end_of(node) - 1) else tail
    if comma is not None:
        return [(place, place, f"{pad}{entry},")]
    if place == end:
        return [(end, end, f",{pad}{entry}")]
    return [(end, end, ","), (place, place, pad + entry)]


def move_flow(spec: SpecText, node: Node, index: int, to: int) -> list[Cut]:
    """Move an entry; commas and comments stay where they are."""
    entries, _ = _entries(spec, node)
    texts = [spec.text[start:end] for start, end in entries]
    texts.insert(to, texts.pop(index))
    return [(start, end, text) for (start, end), text in zip(entries, texts, strict=True)]


def copy_flow(spec: SpecText, node: Node, index: int) -> list[Cut]:
    """Repeat an entry after itself."""
    entries, _ = _entries(spec, node)
    start, end = entries[index]
    return insert_flow(spec, node, index + 1, spec.text[start:end])


def entry_column(spec: SpecText, node: Node) -> int:
    """The column that entries of a collection begin at; 0 in one of one line."""
    start = _entries(spec, node)[0][0][0]
    return spec.column(start) if spec.begins_line(start) else 0


def _entries(spec: SpecText, node: Node) -> tuple[list[tuple[int, int]], list[int | None]]:
    """Where each entry stands, and the comma behind it."""
    if spec.text[start_of(node) : start_of(node) + 1] not in ("{", "["):
        raise RefusedError(
            "an anchor, a tag or a pair without braces is there",
            spec.line_of(start_of(node)), "edit it by hand",
        )  # fmt: skip
    pairs = node.value if isinstance(node, MappingNode) else [(item, item) for item in node.value]
    entries = [(start_of(key), max(end_of(key), end_of(value))) for key, value in pairs]
    commas: list[int | None] = []
    for start, end in entries:
        found = spec.skip_gap(end)
        if not start_of(node) < start <= end < end_of(node):
            raise RefusedError(
                "an alias stands there", spec.line_of(start_of(node)), "write the value out first"
            )
        commas.append(found if spec.text[found : found + 1] == "," else None)
    if None in commas[:-1]:
        raise RefusedError("its commas cannot be told apart", spec.line_of(start_of(node)))
    return entries, commas


def _next(spec: SpecText, comma: int) -> int:
    """The next thing behind a comma's line, comments included."""
    return spec.after_break(spec.line_end(comma))


def _refuse_comment(spec: SpecText, start: int, end: int) -> None:
    if "#" in spec.text[start:end]:
        raise RefusedError(
            "a comment stands between this entry and the next", spec.line_of(start),
            "move the comment first",
        )  # fmt: skip
