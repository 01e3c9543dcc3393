"""Items of AWS Config become Panther's documents, field by field."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panther_engine.reading.spec.catalogue import common_fields, fields_of
from panther_engine.scan.inventory.shapes import UnknownShapeError, resources_in
from panther_engine.scan.mapping.loading import shipped_mapping
from panther_engine.values.scanned import Resource
from tests.engine.scan.mapping.items import BUCKET, GROUP, KEY, PAIRS, ROLE, VOLUME

TYPES = {"string": str, "int": int, "bool": bool, "list": list, "map": dict, "timestamp": str}


def mapped(value: Any) -> list[Resource]:
    found = list(resources_in(value, (shipped_mapping(),)))
    return [one for one in found if isinstance(one, Resource)]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair[0]["resourceType"]))
def test_each_field_is_that_of_panthers_document(pair: tuple[dict[str, Any], Any]) -> None:
    (resource,) = mapped({"fileVersion": "1.0", "configurationItems": [pair[0]]})
    assert resource.document == pair[1]
    assert (resource.mapping, resource.type) == ("aws-config", pair[1]["ResourceType"])
    assert resource.when == "2024-05-02T10:11:12.345Z"


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair[0]["resourceType"]))
def test_a_document_beside_the_catalogue(pair: tuple[dict[str, Any], Any]) -> None:
    (resource,) = mapped(pair[0])
    known = fields_of(resource.type)
    whole = {name for name in resource.unfilled if "." not in name and name[0] not in "*-"}
    expected = {
        name
        for name, field in known.items()
        if not field.common or name in common_fields(resource.type)
    }
    assert set(resource.document) == expected - whole
    for name, value in resource.document.items():
        assert value is None or isinstance(value, TYPES[known[name].type]), name
        assert value is not None or known[name].nullable, name


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair[0]["resourceType"]))
def test_answers_of_the_api_with_json_as_text_are_the_same(
    pair: tuple[dict[str, Any], Any],
) -> None:
    item = deepcopy(pair[0])
    item["configuration"] = json.dumps(item["configuration"])
    more = item["supplementaryConfiguration"]
    item["supplementaryConfiguration"] = {
        key: one if isinstance(one, str) else json.dumps(one) for key, one in more.items()
    }
    item["arn"], item["accountId"] = item.pop("ARN"), item.pop("awsAccountId")
    item["tags"] = [{"tag": f"{k}={v}", "key": k, "value": v} for k, v in item["tags"].items()]
    if item["resourceCreationTime"] is not None:
        item["resourceCreationTime"] = 1714554000.0
    (page,) = mapped({"baseConfigurationItems": [item]})
    assert page.document == pair[1]
    (found,) = mapped({"Results": [json.dumps(item)]})
    assert found.document == pair[1]


def test_what_an_item_lacks_is_not_filled_and_never_null() -> None:
    item = deepcopy(BUCKET[0])
    del item["supplementaryConfiguration"]["AccessControlList"]
    del item["supplementaryConfiguration"]["BucketPolicy"]
    (resource,) = mapped(item)
    assert {"Grants", "Policy"} <= set(resource.unfilled)
    assert not {"Grants", "Policy"} & set(resource.document)
    item = deepcopy(KEY[0])
    item["supplementaryConfiguration"] = {}
    (resource,) = mapped(item)
    assert {"KeyRotationEnabled", "Policy"} <= set(resource.unfilled)


def test_ranges_without_descriptions_are_maps_too() -> None:
    item = deepcopy(GROUP[0])
    del item["configuration"]["ipPermissions"][0]["ipv4Ranges"]
    (resource,) = mapped(item)
    document: Any = resource.document
    assert document["IpPermissions"][0]["IpRanges"][0] == {
        "CidrIp": "0.0.0.0/0",
        "Description": None,
    }


def test_a_logged_bucket_says_where_to() -> None:
    item = deepcopy(BUCKET[0])
    item["supplementaryConfiguration"]["BucketLoggingConfiguration"] = {
        "destinationBucketName": "to",
        "logFilePrefix": "x/",
    }
    item["supplementaryConfiguration"]["BucketVersioningConfiguration"] = {
        "status": "Enabled",
        "isMfaDeleteEnabled": True,
    }
    (resource,) = mapped(item)
    assert resource.document["LoggingPolicy"] == {"TargetBucket": "to", "TargetPrefix": "x/"}
    assert "LoggingPolicy.TargetGrants" in resource.unfilled
    assert (resource.document["Versioning"], resource.document["MFADelete"]) == ("Enabled",) * 2


def test_a_deleted_resource_is_deleted() -> None:
    gone = {**VOLUME[0], "configurationItemStatus": "ResourceDeleted", "configuration": None}
    (resource,) = mapped(gone)
    assert resource.deleted


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"resourceType": "AWS::SNS::Topic"}, "an item of the type `AWS::SNS::Topic`, which aws-c"),
        ({"configurationItemStatus": "ResourceNotRecorded"}, "says is not recorded"),
        ({"ARN": None}, "an item of the type `AWS::IAM::Role` without `arn | ARN`"),
        ({"configuration": "{broken"}, "text that is no JSON"),
        ({"resourceCreationTime": "then"}, "`then` is no moment"),
        ({"resourceType": ["x"]}, "which aws-config does not map"),
    ],
)
def test_what_is_no_resource_is_told(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(UnknownShapeError) as raised:
        mapped({**ROLE[0], **changed})
    assert told in str(raised.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8) | st.sampled_from(["value", "id"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(PAIRS), st.data())
def test_an_item_of_any_content_is_a_resource_or_told(pair: Any, data: st.DataObject) -> None:
    item = deepcopy(pair[0])
    for holder in (item, item["configuration"], item["supplementaryConfiguration"]):
        for key in data.draw(
            st.sets(st.sampled_from(sorted(holder)), max_size=2) if holder else st.just(set())
        ):
            if key not in ("configuration", "supplementaryConfiguration"):
                holder[key] = data.draw(VALUES)
    try:
        (resource,) = mapped(item)
    except UnknownShapeError:
        return
    assert set(resource.document) <= set(fields_of(resource.type))
