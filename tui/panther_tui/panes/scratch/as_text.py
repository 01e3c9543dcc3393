"""A scratch as the text of a file for the editor, and what comes back of it. Pure."""

from __future__ import annotations

import json

from panther_engine.model import JsonValue
from panther_tui.panes.scratch.differences import is_same
from panther_tui.panes.scratch.typed import Refused, Typed, Value, read_json

SIZE_LIMIT = 32 << 20
"""Bytes of a file that are read."""


def text_of(resource: JsonValue) -> str:
    """A resource as JSON with two blanks a level; what JSON cannot say is a text.

    Raises ValueError, TypeError or RecursionError for what cannot be written at all.
    """
    return json.dumps(resource, indent=2, ensure_ascii=False, default=str) + "\n"


def resource_of(text: str, offered: str, resource: JsonValue) -> Typed:
    """The resource that an edited text means; what was left as offered stays what it was.

    So a date, which JSON can only write as a text, remains a date where nobody touched it.
    """
    found = read_json(text.removeprefix("\ufeff"))
    if isinstance(found, Refused):
        return found
    if not isinstance(found.value, dict):
        return Refused("a resource is an object: it begins with { and ends with }")
    return Value(_kept(found.value, json.loads(offered), resource))


def _kept(new: JsonValue, offered: JsonValue, old: JsonValue) -> JsonValue:
    if is_same(new, offered):
        return old
    if isinstance(new, dict) and isinstance(offered, dict) and isinstance(old, dict):
        known = {str(name): value for name, value in old.items()}
        return {
            name: _kept(value, offered[name], known[name])
            if name in offered and name in known
            else value
            for name, value in new.items()
        }
    if isinstance(new, list) and isinstance(offered, list) and isinstance(old, list):
        same = min(len(new), len(offered), len(old))
        kept = [_kept(new[at], offered[at], old[at]) for at in range(same)]
        return [*kept, *new[same:]]
    return new
