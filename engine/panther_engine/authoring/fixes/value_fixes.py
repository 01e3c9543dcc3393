"""Fixes of values: quotes, case, lists, repeats, and names of resource types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from panther_engine.authoring.edits.steps import Drop, Put, say_path
from panther_engine.authoring.fixes.fix import Fix
from panther_engine.authoring.resources.types import nearest_type
from panther_engine.model import SEVERITIES, FieldPath, JsonValue
from panther_engine.reading.check.table import (
    MOCK_KEYS,
    POLICY_KEYS,
    TEST_KEYS,
    UNIQUE_KEYS,
    Key,
    Shape,
)
from panther_engine.reading.spec.catalogue import RESOURCE_TYPES
from panther_engine.text.suggest import nearest_name

Written = Callable[[FieldPath], str]
"""How the scalar at a path is written, without quotes."""

_TRUE = ("true", "yes", "on", "y", "1")
_FALSE = ("false", "no", "off", "n", "0")
_SEVERE = {"informational": "Info", "moderate": "Medium", "severe": "Critical"}
_TEXTS = (Shape.TEXT, Shape.NAME, Shape.MOCK_VALUE)


def value_fixes(data: Mapping[str, JsonValue], written: Written) -> Iterator[Fix]:
    """Fixes of the values of a policy, its tests and their mocks."""
    yield from _values((), data, POLICY_KEYS, written)
    yield from _repeats(data)
    yield from _types(data)
    yield from _sections(data, written)
    tests = data.get("Tests")
    for index, test in enumerate(tests if isinstance(tests, list) else ()):
        if not isinstance(test, dict):
            continue
        yield from _values(("Tests", index), test, TEST_KEYS, written)
        mocks = test.get("Mocks")
        for number, mock in enumerate(mocks if isinstance(mocks, list) else ()):
            if isinstance(mock, dict):
                yield from _values(("Tests", index, "Mocks", number), mock, MOCK_KEYS, written)


def _values(
    place: FieldPath, held: Mapping[str, JsonValue], table: Mapping[str, Key], written: Written
) -> Iterator[Fix]:
    for name, key in table.items():
        if name in held:
            yield from _value((*place, name), held[name], key, written)


def _value(path: FieldPath, value: JsonValue, key: Key, written: Written) -> Iterator[Fix]:
    word = str(value).strip().lower()
    match key.shape:
        case Shape.BOOLEAN if isinstance(value, str | int) and not isinstance(value, bool):
            if word in (*_TRUE, *_FALSE):
                yield _set(path, word in _TRUE)
        case Shape.INTEGER if isinstance(value, str) and word.lstrip("+-").isdecimal():
            yield _set(path, int(word))
        case Shape.SEVERITY if isinstance(value, str) and value not in SEVERITIES:
            meant = nearest_name(value, SEVERITIES) or _SEVERE.get(word, "")
            if meant:
                yield _set(path, meant, "wrong-value")
        case shape if value is None and not key.required and shape is not Shape.ANYTHING:
            yield Fix("wrong-type", f"removed {say_path(path)}, which was null", (Drop(path),))
        case Shape.TEXTS | Shape.RESOURCE_TYPES if isinstance(value, str) and value.strip():
            yield Fix("wrong-type", f"made {say_path(path)} a list", (Put(path, [value.strip()]),))
        case Shape.TEXTS | Shape.RESOURCE_TYPES if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _quote((*path, index), item, written)
        case shape if shape in _TEXTS and not (
            shape is Shape.MOCK_VALUE and isinstance(value, bool)
        ):
            yield from _quote(path, value, written)


def _quote(path: FieldPath, value: JsonValue, written: Written) -> Iterator[Fix]:
    if isinstance(value, bool | int | float):
        text = written(path)
        yield Fix("wrong-type", f"put {say_path(path)} in quotes: `{text}`", (Put(path, text),))


def _set(path: FieldPath, value: JsonValue, code: str = "wrong-type") -> Fix:
    shown = str(value).lower() if isinstance(value, bool) else value
    return Fix(code, f"set {say_path(path)} to `{shown}`", (Put(path, value),))


def _repeats(data: Mapping[str, JsonValue]) -> Iterator[Fix]:
    for name in UNIQUE_KEYS:
        values = data.get(name)
        seen: set[str] = set()
        for index, value in enumerate(values if isinstance(values, list) else ()):
            folded = str(value).lower() if name == "Tags" else str(value)
            if folded in seen and name in POLICY_KEYS:
                said = f"removed `{value}` from `{name}`, where it stood twice"
                yield Fix("repeated-value", said, (Drop((name, index)),))
                return  # the next one's index is another afterwards
            seen.add(folded)


def _types(data: Mapping[str, JsonValue]) -> Iterator[Fix]:
    values = data.get("ResourceTypes")
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if not isinstance(value, str) or value in RESOURCE_TYPES or "*" in value:
            continue
        near = nearest_type(value.removesuffix(".Snapshot"))
        if near and near not in values:  # type: ignore[operator]
            yield _set(("ResourceTypes", index), near, "unknown-resource-type")


def _sections(data: Mapping[str, JsonValue], written: Written) -> Iterator[Fix]:
    reports = data.get("Reports")
    for framework, sections in (reports if isinstance(reports, dict) else {}).items():
        for index, section in enumerate(sections if isinstance(sections, list) else ()):
            if isinstance(section, int | float) and not isinstance(section, bool):
                path = ("Reports", framework, index)
                text = written(path)
                if text and text != repr(section):
                    yield Fix(
                        "number-rewritten", f"put {say_path(path)} in quotes: `{text}`",
                        (Put(path, text),),
                    )  # fmt: skip
