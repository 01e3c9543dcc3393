"""What a new policy begins with: a body that asks for one field, and tests that differ in it."""

from __future__ import annotations

import re

from panther_engine.authoring.edits.scalars import quote
from panther_engine.authoring.policies.asked import Asked, read_asked
from panther_engine.authoring.resources.types import example_of, resource_type
from panther_engine.model import JsonValue

_YES_OR_NO = re.compile(
    r"^(Is|Has|Enable|Block|Ignore|Restrict)(?=[A-Z])|(Active|Enabled|Encrypted|Public)$"
)
"""Names of keys whose values are true or false, as a rule: the catalogue knows their names only."""


def first_tests(types: tuple[str, ...], field: str) -> list[JsonValue]:
    """A compliant and a non-compliant test of the type's example; without a field one test."""
    example = example_of(types[0]) if types else {}
    if not field:
        return [_test("Any resource", True, example)]
    asked = read_asked(field)
    with_it, without = _examples(types[:1], example, asked)
    there = _test(asked.said, asked.is_wanted, with_it)
    missing = _test(asked.said_otherwise, not asked.is_wanted, without)
    return [there, missing] if asked.is_wanted else [missing, there]


def first_body(field: str, deep_get: str = "") -> str:
    """A body that asks for the field, so that the first tests pass.

    A field in a field is asked for by the checkout's own `deep_get`, of the module of this name.
    """
    if not field:
        return (
            "def policy(resource):\n"
            "    # False is for a resource that does not comply\n"
            "    return resource is not None\n"
        )
    asked = read_asked(field)
    keys = [quote(part) for part in asked.path]
    needs = ""
    if len(keys) == 1:
        reads = f"resource.get({keys[0]})"
    elif deep_get:
        needs = f"from {deep_get} import deep_get\n\n\n"
        reads = f"deep_get(resource, {', '.join(keys)})"
    else:
        reads = f"resource.get({keys[0]})"
        for key in keys[1:]:
            reads = f"({reads} or {{}}).get({key})"
    return f"{needs}def policy(resource):\n    return {asked.condition(reads)}\n"


def _test(name: str, expected: bool, resource: JsonValue) -> JsonValue:
    return {"Name": name, "ExpectedResult": expected, "Resource": resource}


def _examples(
    types: tuple[str, ...], example: dict[str, JsonValue], asked: Asked
) -> tuple[JsonValue, JsonValue]:
    name, *inner = asked.path
    kind = ("bool" if _YES_OR_NO.search(inner[-1]) else "key") if inner else _kind_of(types, name)
    values: dict[str, tuple[JsonValue, JsonValue]] = {
        "bool": (True, False),
        "int": (1, 0),
        "list": (["example"], []),
        "map": ({"Example": "example"}, None),
        "timestamp": (example.get(name), None),
    }
    good, bad = values.get(kind, ("example", None))
    held = example.get(name)
    if asked.has_value:
        good, bad = asked.value, _other(asked.value)
    elif isinstance(held, dict) and held and not inner:
        good = held
    return _with(example, [name, *inner], good), _with(example, [name, *inner], bad)


def _other(value: JsonValue) -> JsonValue:
    """A value that is not this one."""
    if isinstance(value, bool):
        return not value
    return "example" if value is None else None


def _kind_of(types: tuple[str, ...], name: str) -> str:
    kind = resource_type(types[0]) if types else None
    fields = () if kind is None else kind.fields
    return next((one.type for one in fields if one.name == name), "bool")


def _with(holder: JsonValue, path: list[str], value: JsonValue) -> JsonValue:
    if not path:
        return value
    held = holder if isinstance(holder, dict) else {}
    return {**held, path[0]: _with(held.get(path[0]), path[1:], value)}
