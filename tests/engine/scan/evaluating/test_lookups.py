"""`resource_lookup` of a checkout's helpers is answered from the inventory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from panther_engine.model import Verdict
from panther_engine.values.scanned import Resource
from tests.engine.insight.explained import Sample
from tests.engine.scan.judged import KIND, Scanned, resources, scan

HELPER = """
    class BadLookup(Exception):
        pass

    class PantherBadInput(Exception):
        pass

    def resource_table():
        raise RuntimeError("no DynamoDB here")

    def resource_lookup(resource_id):
        if resource_id == "":
            raise PantherBadInput("resourceId cannot be blank")
        response = resource_table().get_item(Key={"id": resource_id})
        if response["ResponseMetadata"]["HTTPStatusCode"] != 200:
            raise BadLookup("status")
        if "Item" not in response:
            raise BadLookup(resource_id + " not found")
        return response["Item"]["attributes"]
"""
WITHOUT_TABLE = """
    class BadLookup(Exception):
        pass

    def resource_lookup(resource_id):
        raise RuntimeError("no API here")
"""
BODY = """
    from {module} import BadLookup, resource_lookup

    def policy(resource):
        try:
            other = resource_lookup(resource["Other"])
        except BadLookup:
            return True
        other["Open"] = other["Open"] or False
        return not other.pop("Open")
"""


def look_up(root: Path, found: list[Resource], helper: str, module: str) -> Scanned:
    sample = Sample(BODY.format(module=module), (), types=(KIND,))
    return scan(root, {"body": sample}, found, helpers={module: helper})


OTHERS = resources({"Open": True}, {"Open": False}, kind="AWS.KMS.Key")
NAMED = [
    Resource(f"key-{one.id}", one.type, "", "", {**one.document, "ResourceId": f"key-{one.id}"})
    for one in OTHERS
]


@pytest.mark.parametrize(
    ("module", "helper"),
    [
        ("panther_aws_helpers", HELPER),
        ("panther_oss_helpers", HELPER),
        ("panther", WITHOUT_TABLE),
    ],
)
def test_a_lookup_gets_the_document_and_a_miss_is_never_a_plain_pass(
    tmp_path: Path, module: str, helper: str
) -> None:
    asking = resources(
        {"Other": "key-r0"}, {"Other": "key-r1"}, {"Other": "key-r0"}, {"Other": "nowhere"}
    )
    scanned = look_up(tmp_path, [*asking, *NAMED], helper, module)
    assert (scanned.count, scanned.passed) == (4, 2)
    found = scanned.evaluations
    assert {name: one.verdict for name, one in found.items()} == {
        "r0": Verdict.FAIL,
        "r2": Verdict.FAIL,
        "r3": Verdict.PASS,
    }
    assert found["r0"].looked_up == ("key-r0",)
    assert found["r3"].missing == ("nowhere",)
    assert found["r3"].unverified
    assert not found["r0"].unverified


def test_the_helpers_own_checks_and_errors_stay(tmp_path: Path) -> None:
    scanned = look_up(tmp_path, [*resources({"Other": ""}), *NAMED], HELPER, "panther_aws_helpers")
    error = scanned.evaluations["r0"].error
    assert error is not None
    assert error.type == "PantherBadInput"


def test_a_policy_of_awss_own_is_found_under_either_name(tmp_path: Path) -> None:
    stored = "arn:aws:iam::aws:policy/Admin"
    document = {"ResourceId": stored, "ResourceType": "AWS.IAM.Policy", "Open": True}
    asking = resources({"Other": "arn:aws:iam::123456789012:policy/Admin"})
    inventory = [*asking, Resource(stored, "AWS.IAM.Policy", "", "", document)]
    scanned = look_up(tmp_path, inventory, HELPER, "panther_aws_helpers")
    assert scanned.evaluations["r0"].looked_up == (stored,)
    assert scanned.evaluations["r0"].verdict is Verdict.FAIL


def test_what_a_mapping_could_not_fill_of_a_looked_up_resource_is_no_verdict(
    tmp_path: Path,
) -> None:
    others = [replace(one, unfilled=("Gone",), mapping="m") for one in OTHERS]
    body = BODY.replace('other["Open"] or False', '"Gone" not in other')
    sample = Sample(body.format(module="panther_aws_helpers"), (), types=(KIND,))
    named = Resource("b", KIND, "", "", {"ResourceId": "b", "Other": others[0].id})
    helpers = {"panther_aws_helpers": HELPER}
    scanned = scan(tmp_path, {"body": sample}, [*others, named], helpers=helpers)
    error = scanned.evaluations["b"].error
    assert error is not None
    assert (error.type, error.message) == ("NotInInventory", "not in this inventory: `Gone`")
