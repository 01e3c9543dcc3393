"""How a change of a scratch is typed: what is offered first, and what each state means. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from panther_engine.model import FieldPath, JsonValue
from panther_engine.values.frozen import dataclass
from panther_tui.panes.scratch.completion import first_value, names_for, values_for
from panther_tui.panes.scratch.scratch import Scratch, add_value, change, set_value, value_at
from panther_tui.panes.scratch.typed import (
    TEXT_LIMIT,
    Refused,
    kind_of,
    offered_text,
    take_typed,
)
from panther_tui.panes.scratch.typing import TypedLine, Typing

LONGEST = 2_000
"""Characters of a value that is edited in one line; longer ones belong into the editor."""


@dataclass(frozen=True, slots=True)
class Around:
    """What names and values are completed from."""

    others: tuple[JsonValue, ...] = ()
    """The resources of the policy's other tests."""
    types: tuple[str, ...] = ()


def begin_set(scratch: Scratch, path: FieldPath, around: Around) -> Typing | str:
    """Type another value for a field; or why not, in words."""
    old = value_at(scratch.resource, path)
    text = offered_text(old)
    if len(text) > LONGEST:
        return f"{len(text):,} characters are too many for a line: ctrl+e opens the editor."
    if not path:
        return "The whole resource is edited in the editor: ctrl+e."
    return Typing(path, TypedLine.starting(text, tuple(values_for(path, old, around.others))))


def begin_add(scratch: Scratch, holder: FieldPath, around: Around) -> Typing | str:
    """Type the name of a new key, or the value of an item after the last; or why not."""
    held = value_at(scratch.resource, holder)
    if isinstance(held, dict):
        names = names_for(holder, scratch.resource, around.others, around.types)
        return Typing(holder, TypedLine(offers=tuple(names)), naming=True, adding=True)
    if isinstance(held, list):
        return begin_value(scratch, (*holder, len(held)), around)
    return f"Nothing can be added to {kind_of(held)}."


def begin_value(scratch: Scratch, path: FieldPath, around: Around) -> Typing:
    """Type the value of a key or item that is not there yet."""
    first = first_value(path, scratch.resource, around.others, around.types)
    offers = tuple(dict.fromkeys((first, *values_for(path, None, around.others), "null")))
    return Typing(path, TypedLine.starting(first, offers), adding=True)


def take(scratch: Scratch, typing: Typing) -> tuple[Scratch | None, Typing]:
    """The scratch as what is typed makes it, None if it makes none; and what is to be said."""
    if typing.naming:
        return None, _take_name(scratch, typing)
    old = None if typing.adding else value_at(scratch.resource, typing.path)
    if not typing.adding and typing.line.text == offered_text(old):
        return scratch, replace(typing, said="", wrong=False)
    found = take_typed(typing.line.text, old, anything=typing.adding)
    if isinstance(found, Refused):
        return None, replace(typing, said=found.reason, wrong=True)
    made = (
        add_value(typing.path, found.value)
        if typing.adding
        else set_value(scratch, typing.path, found.value)
    )
    return change(scratch, made), replace(typing, said=found.note, wrong=False)


def name_typed(text: str) -> str:
    """The name that was typed, with or without quotes."""
    stripped = text.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] == '"':
        try:
            name = json.loads(stripped)
        except ValueError:
            return stripped
        return name if isinstance(name, str) else stripped
    return stripped


def _take_name(scratch: Scratch, typing: Typing) -> Typing:
    name = name_typed(typing.line.text)
    held = value_at(scratch.resource, typing.path)
    if not name:
        return replace(typing, said="", wrong=True)
    if isinstance(held, dict) and name in held:
        return replace(typing, said="there is such a key already", wrong=True)
    if len(name) > TEXT_LIMIT or isinstance(take_typed(json.dumps(name), ""), Refused):
        return replace(typing, said="that is no name that JSON can write", wrong=True)
    return replace(typing, said="", wrong=False)


def others_of(scratch: Scratch, resources: Sequence[JsonValue]) -> tuple[JsonValue, ...]:
    """The resources of the other tests."""
    return tuple(it for at, it in enumerate(resources) if at != scratch.test)
