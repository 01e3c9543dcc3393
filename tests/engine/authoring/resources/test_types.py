import json

import pytest

from panther_engine.authoring.resources.notes import note_fields
from panther_engine.authoring.resources.render import UnknownTypeError, render_types
from panther_engine.authoring.resources.types import (
    example_of,
    recognise,
    resource_type,
    telling_field,
)
from panther_engine.reading.spec.catalogue import RESOURCE_TYPES


@pytest.mark.parametrize("name", RESOURCE_TYPES)
def test_every_type_has_a_meaning_and_an_example_that_fits_it(name: str) -> None:
    kind, example = resource_type(name), example_of(name)
    assert kind is not None
    assert kind.description
    assert list(example) == [one.name for one in kind.fields]
    assert recognise(example) == name
    assert note_fields(example, name).unknown == ()
    assert "{" not in str(example["ResourceId"])


def test_a_type_is_recognised_without_its_name() -> None:
    assert recognise({"ResourceType": "AWS.IAM.User.Snapshot"}) == "AWS.IAM.User"
    assert recognise({"Arn": "arn:aws:s3:::some-bucket"}) == "AWS.S3.Bucket"
    assert recognise({"Grants": [], "MFADelete": None, "Versioning": None}) == "AWS.S3.Bucket"
    assert recognise({"Something": 1}) == ""


def test_unknown_and_missing_fields_are_noted() -> None:
    notes = note_fields({"Grant": [], "Name": "a"}, "AWS.S3.Bucket")
    assert notes.unknown == (("Grant", "Grants"),)
    assert "Versioning" in notes.missing
    assert "Name" not in notes.missing


def test_the_list_and_a_page_say_what_types_are() -> None:
    assert len(render_types("", as_json=False).splitlines()) == len(RESOURCE_TYPES)
    page = render_types("s3.bucket", as_json=False)
    assert page.startswith("AWS.S3.Bucket\n")
    assert "list or null" in page
    whole = json.loads(render_types("AWS.S3.Bucket", as_json=True))
    assert whole["example"]["ResourceType"] == "AWS.S3.Bucket"


def test_an_unknown_type_names_the_nearest() -> None:
    with pytest.raises(UnknownTypeError, match=r"did you mean AWS\.S3\.Bucket"):
        render_types("AWS.S3.Buckets", as_json=False)


@pytest.mark.parametrize(
    ("kind", "name", "field"),
    [
        ("AWS.S3.Bucket", "AWS S3 Bucket MFA Delete", "MFADelete"),
        ("AWS.RDS.Instance", "AWS RDS Instance Minor Version Upgrades", "AutoMinorVersionUpgrade"),
        ("AWS.RDS.Instance", "RDS Multi AZ", "MultiAZ"),
        ("AWS.EC2.Instance", "AWS EC2 Instance Detailed Monitoring", "Monitoring"),
        ("AWS.RDS.Instance", "Something else", telling_field(("AWS.RDS.Instance",))),
        ("AWS.RDS.Instance", "", telling_field(("AWS.RDS.Instance",))),
    ],
)
def test_a_name_tells_of_a_field(kind: str, name: str, field: str) -> None:
    assert telling_field((kind,), name) == field
