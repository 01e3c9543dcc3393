"""The changes that a spec's data can take, and what the data is after each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from panther_engine.model import FieldPath, JsonValue

VALUES_LIMIT = 1_000_000
"""Values that a spec may have with its aliases written out."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an edit was not done; the text is as it was."""

    reason: str
    line: int = 1
    """1-based."""
    hint: str = ""


class RefusedError(Exception):
    """Carries a refusal out of the room's inside; nobody outside meets it."""

    def __init__(self, reason: str, line: int = 1, hint: str = "") -> None:
        super().__init__(reason)
        self.refusal = Refusal(reason, line, hint)


@dataclass(frozen=True, slots=True)
class Put:
    """Set the value at a path; a key that is not there is added in the conventional order."""

    path: FieldPath
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Drop:
    """Remove a key or an item."""

    path: FieldPath


@dataclass(frozen=True, slots=True)
class Insert:
    """Put an item into the list at a path, before the one that is at `index` now."""

    path: FieldPath
    index: int
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Move:
    """Move an item of the list at a path; `to` is its index afterwards."""

    path: FieldPath
    index: int
    to: int


@dataclass(frozen=True, slots=True)
class Copy:
    """Put a copy of an item, as it is written, right after it."""

    path: FieldPath
    index: int


@dataclass(frozen=True, slots=True)
class RenameKey:
    """Give the key at a path another name."""

    path: FieldPath
    name: str


Step: TypeAlias = Put | Drop | Insert | Move | Copy | RenameKey


def data_after(data: JsonValue, step: Step) -> JsonValue:
    """The data that a step asks for, shared with nothing.

    Raises RefusedError where the path leads nowhere or the aliases are endless.
    """
    fresh = unshared(data)
    if isinstance(step, Put | Drop | RenameKey):
        if not step.path:
            raise RefusedError("the whole spec cannot be replaced")
        holder, last = at(fresh, step.path[:-1]), step.path[-1]
        _change(holder, last, step)
        return fresh
    items = at(fresh, step.path)
    if not isinstance(items, list):
        raise RefusedError(f"{say_path(step.path)} is not a list")
    most = len(items) if isinstance(step, Insert) else len(items) - 1
    if not 0 <= step.index <= most:
        raise RefusedError(f"{say_path(step.path)} has no item {step.index + 1}")
    match step:
        case Insert():
            items.insert(step.index, unshared(step.value))
        case Move():
            if not 0 <= step.to <= most:
                raise RefusedError(f"{say_path(step.path)} has no place {step.to + 1}")
            items.insert(step.to, items.pop(step.index))
        case Copy():
            items.insert(step.index + 1, unshared(items[step.index]))
        case _:
            assert_never(step)
    return fresh


def _change(holder: JsonValue, last: str | int, step: Put | Drop | RenameKey) -> None:
    there = (isinstance(holder, dict) and last in holder) or (
        isinstance(holder, list) and isinstance(last, int) and 0 <= last < len(holder)
    )
    if not isinstance(holder, dict | list) or not (
        there or (isinstance(step, Put) and isinstance(holder, dict))
    ):
        raise RefusedError(f"there is no {say_path(step.path)}")
    match step:
        case Put():
            holder[last] = unshared(step.value)  # type: ignore[index]
        case Drop():
            del holder[last]  # type: ignore[arg-type]
        case RenameKey():
            if not isinstance(holder, dict) or step.name in holder:
                raise RefusedError(f"`{step.name}` is there already")
            items = [(step.name if key == last else key, held) for key, held in holder.items()]
            holder.clear()
            holder.update(items)
        case _:
            assert_never(step)


def at(data: JsonValue, path: FieldPath) -> JsonValue:
    """The value at a path. Raises RefusedError if there is none."""
    for part in path:
        try:
            data = data[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            raise RefusedError(f"there is no {say_path(path)}") from None
    return data


def unshared(value: JsonValue) -> JsonValue:
    """A copy in which no value stands in two places. Raises RefusedError if it would be huge."""
    room = VALUES_LIMIT

    def copy(inner: JsonValue, depth: int) -> JsonValue:
        nonlocal room
        room -= 1
        if room < 0 or depth > 300:
            raise RefusedError("aliases make the spec endless", hint="write the values out")
        if isinstance(inner, dict):
            return {key: copy(held, depth + 1) for key, held in inner.items()}
        if isinstance(inner, list | tuple):
            return [copy(held, depth + 1) for held in inner]
        return inner

    return copy(value, 0)


def is_same(one: JsonValue, other: JsonValue) -> bool:
    """Whether two values are equal with their types: `1`, `1.0` and `true` differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if type(one) is not type(other):
        return False
    return one == other or (one != one and other != other)  # not-a-number is itself here


def say_path(path: FieldPath) -> str:
    """A path for people: `Tests[0].Name`."""
    said = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return f"`{said.lstrip('.')}`"
