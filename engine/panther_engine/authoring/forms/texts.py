"""What a spec holds as the texts of a form, and texts as what a spec is to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from panther_engine.authoring.forms.fields import FIELD_OF, FormField, FormKind
from panther_engine.authoring.forms.lists import join_items, split_items
from panther_engine.model import JsonValue

YES, NO = "yes", "no"
_WITH_BREAK = ("Description", "Runbook")
"""New ones end with a line break, as folded texts do."""

Texts = Mapping[str, str]
"""The fields of a form by key; one that is not there is empty."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What changes in a spec."""

    values: tuple[tuple[str, JsonValue], ...] = ()
    removed: tuple[str, ...] = ()


def text_of(field: FormField, value: JsonValue) -> str | None:
    """A value as the text of a field; None if a form cannot say it."""
    match field.kind:
        case FormKind.SWITCH:
            return (YES if value else NO) if isinstance(value, bool) else None
        case FormKind.LIST:
            return join_items(value) if _is_texts(value) else None
        case FormKind.PAIRS:
            return _pairs(value)
        case FormKind.TEXT:
            return value.removesuffix("\n") if isinstance(value, str) else None
        case _:
            is_line = isinstance(value, str) and "\n" not in value.removesuffix("\n")
            return str(value).removesuffix("\n") if is_line else None


def value_of(field: FormField, text: str, old: JsonValue = None) -> JsonValue:
    """What a text stands for; what it shares with the old value stays as it is there."""
    match field.kind:
        case FormKind.SWITCH:
            return text == YES
        case FormKind.LIST:
            return list(split_items(text))
        case FormKind.PAIRS:
            return _reports(text, old)
        case _:
            broken = old.endswith("\n") if isinstance(old, str) else field.key in _WITH_BREAK
            text = "\n".join(line.rstrip() for line in text.rstrip().split("\n"))
            return f"{text}\n" if broken and text.strip() else text


def changed(data: Mapping[str, JsonValue], before: Texts, after: Texts) -> Metadata:
    """What the texts `after` change in a spec that was shown as `before`."""
    values, removed = [], []
    for key, text in after.items():
        if text == before.get(key, ""):
            continue
        if text.strip():
            value = value_of(FIELD_OF[key], text, data.get(key))
            if value != data.get(key):
                values.append((key, value))
        elif key in data:
            removed.append(key)
    return Metadata(tuple(values), tuple(removed))


def read_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """`KEY=VALUE` items of a line; the value of an item that is no pair is empty."""
    parts = (item.partition("=") for item in split_items(text))
    return tuple((key.strip(), value.strip()) for key, _, value in parts)


def _is_texts(value: JsonValue) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _pairs(value: JsonValue) -> str | None:
    if not isinstance(value, dict):
        return None
    items = []
    for key, sections in value.items():
        if not isinstance(key, str) or not key or key != key.strip() or "=" in key:
            return None
        if not isinstance(sections, list) or not sections:
            return None
        for one in sections:
            said = _section(one)
            if said is None:
                return None
            items.append(f"{key}={said}")
    return join_items(items)


def _section(value: JsonValue) -> str | None:
    if isinstance(value, str):
        return value if value and value == value.strip() else None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else None


def _reports(text: str, old: JsonValue) -> JsonValue:
    known = {
        (key, _section(one)): one
        for key, sections in (old if isinstance(old, dict) else {}).items()
        if isinstance(sections, list)
        for one in sections
    }
    found: dict[str, JsonValue] = {}
    for key, value in read_pairs(text):
        held = found.setdefault(key, [])
        assert isinstance(held, list)
        held.append(known.get((key, value), value))
    return found
