"""Tests that show findings: what they are called, and what they are made of. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from panther_engine.events import Inspected
from panther_engine.model import JsonValue, TestCase
from panther_engine.values.edits import AddTest
from panther_engine.values.findings import NullField, Suggestion, Survivor
from panther_engine.values.insight import Change

NAME_LIMIT = 80
"""Characters of a test's name."""
VALUE_LIMIT = 30
"""Characters of a value in it."""


def findings_at(found: Inspected | None, line: int) -> tuple[NullField | Survivor, ...]:
    """What could be shown by a test of a line of the body: null that raises, what is not pinned.

    Where there is nothing it is what null does in no line in particular: it returns no verdict.
    """
    if found is None or not line:
        return ()
    nulls = found.probed.fields if found.probed is not None else ()
    survivors = found.mutated.open if found.mutated is not None else ()
    here: tuple[NullField | Survivor, ...] = (
        *(field for field in nulls if field.raises and field.line == line),
        *(survivor for survivor in survivors if survivor.line == line),
    )
    return here or tuple(field for field in nulls if field.raises and not field.line)


def null_test(spec: str, field: NullField, tests: tuple[TestCase, ...]) -> AddTest | None:
    """The test in which the field is null; None if the one that it was found with is gone.

    Nobody can tell what the policy should say of it. It expects no alert: most often null means
    that there is nothing to object to.
    """
    if field.test >= len(tests):
        return None
    base = tests[field.test]
    if not isinstance(base.resource, dict) or len(field.field) != 1:
        return None
    change = Change("set", field.field, None, None)
    name = _free_name(describe_changes((change,)), tests)
    note = "It expects no alert where the field is null; change that if there should be one."
    resource: JsonValue = {**base.resource, str(field.field[0]): None}
    return AddTest(spec, name, True, resource, base.mocks, notes=(note,))


def telling_test(suggestion: Suggestion, tests: tuple[TestCase, ...]) -> AddTest:
    """The test that tells a survivor from the body, which expects what the body says of it."""
    mocks = tests[suggestion.test].mocks if suggestion.test < len(tests) else ()
    return AddTest(
        suggestion.spec,
        _free_name(describe_changes(suggestion.changes), tests),
        suggestion.expected,
        suggestion.resource,
        mocks,
        notes=(suggestion.survivor.words,),
    )


def describe_changes(changes: Iterable[Change]) -> str:
    """A name for a test from what is another in its resource, such as `Days is 90`."""
    return _cut(" and ".join(map(_describe, changes)), NAME_LIMIT)


def _describe(change: Change) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in change.field)
    field = "".join(steps).removeprefix(".") or "the resource"
    return f"no {field}" if change.op == "remove" else f"{field} is {_value(change.new)}"


def _value(value: JsonValue) -> str:
    if isinstance(value, str) and value and value.isprintable():
        return _cut(value, VALUE_LIMIT)
    if value == "" or (isinstance(value, list | dict) and not value):
        return "empty"
    return _cut(json.dumps(value, ensure_ascii=False), VALUE_LIMIT)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _free_name(name: str, tests: Collection[TestCase]) -> str:
    taken = {test.name for test in tests}
    number = 2
    free = name
    while free in taken:
        free = f"{name} ({number})"
        number += 1
    return free
