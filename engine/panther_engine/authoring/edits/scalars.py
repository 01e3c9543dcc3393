"""A scalar as text: in the quotes or the block that it had, if it can be read back so."""

from __future__ import annotations

import json
import re
import textwrap

from yaml import YAMLError

from panther_engine.authoring.edits.steps import RefusedError, is_same
from panther_engine.model import JsonValue
from panther_engine.reading.spec.yaml_dialect import read_yaml

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_WIDTH = 80


def write_scalar(
    value: JsonValue, style: str | None, *, strict: bool, flow: bool = False, indent: int = 0,
    newline: str = "\n",
) -> str:  # fmt: skip
    """A scalar as YAML, or as JSON where `strict`.

    `style` is how its predecessor was written: `"`, `'`, `|`, `>`, or None for plain. `indent` is
    that of the key whose value it is. Raises RefusedError for what no text can say.
    """
    if strict:
        try:
            return json.dumps(value, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError):
            raise RefusedError(f"JSON cannot hold {value!r}") from None
    if not isinstance(value, str):
        return _write_other(value)
    for form in (style, None, '"') if style else (None, '"'):
        written = _write_text(value, form, indent)
        if written is not None and _reads_as(written, value, flow):
            return written.replace("\n", newline)
    raise RefusedError("the text holds characters that YAML cannot hold")


def quote(text: str) -> str:
    """Text in double quotes, as JSON and YAML both read it."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)


def _write_other(value: JsonValue) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            written = repr(value)
            if written.lstrip("-") in ("inf", "nan"):
                return written.replace("inf", ".inf").replace("nan", ".nan")
            return written.replace("e", ".0e") if "e" in written and "." not in written else written
        case _:
            raise RefusedError(f"a spec cannot hold {type(value).__name__}")


def _write_text(value: str, style: str | None, indent: int) -> str | None:
    pad = " " * (indent + 2)
    match style:
        case None:
            return value if value and "\n" not in value else None
        case "'":
            return None if "\n" in value else "'" + value.replace("'", "''") + "'"
        case "|" | ">":
            body = value.removesuffix("\n")
            if not body.strip() or "\r" in body:
                return None
            lines = body.split("\n") if style == "|" else _fold(body, indent)
            chomp = "" if value.endswith("\n") else "-"
            return style + chomp + "".join(f"\n{pad}{line}" if line else "\n" for line in lines)
        case _:
            return quote(value)


def _fold(body: str, indent: int) -> list[str]:
    paragraphs = body.split("\n")
    lines: list[str] = []
    for number, paragraph in enumerate(paragraphs):
        if number:
            lines.append("")
        lines += textwrap.wrap(
            paragraph, max(_WIDTH - indent, 20), break_long_words=False, break_on_hyphens=False
        ) or [""]
    return lines


def _reads_as(written: str, value: str, flow: bool) -> bool:
    if "\n" in written:
        content = f"k: {written}\n"
    else:
        content = f"[{written}]" if flow else f"k: {written}\n"
    try:
        read = read_yaml(content.encode("utf-8")).data
    except (YAMLError, ValueError, UnicodeEncodeError):
        return False
    held = read[0] if isinstance(read, list) and len(read) == 1 else read
    if isinstance(read, dict):
        held = read.get("k")
    return is_same(held, value)
