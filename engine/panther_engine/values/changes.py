"""Applies changes to a copy of a resource. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from panther_engine.model import JsonValue
from panther_engine.values.insight import Change


def apply_changes(resource: JsonValue, changes: Iterable[Change]) -> JsonValue:
    """The resource after these changes, in order. Raises LookupError if one leads nowhere."""
    for change in changes:
        resource = apply_change(resource, change)
    return resource


def apply_change(resource: JsonValue, change: Change) -> JsonValue:
    """The resource after one change; all that does not hold its field is shared with the old one.

    `set` keeps the place of a key, `add` puts a key last and an item before the one at its index.
    A value that stands in several places changes in this one only. Raises LookupError if there is
    no such field.
    """
    if not change.field:
        if change.op != "set":
            raise LookupError("the whole resource can be replaced, not removed")
        return change.new
    holders: list[dict[object, JsonValue] | list[JsonValue]] = []
    value = resource
    for place, step in enumerate(change.field):
        if not isinstance(value, dict | list):
            raise LookupError(f"there is no {step!r} in a {type(value).__name__}")
        holders.append(value)
        if place < len(change.field) - 1:
            value = _held(value, step)
    new = _changed(holders[-1], change)
    for holder, step in zip(holders[-2::-1], change.field[-2::-1], strict=True):
        copy = holder.copy()
        copy[step] = new  # type: ignore[index]
        new = copy
    return new


def _held(holder: JsonValue, step: str | int) -> JsonValue:
    if isinstance(holder, dict):
        return holder[step]
    if isinstance(holder, list) and isinstance(step, int) and 0 <= step < len(holder):
        return holder[step]
    raise LookupError(f"there is no item {step!r}")


def _changed(holder: dict[object, JsonValue] | list[JsonValue], change: Change) -> JsonValue:
    step, copy = change.field[-1], holder.copy()
    if isinstance(copy, dict):
        if (step in copy) == (change.op == "add"):
            raise LookupError(f"{step!r} is {'' if step in copy else 'not '}there")
        if change.op == "remove":
            del copy[step]
        else:
            copy[step] = change.new
        return copy
    if change.op == "add":
        if not isinstance(step, int) or not 0 <= step <= len(copy):
            raise LookupError(f"there is no place {step!r}")
        copy.insert(step, change.new)
        return copy
    _held(copy, step)
    if change.op == "remove":
        del copy[step]  # type: ignore[arg-type]
    else:
        copy[step] = change.new  # type: ignore[index]
    return copy
