"""The resource types and their fields."""

from __future__ import annotations

import json
from importlib.resources import files

from panther_engine.reading.spec.catalogue import RESOURCE_TYPES, fields_of, id_form


def test_the_types_are_those_of_the_data_in_order() -> None:
    text = files("panther_engine.reading.spec").joinpath("resource_types.json").read_text("utf-8")
    assert [name for name in json.loads(text) if name != "_common"] == list(RESOURCE_TYPES)
    assert list(RESOURCE_TYPES) == sorted(set(RESOURCE_TYPES))
    assert len(RESOURCE_TYPES) == 34


def test_every_type_has_the_common_fields() -> None:
    for name in RESOURCE_TYPES:
        fields = fields_of(name)
        assert {"AccountId", "Region", "ResourceId", "ResourceType", "Tags"} <= set(fields)
        assert all(field.name == key for key, field in fields.items())
        assert all(len(field.description) <= 100 for field in fields.values())


def test_a_bucket_has_grants() -> None:
    grants = fields_of("AWS.S3.Bucket")["Grants"]
    assert (grants.type, grants.nullable, grants.common) == ("list", True, False)
    assert "Permission" in grants.keys


def test_a_common_field_can_be_missing() -> None:
    assert fields_of("AWS.S3.Bucket")["Arn"].optional
    assert fields_of("AWS.S3.Bucket")["Arn"].common


def test_an_unknown_type_has_no_fields() -> None:
    assert fields_of("AWS.Nothing") == {}
    assert fields_of("_common") == {}
    assert id_form("AWS.Nothing") == ""


def test_the_form_of_an_id_is_told_where_it_is_known() -> None:
    assert id_form("AWS.CloudTrail.Meta") == "{AccountId}::AWS.CloudTrail.Meta"
    assert id_form("AWS.Route53Domains") == ""
