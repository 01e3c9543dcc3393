"""The edits that people ask for, as steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from panther_engine.authoring.edits.steps import (
    Copy,
    Drop,
    Insert,
    Move,
    Put,
    Step,
    is_same,
)
from panther_engine.model import FieldPath, JsonValue, Mock

Steps = tuple[Step, ...]

_MANY, _FEW = 24, 6
"""Differences of a resource above which it is written anew as a whole; in a large spec, in which
each takes a while, fewer.
"""

LARGE = 1_000_000
"""Bytes from which a spec is large."""


def set_value(path: FieldPath, value: JsonValue) -> Steps:
    """Set a value of the spec, or of a resource in it."""
    return (Put(path, value),)


def set_expectation(test: int, expected: bool) -> Steps:
    """Expect this verdict of a test (0-based)."""
    return (Put(("Tests", test, "ExpectedResult"), expected),)


def rename_test(test: int, name: str) -> Steps:
    """Give a test another name."""
    return (Put(("Tests", test, "Name"), name),)


def add_test(
    spec: Mapping[str, JsonValue], name: str, expected: bool, resource: JsonValue,
    mocks: Sequence[Mock] = (), index: int | None = None,
) -> Steps:  # fmt: skip
    """Add a test to a spec's data, at the end unless `index` says where."""
    test: dict[str, JsonValue] = {"Name": name, "ExpectedResult": expected, "Resource": resource}
    if mocks:
        test["Mocks"] = [_mock(mock) for mock in mocks]
    tests = spec.get("Tests")
    if not isinstance(tests, list) or not tests:
        return (Put(("Tests",), [test]),)
    return (Insert(("Tests",), len(tests) if index is None else index, test),)


def duplicate_test(test: int, name: str) -> Steps:
    """Copy a test as it is written, under another name."""
    return (Copy(("Tests",), test), Put(("Tests", test + 1, "Name"), name))


def move_test(test: int, to: int) -> Steps:
    """Move a test to another place."""
    return (Move(("Tests",), test, to),)


def delete_test(test: int) -> Steps:
    """Remove a test."""
    return (Drop(("Tests", test)),)


def replace_resource(
    spec: Mapping[str, JsonValue], test: int, resource: JsonValue, size: int = 0
) -> Steps:
    """Make a test's resource this one, changing only the values that differ.

    `size` is how many bytes the spec has.
    """
    path: FieldPath = ("Tests", test, "Resource")
    tests = spec.get("Tests")
    old = tests[test].get("Resource") if isinstance(tests, list) else None
    steps = tuple(_differences(old, resource, path))
    return steps if len(steps) <= (_FEW if size >= LARGE else _MANY) else (Put(path, resource),)


def add_mock(spec: Mapping[str, JsonValue], test: int, mock: Mock) -> Steps:
    """Add a mock to a test."""
    tests = spec.get("Tests")
    mocks = tests[test].get("Mocks") if isinstance(tests, list) else None
    path: FieldPath = ("Tests", test, "Mocks")
    if not isinstance(mocks, list) or not mocks:
        return (Put(path, [_mock(mock)]),)
    return (Insert(path, len(mocks), _mock(mock)),)


def edit_mock(test: int, index: int, mock: Mock) -> Steps:
    """Make a mock this one."""
    path: FieldPath = ("Tests", test, "Mocks", index)
    return (
        Put((*path, "objectName"), mock.object_name),
        Put((*path, "returnValue"), mock.return_value),
    )


def remove_mock(spec: Mapping[str, JsonValue], test: int, index: int) -> Steps:
    """Remove a mock, and with the last one the key."""
    tests = spec.get("Tests")
    mocks = tests[test].get("Mocks") if isinstance(tests, list) else None
    path: FieldPath = ("Tests", test, "Mocks")
    only = isinstance(mocks, list) and len(mocks) == 1
    return (Drop(path if only else (*path, index)),)


def set_metadata(key: str, value: JsonValue) -> Steps:
    """Set a key of the spec; a new one comes where the conventional order wants it."""
    return (Put((key,), value),)


def change_metadata(spec: Mapping[str, JsonValue], key: str, value: JsonValue) -> Steps:
    """Make a key's value this one; of a list or table only the items that differ change."""
    return tuple(_to(spec[key], value, (key,))) if key in spec else set_metadata(key, value)


def remove_metadata(key: str) -> Steps:
    """Remove a key of the spec."""
    return (Drop((key,)),)


def _to(old: JsonValue, new: JsonValue, path: FieldPath) -> list[Step]:
    if is_same(old, new):
        return []
    if isinstance(old, dict) and isinstance(new, dict) and old and new:
        steps: list[Step] = [
            step for key in new if key in old for step in _to(old[key], new[key], (*path, key))
        ]
        steps += [Put((*path, key), value) for key, value in new.items() if key not in old]
        return steps + [Drop((*path, key)) for key in old if key not in new]
    if isinstance(old, list) and isinstance(new, list) and old and new:
        return _items_to(old, new, path)
    return [Put(path, new)]


def _items_to(old: list[JsonValue], new: list[JsonValue], path: FieldPath) -> list[Step]:
    said = [repr(item) for item in old], [repr(item) for item in new]
    steps: list[Step] = []
    for _, start, end, first, last in reversed(SequenceMatcher(None, *said).get_opcodes()):
        both = min(end - start, last - first)
        if said[0][start:end] == said[1][first:last]:
            continue
        steps += [Put((*path, start + at), new[first + at]) for at in range(both)]
        steps += [Insert(path, start + both, new[at]) for at in reversed(range(first + both, last))]
        steps += [Drop((*path, at)) for at in reversed(range(start + both, end))]
    return steps


def _mock(mock: Mock) -> JsonValue:
    return {"objectName": mock.object_name, "returnValue": mock.return_value}


def _differences(old: JsonValue, new: JsonValue, path: FieldPath) -> list[Step]:
    if is_same(old, new):
        return []
    if isinstance(old, dict) and isinstance(new, dict) and old and new:
        if not all(isinstance(key, str) for key in (*old, *new)):
            return [Put(path, new)]
        steps: list[Step] = []
        for key, value in new.items():
            steps += (
                _differences(old[key], value, (*path, key))
                if key in old
                else [Put((*path, key), value)]
            )
        return steps + [Drop((*path, key)) for key in old if key not in new]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [step for at, (a, b) in pairs for step in _differences(a, b, (*path, at))]
    return [Put(path, new)]
