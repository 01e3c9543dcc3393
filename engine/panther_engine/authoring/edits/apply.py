"""Steps done on the bytes of a spec, each read again and compared with what was meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from panther_engine.authoring.edits.around import style_around
from panther_engine.authoring.edits.block import (
    copy_block,
    drop_block,
    entry_indent,
    insert_block,
    move_block,
)
from panther_engine.authoring.edits.flow import (
    copy_flow,
    drop_flow,
    entry_column,
    insert_flow,
    move_flow,
)
from panther_engine.authoring.edits.order import place_of_key
from panther_engine.authoring.edits.render import (
    after_colon_in_flow,
    block_entry,
    block_item,
    flow_entry,
    write_block,
    write_flow,
)
from panther_engine.authoring.edits.scalars import write_scalar
from panther_engine.authoring.edits.spec_text import (
    Cut,
    SpecText,
    content_end,
    end_of,
    is_flow,
    key_index,
    read_spec,
    start_of,
)
from panther_engine.authoring.edits.steps import (
    Copy,
    Drop,
    Insert,
    Move,
    Put,
    Refusal,
    RefusedError,
    RenameKey,
    Step,
    data_after,
    is_same,
    say_path,
)
from panther_engine.model import JsonValue
from panther_engine.reading.storage.gc_pause import collecting_later


@dataclass(frozen=True, slots=True)
class Edited:
    """A spec before and after an edit."""

    path: str
    before: bytes
    after: bytes


def apply_steps(content: bytes, path: str, steps: Iterable[Step]) -> Edited | Refusal:
    """Do the steps one after the other, or none of them.

    A `path` that ends in `.json` is JSON. What comes out holds exactly the data that the steps ask
    for, and only lines that they concern differ.
    """
    with collecting_later():
        return _apply(content, path, steps)


def _apply(content: bytes, path: str, steps: Iterable[Step]) -> Edited | Refusal:
    after = content
    try:
        spec = read_spec(content, path)
        for step in steps:
            intended = data_after(spec.data, step)
            after = spec.replace(_cuts(spec, step))
            spec = _read_again(after, path, step, spec)
            if not is_same(spec.data, intended):
                raise RefusedError(
                    f"{say_path(step.path)} cannot be edited by itself",
                    _line_of_step(content, path, step),
                    "an anchor or an unusual form ties it to something else: edit it by hand",
                )
    except RefusedError as refused:
        return refused.refusal
    return Edited(path, content, after)


def _read_again(after: bytes, path: str, step: Step, before: SpecText) -> SpecText:
    try:
        return read_spec(after, path)
    except RefusedError as refused:
        line = refused.refusal.line
        raise RefusedError(
            f"{say_path(step.path)} cannot be edited: the result would not be read"
            f" ({refused.refusal.reason})", line, "edit it by hand",
        ) from None  # fmt: skip


def _line_of_step(content: bytes, path: str, step: Step) -> int:
    spec = read_spec(content, path)
    for length in range(len(step.path), -1, -1):
        try:
            return spec.line_of(start_of(spec.find(step.path[:length])))
        except (RefusedError, IndexError):
            continue
    return 1


def _cuts(spec: SpecText, step: Step) -> list[Cut]:
    match step:
        case Put():
            return _put(spec, step)
        case Drop():
            holder = spec.find(step.path[:-1])
            index = _index(spec, holder, step.path[-1])
            if len(holder.value) == 1 and not is_flow(holder):
                empty: JsonValue = {} if isinstance(holder, MappingNode) else []
                return _put(spec, Put(step.path[:-1], empty))
            return (drop_flow if is_flow(holder) else drop_block)(spec, holder, index)
        case Insert():
            return _insert(spec, step)
        case Move():
            node = spec.find(step.path)
            mover = move_flow if is_flow(node) else move_block
            return mover(spec, node, step.index, step.to)
        case Copy():
            node = spec.find(step.path)
            return (copy_flow if is_flow(node) else copy_block)(spec, node, step.index)
        case RenameKey():
            holder = spec.find(step.path[:-1])
            if not isinstance(holder, MappingNode):
                raise RefusedError(f"{say_path(step.path)} is not a key")
            key = holder.value[key_index(spec, holder, step.path[-1], step.path)][0]
            written = write_scalar(step.name, key.style, strict=spec.json, flow=is_flow(holder))
            return [(start_of(key), end_of(key), written)]


def _index(spec: SpecText, holder: Node, part: str | int) -> int:
    if isinstance(holder, MappingNode):
        return key_index(spec, holder, part)
    return int(part)


def _put(spec: SpecText, step: Put) -> list[Cut]:
    if not step.path:
        style = style_around(spec, spec.root)
        return [(start_of(spec.root), content_end(spec, spec.root), write_flow({}, 0, style))]
    holder, last = spec.find(step.path[:-1]), step.path[-1]
    if isinstance(holder, MappingNode) and not any(
        isinstance(key, ScalarNode) and key.value == str(last) for key, _ in holder.value
    ):
        return _add_key(spec, holder, step)
    index = _index(spec, holder, last)
    if isinstance(holder, MappingNode):
        key, old = holder.value[index]
        colon = spec.text.index(":", end_of(key)) + 1
        column = spec.column(start_of(key))
    else:
        old = holder.value[index]
        colon = column = -1
    if start_of(old) < start_of(holder):
        raise RefusedError(
            f"{say_path(step.path)} is an alias", spec.line_of(start_of(holder)),
            "write the value out first",
        )  # fmt: skip
    return _replace(spec, holder, old, step, colon, column)


def _replace(
    spec: SpecText, holder: Node, old: Node, step: Put, colon: int, column: int
) -> list[Cut]:
    new, start, end = step.value, start_of(old), content_end(spec, old)
    style = style_around(spec, old)
    if isinstance(old, ScalarNode) and not isinstance(new, dict | list):
        indent = column if colon >= 0 else spec.indent(start)
        written = write_scalar(
            new, _scalar_style(spec, old, new), strict=spec.json, flow=is_flow(holder),
            indent=indent, newline=spec.newline,
        )  # fmt: skip
        space = " " if start == end and not spec.text[start - 1 : start].isspace() else ""
        return [(start, end, space + written)]
    if isinstance(old, MappingNode | SequenceNode) and is_flow(old) and _is_full(new, old):
        indent = spec.column(start) if spec.begins_line(start) else spec.indent(start)
        return [(start, end, write_flow(new, indent, style))]
    if colon < 0:
        if is_flow(holder):
            return [(start, end, write_flow(new, spec.indent(start), style))]
        return [(start, end, write_flow(new, spec.column(start), style))]
    if is_flow(holder):
        return [(colon, end, after_colon_in_flow(new, spec.indent(colon - 1), style))]
    if isinstance(old, MappingNode) and not is_flow(old) and old.value:
        style = replace(style, block_resources=True)
    return [(colon, end, write_block(new, column, style, str(step.path[-1])))]


def _is_full(new: JsonValue, old: Node) -> bool:
    """Whether a collection in brackets takes another's place as it stands."""
    return isinstance(new, dict | list) and bool(old.value) == bool(new)


def _scalar_style(spec: SpecText, old: ScalarNode, new: JsonValue) -> str | None:
    if spec.json or not isinstance(new, str):
        return None
    if old.style or not old.tag.endswith(":str"):
        return old.style or ('"' if spec.text[: start_of(old)].rstrip().endswith('":') else None)
    return None


def _add_key(spec: SpecText, holder: MappingNode, step: Put) -> list[Cut]:
    last = step.path[-1]
    style = style_around(spec, holder)
    pair = {last: step.value}
    if not holder.value:
        if len(step.path) == 1:
            return [(start_of(holder), end_of(holder), write_flow(pair, 0, style))]
        return _put(spec, Put(step.path[:-1], pair))
    keys = [str(key.value) for key, _ in holder.value]
    index = place_of_key(step.path, keys)
    if is_flow(holder):
        column = entry_column(spec, holder)
        style = style if column else replace(style, one_line=True)
        entry = flow_entry(pair, last, column, style)
        quoted = any(key.style == '"' for key, _ in holder.value)
        if not quoted and isinstance(last, str):
            name = write_scalar(last, None, strict=spec.json, flow=True)
            entry = name + entry[entry.index('":') + 1 :] if '"' not in last else entry
        return insert_flow(spec, holder, index, entry)
    indent = entry_indent(spec, holder)
    return insert_block(spec, holder, index, block_entry(pair, last, indent, style))


def _insert(spec: SpecText, step: Insert) -> list[Cut]:
    node = spec.find(step.path)
    style = style_around(spec, node)
    if not node.value:
        return _put(spec, Put(step.path, [step.value]))
    if is_flow(node):
        column = entry_column(spec, node)
        style = style if column else replace(style, one_line=True)
        return insert_flow(spec, node, step.index, write_flow(step.value, column, style))
    item = block_item(step.value, entry_indent(spec, node), style)
    return insert_block(spec, node, step.index, item)
