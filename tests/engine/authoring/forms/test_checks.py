import pytest

from panther_engine.authoring.forms.checks import check_texts, places_of
from panther_engine.authoring.forms.completions import complete
from panther_engine.authoring.forms.fields import FIELD_OF, FIELDS
from panther_engine.values.forms import Surroundings

AROUND = Surroundings(
    ids=(("AWS.S3.Bucket.Old", "policies/s3/old.yml"), ("Some.Rule", "rules/some.yml")),
    files=("policies/s3/aws_s3_new.py", "policies/s3/old.yml"),
    tags=("AWS", "PCI", "Data, all of it"),
    reports=(("CIS", ("1.1", "1.2")), ("MITRE ATT&CK", ("TA0009:T1530",))),
    folders=("policies/iam", "policies/s3"),
    usual=(("AWS.S3.Bucket", "policies/s3"),),
)

GOOD = {
    "DisplayName": "A name",
    "PolicyID": "AWS.S3.Bucket.New",
    "Severity": "High",
    "ResourceTypes": "AWS.S3.Bucket, AWS.KMS.Key",
    "Tags": "AWS, S3",
    "Reports": "CIS=1.2, CIS=1.3",
    "Folder": "policies/s3",
}


def test_good_texts_have_no_faults() -> None:
    assert check_texts(FIELDS, GOOD, AROUND) == {}
    assert places_of(GOOD) == (
        "policies/s3/aws_s3_bucket_new.yml",
        "policies/s3/aws_s3_bucket_new.py",
    )


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("DisplayName", " ", "needed"),
        ("DisplayName", "A & B", "takes no &"),
        ("PolicyID", "AWS.S3.Bucket.Old", "taken by policies/s3/old.yml"),
        ("PolicyID", "Some.Rule", "taken by rules/some.yml"),
        ("PolicyID", "AWS.S3.New", "policies/s3/aws_s3_new.py is there already"),
        ("ResourceTypes", "AWS.S3.Buckets", "AWS.S3.Bucket?"),
        ("ResourceTypes", "AWS.KMS.Key, AWS.KMS.Key", "twice"),
        ("Severity", "HIGH", "one of Info"),
        ("Tags", "AWS, aws", "twice"),
        ("Reports", "CIS", "is no pair"),
        ("Reports", "CIS=1.1, CIS=1.1", "twice"),
        ("Folder", "../x", "inside the checkout"),
        ("Folder", "/x", "inside the checkout"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(key: str, text: str, said: str) -> None:
    found = check_texts(FIELDS, {**GOOD, key: text}, AROUND)
    assert said in found[key]
    assert found.keys() == {key}


def test_an_id_may_stay_what_it_is() -> None:
    texts = {"PolicyID": "AWS.S3.Bucket.Old"}
    assert check_texts((FIELD_OF["PolicyID"],), texts, AROUND, own="AWS.S3.Bucket.Old") == {}


@pytest.mark.parametrize(
    ("key", "text", "label", "after"),
    [
        ("ResourceTypes", "s3", "AWS.S3.Bucket", "AWS.S3.Bucket, "),
        ("ResourceTypes", "AWS.KMS.Key, s3.b", "AWS.S3.Bucket", "AWS.KMS.Key, AWS.S3.Bucket, "),
        ("Severity", "h", "High", "High"),
        ("Severity", "Low", "Critical", "Critical"),
        ("Tags", "AWS, dat", "Data, all of it", 'AWS, "Data, all of it", '),
        ("Reports", "mit", "MITRE ATT&CK=", "MITRE ATT&CK="),
        ("Reports", "CIS=1.1, CIS=", "CIS=1.2", "CIS=1.1, CIS=1.2, "),
        ("Folder", "s3", "policies/s3", "policies/s3"),
        ("Field", "vers", "Versioning", "Versioning"),
        ("Field", "not vers", "not Versioning", "not Versioning"),
    ],
)
def test_the_first_that_fits_is_taken(key: str, text: str, label: str, after: str) -> None:
    texts = {"ResourceTypes": "AWS.S3.Bucket", key: text}
    first = complete(FIELD_OF[key], text, len(text), texts, AROUND)[0]
    assert (first.label, first.text, first.cursor) == (label, after, len(after))


def test_a_type_is_found_by_what_it_is_and_offered_once() -> None:
    field = FIELD_OF["ResourceTypes"]
    assert complete(field, "AWS.S3.Bucket, s3.buck", 22, {}, AROUND) == ()
    found = complete(field, "load bal", 8, {}, AROUND)
    assert [it.label for it in found] == ["AWS.ELBV2.ApplicationLoadBalancer"]


def test_names_come_before_what_only_says_so() -> None:
    found = [it.label for it in complete(FIELD_OF["ResourceTypes"], "volume", 6, {}, AROUND)]
    assert found[:2] == ["AWS.EC2.Volume", "AWS.EC2.Instance"]


def test_an_item_in_the_middle_is_completed_in_its_place() -> None:
    found = complete(FIELD_OF["Tags"], "AW, S3", 2, {}, AROUND)[0]
    assert (found.text, found.cursor) == ("AWS, S3", 3)
