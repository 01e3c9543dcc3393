"""New tests from what is pasted, and from the catalogue."""

from __future__ import annotations

from dataclasses import replace

from panther_engine.authoring.edits.spec_text import read_spec
from panther_engine.authoring.edits.steps import Refusal
from panther_engine.authoring.plans.pasted_plans import plan_example, plan_pasted
from panther_engine.authoring.plans.planned import Planned
from panther_engine.model import JsonValue
from panther_engine.values.edits import AddExample, AddPasted

PATH = "policies/a.yml"
SPEC = b"""\
AnalysisType: policy
PolicyID: A
ResourceTypes:
  - AWS.S3.Bucket
Tests:
  - Name: Open
    ExpectedResult: false
    Resource: {}
"""
BUCKET = """\
{"ResourceType": "AWS.S3.Bucket", "AccountId": "345678901234", "Name": "our-bucket",
 "Arn": "arn:aws:s3:::our-bucket", "Grnts": null}
"""


def added(planned: Planned | Refusal) -> dict[str, JsonValue]:
    """The new test."""
    assert isinstance(planned, Planned), planned
    after = planned.files[0].after
    assert after is not None
    assert after.startswith(SPEC)
    data = read_spec(after, PATH).data
    assert isinstance(data, dict)
    tests = data["Tests"]
    assert isinstance(tests, list)
    test = tests[1]
    assert isinstance(test, dict)
    return test


def test_what_is_pasted_is_redacted_everywhere_and_each_replacement_is_listed() -> None:
    planned = plan_pasted(AddPasted(PATH, BUCKET, redacted=True), SPEC)
    resource = added(planned)["Resource"]
    assert isinstance(planned, Planned)
    assert isinstance(resource, dict)
    assert resource["Name"] == "example-bucket"
    assert resource["Arn"] == "arn:aws:s3:::example-bucket"
    assert "345678901234" not in str(resource)
    assert "arn-name our-bucket became example-bucket in 2 places" in "\n".join(
        planned.notes
    ) or any("our-bucket became example-bucket in 2 places" in it for it in planned.notes)


def test_it_stays_as_it_is_if_that_is_wanted() -> None:
    planned = plan_pasted(AddPasted(PATH, BUCKET, redacted=False), SPEC)
    resource = added(planned)["Resource"]
    assert isinstance(planned, Planned)
    assert isinstance(resource, dict)
    assert resource["AccountId"] == "345678901234"
    assert not any("became" in it for it in planned.notes)


def test_what_the_catalogue_finds_odd_is_noted() -> None:
    planned = plan_pasted(AddPasted(PATH, BUCKET, redacted=True), SPEC)
    assert isinstance(planned, Planned)
    assert "it is an AWS.S3.Bucket" in planned.notes
    assert "`Grnts` is no field of AWS.S3.Bucket: did you mean `Grants`?" in planned.notes
    assert any(it.startswith("missing: ") for it in planned.notes)


def test_a_resource_that_the_policy_is_not_for_is_noted() -> None:
    other = SPEC.replace(b"AWS.S3.Bucket", b"AWS.IAM.User")
    planned = plan_pasted(AddPasted(PATH, BUCKET, redacted=True), other)
    assert isinstance(planned, Planned)
    assert "this policy is not for AWS.S3.Bucket" in planned.notes


def test_the_example_is_that_of_the_first_type() -> None:
    test = added(plan_example(AddExample(PATH), SPEC))
    resource = test["Resource"]
    assert isinstance(resource, dict)
    assert "LoggingPolicy" in resource
    refused = plan_example(AddExample(PATH), SPEC.replace(b"AWS.S3.Bucket", b"AWS.Nothing"))
    assert isinstance(refused, Refusal)
    assert refused.reason == "the catalogue has no example of AWS.Nothing"


def test_what_is_no_resource_is_refused() -> None:
    assert isinstance(plan_pasted(AddPasted(PATH, "{", redacted=True), SPEC), Refusal)
    assert added(plan_pasted(AddPasted(PATH, "{}", redacted=False), SPEC))["Resource"] == {}


def test_resource_replacements_and_name_can_be_chosen() -> None:
    text = '[{"Name": "one"}, {"AccountId": "345678901234", "Mail": "me@corp.io"}]'
    wanted = AddPasted(PATH, text, True, at=1, kept=("me@corp.io",), name="Mine")
    planned = plan_pasted(wanted, SPEC)
    assert added(planned) == {
        "Name": "Mine",
        "ExpectedResult": True,
        "Resource": {"AccountId": "123456789012", "Mail": "me@corp.io"},
    }
    assert isinstance(planned, Planned)
    assert "resource 2 of 2 was taken" in planned.notes
    assert isinstance(plan_pasted(replace(wanted, at=2), SPEC), Refusal)
    assert isinstance(plan_pasted(replace(wanted, name="Open"), SPEC), Refusal)
