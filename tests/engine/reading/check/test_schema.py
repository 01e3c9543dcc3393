"""The schema of a spec that editors use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from panther_engine.reading.check.schema import spec_schema, spec_schema_text
from panther_engine.reading.check.table import MOCK_KEYS, POLICY_KEYS, TEST_KEYS

SCHEMA = Path(__file__).parents[4] / "docs" / "policy-spec.schema.json"


def test_the_schema_in_the_documents_is_up_to_date() -> None:
    """`python -m panther_engine.reading.check.schema > docs/policy-spec.schema.json` renews it."""
    assert SCHEMA.read_text("utf-8") == spec_schema_text()


def test_the_schema_has_every_key_of_the_tables() -> None:
    schema: Any = spec_schema()
    test = schema["properties"]["Tests"]["items"]
    mock = test["properties"]["Mocks"]["items"]
    for found, table in ((schema, POLICY_KEYS), (test, TEST_KEYS), (mock, MOCK_KEYS)):
        assert list(found["properties"]) == list(table)
        assert found["required"] == [name for name, key in table.items() if key.required]
        assert found["additionalProperties"] is False
        assert all(value["description"] for value in found["properties"].values())


def test_the_schema_names_the_severities_and_the_types() -> None:
    properties: Any = spec_schema()["properties"]
    assert properties["Severity"]["enum"][0] == "Info"
    assert "AWS.S3.Bucket" in properties["ResourceTypes"]["items"]["enum"]
