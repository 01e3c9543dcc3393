import json

import pytest

from panther_engine.authoring.edits.steps import Refusal
from panther_engine.authoring.resources.naming import name_test
from panther_engine.authoring.resources.redact import offer_redactions, redact
from panther_engine.authoring.resources.unwrap import Pasted, read_pasted
from panther_engine.model import JsonValue

ROLE = {"RoleName": "deploy", "Arn": "arn:aws:iam::999988887777:role/deploy-prod"}


def pasted(text: str) -> Pasted:
    found = read_pasted(text)
    assert isinstance(found, Pasted), found
    return found


@pytest.mark.parametrize(
    "whole",
    [
        {"Role": ROLE, "ResponseMetadata": {"HTTPStatusCode": 200}},
        {"Roles": [ROLE], "IsTruncated": False},
        [ROLE],
        {"attributes": ROLE, "id": "x", "type": "unknown"},
        {"resource": json.dumps(ROLE)},
        ROLE,
    ],
)
def test_answers_are_unwrapped(whole: JsonValue) -> None:
    assert pasted(json.dumps(whole)).resources == (ROLE,)


def test_an_envelope_of_panther_tells_the_type() -> None:
    whole = {"attributes": {"Name": "a"}, "type": "AWS.S3.Bucket", "id": "arn:aws:s3:::a"}
    assert pasted(json.dumps(whole)).resources[0]["ResourceType"] == "AWS.S3.Bucket"


def test_instances_of_a_reservation_can_be_chosen_from_and_have_a_map_of_tags() -> None:
    one = {"InstanceId": "i-1", "Tags": [{"Key": "a", "Value": "b"}]}
    two = {"InstanceId": "i-2"}
    whole = {"Reservations": [{"ReservationId": "r", "OwnerId": "1", "Instances": [one, two]}]}
    found = pasted(json.dumps(whole))
    assert found.resources == ({"InstanceId": "i-1", "Tags": {"a": "b"}}, two)
    assert "`Tags` became a map, as Panther has it" in found.said


def test_yaml_and_nothing_are_read_and_nonsense_is_refused_with_its_line() -> None:
    assert pasted("Name: a\nOpen: true\n").resources == ({"Name": "a", "Open": True},)
    assert pasted("  ").resources == ({},)
    refused = read_pasted('{\n  "a": 1,\n  "b" 2\n}')
    assert isinstance(refused, Refusal)
    assert refused.line == 3
    assert isinstance(read_pasted("just words"), Refusal)


RESOURCE = {
    "AccountId": "999988887777",
    "Arn": "arn:aws:iam::999988887777:role/deploy-prod",
    "Name": "deploy-prod",
    "Mail": "jane.doe@corp.io",
    "Key": "AKIAABCDEFGHIJKLMNOP",
    "Open": ["8.8.8.8/32", "0.0.0.0/0", "10.1.2.3/8", "2600:1f18::1"],
    "Policy": '{"Principal": {"AWS": "arn:aws:iam::222233334444:root", "r": "8.8.8.8"}}',
    "Secret": "abcdEFGH1234abcdEFGH1234abcdEFGH1234abcdEFGH",
    "Count": 999988887777,
}


def test_redaction_is_consistent_and_lists_each_replacement() -> None:
    offers = offer_redactions(RESOURCE)
    assert {(one.kind, one.found): one.times for one in offers} == {
        ("account", "999988887777"): 2,
        ("arn-name", "deploy-prod"): 2,
        ("mail", "jane.doe@corp.io"): 1,
        ("access-key", "AKIAABCDEFGHIJKLMNOP"): 1,
        ("ip", "8.8.8.8"): 2,
        ("ip", "2600:1f18::1"): 1,
        ("account", "222233334444"): 1,
        ("token", "abcdEFGH1234abcdEFGH1234abcdEFGH1234abcdEFGH"): 1,
    }
    clean = redact(RESOURCE, offers)
    assert isinstance(clean, dict)
    assert clean["Arn"] == "arn:aws:iam::123456789012:role/example-role"
    assert clean["Name"] == "example-role"
    assert clean["Open"] == ["203.0.113.1/32", "0.0.0.0/0", "10.1.2.3/8", "2001:db8::1"]
    assert json.loads(str(clean["Policy"]))["Principal"] == {
        "AWS": "arn:aws:iam::111122223333:root",
        "r": "203.0.113.1",
    }
    assert offer_redactions(clean) == ()


def test_only_offers_that_were_taken_are_replaced() -> None:
    mails = [one for one in offer_redactions(RESOURCE) if one.kind == "mail"]
    clean = redact(RESOURCE, mails)
    assert clean == {**RESOURCE, "Mail": "user@example.com"}


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        ({"A": 1, "PublicRead": True}, "Public read"),
        ({"A": 1, "PublicRead": None}, "No public read"),
        ({"A": 1}, "Without public read"),
        ({"A": 1, "PublicRead": "always"}, "Public read always"),
        ({"A": 1, "PublicRead": []}, "Empty public read"),
        ({"A": 2, "PublicRead": False}, "A 2"),
        ({"A": 1, "PublicRead": False}, "Same as another test"),
    ],
)
def test_a_name_tells_the_difference_to_the_nearest_sibling(resource: JsonValue, name: str) -> None:
    siblings = [{"B": [1, 2], "C": 3, "D": 4}, {"A": 1, "PublicRead": False}]
    assert name_test(resource, siblings, []) == name
    assert name_test(resource, siblings, [name.upper()]) == f"{name} 2"
