"""Fixes of keys: those under an older or misspelt name, and those that are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from panther_engine.authoring.edits.steps import Put, RenameKey, Step, say_path
from panther_engine.authoring.fixes.fix import Fix
from panther_engine.model import FieldPath, JsonValue
from panther_engine.reading.check.table import (
    MOCK_KEYS,
    POLICY_KEYS,
    RENAMED,
    RENAMED_IN_MOCK,
    RENAMED_IN_TEST,
    RULE_KEYS,
    TEST_KEYS,
    Key,
    Shape,
)
from panther_engine.text.suggest import nearest_name

_LISTS = (Shape.TEXTS, Shape.RESOURCE_TYPES)


def key_fixes(data: Mapping[str, JsonValue], path: str, bodies: frozenset[str]) -> Iterator[Fix]:
    """Fixes of the keys of a policy, its tests and their mocks.

    `bodies` are the names of Python files in the spec's folder. A key is added only if its value
    does not need anybody's decision: the body of the same name, `Enabled`, the usual severity.
    """
    yield from _renames((), data, POLICY_KEYS, RENAMED)
    tests = data.get("Tests")
    for index, test in enumerate(tests if isinstance(tests, list) else ()):
        if not isinstance(test, dict):
            continue
        yield from _renames(("Tests", index), test, TEST_KEYS, RENAMED_IN_TEST)
        mocks = test.get("Mocks")
        for number, mock in enumerate(mocks if isinstance(mocks, list) else ()):
            if isinstance(mock, dict):
                place = ("Tests", index, "Mocks", number)
                yield from _renames(place, mock, MOCK_KEYS, RENAMED_IN_MOCK)
    defaults: dict[str, JsonValue] = {"Enabled": True, "Severity": "Medium"}
    body = PurePosixPath(path).stem + ".py"
    if body in bodies:
        defaults["Filename"] = body
    for name, value in defaults.items():
        if name not in data:
            shown = str(value).lower() if isinstance(value, bool) else value
            yield Fix("missing-key", f"added `{name}: {shown}`", (Put((name,), value),))


def _renames(
    place: FieldPath, held: Mapping[str, JsonValue], table: Mapping[str, Key],
    renamed: Mapping[str, str],
) -> Iterator[Fix]:  # fmt: skip
    for key, value in held.items():
        meant = _meant(key, table, renamed)
        if not meant or meant in held:
            continue
        steps: tuple[Step, ...] = (RenameKey((*place, key), meant),)
        if table[meant].shape in _LISTS and isinstance(value, str):
            steps = (*steps, Put((*place, meant), [value]))
        yield Fix("unknown-key", f"renamed {say_path((*place, key))} to `{meant}`", steps)


def _meant(key: JsonValue, table: Mapping[str, Key], renamed: Mapping[str, str]) -> str:
    if not isinstance(key, str) or key in table:
        return ""
    near = nearest_name(key, table)
    if renamed.get(key) or (key in RULE_KEYS and near.lower() != key.lower()):
        return renamed.get(key, "")
    return near
