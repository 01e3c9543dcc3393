"""Generates a JSON Schema of specs for editors from the checker's own tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import assert_never

from panther_engine.model import SEVERITIES
from panther_engine.reading.check.table import (
    FORBIDDEN,
    MOCK_KEYS,
    POLICY_KEYS,
    TEST_KEYS,
    UNIQUE_KEYS,
    Key,
    Shape,
)
from panther_engine.reading.spec.catalogue import RESOURCE_TYPES

_URL = "http://json-schema.org/draft-07/schema#"


def spec_schema() -> dict[str, object]:
    """The schema (draft-07) of a policy's spec.

    It says what a JSON Schema can say of PAT's rules: not that an ID is unique or that the body is
    there, and of `Tags` not that they must differ in more than their case.
    """
    return {
        "$schema": _URL,
        "title": "Panther policy",
        "description": "The spec of a Panther policy, as PAT 1.11.1 accepts it.",
        **_mapping(POLICY_KEYS),
    }


def spec_schema_text() -> str:
    """The schema as the text of a file."""
    return json.dumps(spec_schema(), indent=2) + "\n"


def _mapping(table: Mapping[str, Key]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": {
            name: {"description": key.meaning, **_value(key)} for name, key in table.items()
        },
        "required": [name for name, key in table.items() if key.required],
        "additionalProperties": False,
    }


def _value(key: Key) -> dict[str, object]:
    match key.shape:
        case Shape.ANYTHING:
            # PAT lets any resource pass, but a test of one that is no mapping always errs
            return {"type": "object"} if key.name == "Resource" else {}
        case Shape.TEXT:
            return {"type": "string"}
        case Shape.NAME:
            return {"type": "string", "pattern": f"^[^{FORBIDDEN}]+$"}
        case Shape.BOOLEAN:
            return {"type": "boolean"}
        case Shape.INTEGER:
            return {"type": "integer"}
        case Shape.TEXTS:
            unique = {"uniqueItems": True} if key.name in UNIQUE_KEYS else {}
            return {"type": "array", "items": {"type": "string"}, **unique}
        case Shape.LITERAL:
            return {"const": key.example}
        case Shape.SEVERITY:
            return {"enum": list(SEVERITIES)}
        case Shape.RESOURCE_TYPES:
            return {"type": "array", "items": {"enum": list(RESOURCE_TYPES)}}
        case Shape.REPORTS:
            sections = {"type": "array", "items": {"type": ["string", "number"]}}
            return {"type": "object", "additionalProperties": sections, "minProperties": 1}
        case Shape.TESTS:
            return {"type": "array", "items": _mapping(TEST_KEYS)}
        case Shape.MOCKS:
            return {"type": "array", "items": _mapping(MOCK_KEYS)}
        case Shape.MOCK_VALUE:
            return {"type": ["string", "boolean"]}
        case _:
            assert_never(key.shape)


if __name__ == "__main__":
    print(spec_schema_text(), end="")
