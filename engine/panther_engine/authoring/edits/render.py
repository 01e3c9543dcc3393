"""Values as text in the style of what stands around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from panther_engine.authoring.edits.scalars import quote, write_scalar
from panther_engine.model import JsonValue

_ONE_LINE = 60
"""Characters that a list of scalars may have to stay in one line."""


@dataclass(frozen=True, slots=True)
class Style:
    """How collections are written; the default is the norm of Panther's own repository."""

    strict: bool = False
    """JSON: no commas at the end, no plain text."""
    one_line: bool = False
    trailing: bool = True
    """A comma after the last entry."""
    next_line: bool = True
    """A collection begins on the line after its key."""
    list_offset: int = 2
    """Spaces that a block list stands further in than its key."""
    block_resources: bool = False
    newline: str = "\n"


def imitate(sample: str, style: Style) -> Style:
    """The style of a flow collection as it is written; what it does not show is as in `style`."""
    if "\n" not in sample:
        return Style(
            style.strict, len(sample) > 2, style.trailing, style.next_line,
            style.list_offset, style.block_resources, style.newline,
        )  # fmt: skip
    trailing = re.search(r",\s*[}\]]\s*$", sample) is not None
    below = len(re.findall(r":[ \t]*\r?\n\s*[{\[]", sample))
    beside = len(re.findall(r":[ \t]*[{\[][ \t]*\r?\n", sample))
    next_line = below > beside if below or beside else style.next_line
    return Style(
        style.strict, False, trailing and not style.strict, next_line,
        style.list_offset, style.block_resources, style.newline,
    )  # fmt: skip


def write_flow(value: JsonValue, indent: int, style: Style) -> str:
    """A value with brackets. The line that it begins in is indented by `indent` spaces."""
    if not isinstance(value, dict | list):
        return flow_scalar(value, style)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    if not value:
        return opening + closing
    if style.one_line or (isinstance(value, list) and _fits(value, style)):
        inner = ", ".join(flow_entry(value, key, 0, _in_one_line(style)) for key in _keys(value))
        space = " " if opening == "{" else ""
        return f"{opening}{space}{inner}{space}{closing}"
    pad = style.newline + " " * (indent + 2)
    entries = [flow_entry(value, key, indent + 2, style) for key in _keys(value)]
    last = "," if style.trailing and not style.strict else ""
    end = style.newline + " " * indent
    return opening + pad + f",{pad}".join(entries) + last + end + closing


def flow_entry(holder: JsonValue, key: JsonValue, indent: int, style: Style) -> str:
    """`"key": value`, or an item of a list, which begins at `indent`."""
    held = holder[key]  # type: ignore[index]
    if isinstance(holder, list):
        return write_flow(held, indent, style)
    name = quote(key) if isinstance(key, str) else flow_scalar(key, style)
    return f"{name}:{after_colon_in_flow(held, indent, style)}"


def after_colon_in_flow(value: JsonValue, indent: int, style: Style) -> str:
    """What follows a key's colon, with the space or the line break before it."""
    spread = isinstance(value, dict | list) and value and not style.one_line
    if spread and isinstance(value, list) and _fits(value, style):
        spread = False
    if spread and style.next_line and not style.strict:
        deeper = indent + 2
        return f"{style.newline}{' ' * deeper}{write_flow(value, deeper, style)}"
    return f" {write_flow(value, indent, style)}"


def flow_scalar(value: JsonValue, style: Style) -> str:
    """A scalar within brackets; text is in double quotes."""
    return write_scalar(value, '"', strict=style.strict, flow=True)


def write_block(value: JsonValue, indent: int, style: Style, key: str = "") -> str:
    """What follows a key's colon (with the space or line break before it) in a block.

    `indent` is the key's. A `Resource` is written in brackets on the next line unless the
    resources around it are blocks.
    """
    if not isinstance(value, dict | list) or not value:
        if isinstance(value, dict | list):
            return " {}" if isinstance(value, dict) else " []"
        folded = isinstance(value, str) and key in ("Description", "Runbook")
        style_of_text = ">" if folded else None
        return " " + write_scalar(
            value, style_of_text, strict=False, indent=indent, newline=style.newline
        )
    if isinstance(value, dict):
        if key == "Resource" and not style.block_resources:
            return after_colon_in_flow(value, indent, style)
        pad = style.newline + " " * (indent + 2)
        return "".join(pad + block_entry(value, name, indent + 2, style) for name in value)
    at = indent + style.list_offset
    pad = style.newline + " " * at
    return "".join(pad + block_item(item, at, style) for item in value)


def block_entry(holder: JsonValue, key: JsonValue, indent: int, style: Style) -> str:
    """`key: value` without the first line's indentation."""
    name = write_scalar(key, None, strict=False)
    return f"{name}:{write_block(holder[key], indent, style, str(key))}"  # type: ignore[index]


def block_item(value: JsonValue, indent: int, style: Style) -> str:
    """`- value` without the first line's indentation; `indent` is the dash's column."""
    if isinstance(value, dict) and value:
        pad = style.newline + " " * (indent + 2)
        return "- " + pad.join(block_entry(value, key, indent + 2, style) for key in value)
    if isinstance(value, list) and value:
        return f"- {write_flow(value, indent + 2, style)}"
    return "-" + write_block(value, indent, style)


def _keys(value: JsonValue) -> list[JsonValue]:
    return list(value) if isinstance(value, dict) else list(range(len(value)))  # type: ignore[arg-type]


def _fits(value: list[JsonValue], style: Style) -> bool:
    if any(isinstance(item, dict | list) for item in value):
        return False
    return sum(len(flow_scalar(item, style)) + 2 for item in value) <= _ONE_LINE


def _in_one_line(style: Style) -> Style:
    return Style(style.strict, True, False, False, newline=style.newline)
