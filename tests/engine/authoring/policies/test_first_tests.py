"""What a new policy begins with does what its tests say, whatever its field."""

from __future__ import annotations

from typing import Any

import pytest

from panther_engine.authoring.policies.first_tests import first_body, first_tests
from panther_engine.authoring.resources.types import telling_field
from panther_engine.reading.spec.catalogue import RESOURCE_TYPES


def verdicts(field: str, types: tuple[str, ...], deep_get: str = "") -> list[tuple[bool, bool]]:
    """What is expected of each test, and what the body says."""
    body = first_body(field, deep_get)
    compile(body, "body.py", "exec")
    names: dict[str, Any] = {}
    exec(body, names)
    tests: list[Any] = first_tests(types, field)
    return [(it["ExpectedResult"], names["policy"](it["Resource"])) for it in tests]


@pytest.mark.parametrize(
    "form",
    [
        "{}",
        "not {}",
        "{}.Deep",
        "not {}.Deep.Er",
        "{} = on",
        "not {}.Deep = 3",
        "{}=true",
        "{} = null",
    ],
)
def test_a_compliant_test_comes_first_and_both_pass(form: str) -> None:
    for kind in RESOURCE_TYPES:
        found = verdicts(form.format(telling_field((kind,))), (kind,))
        assert found == [(True, True), (False, False)], kind


def test_without_a_field_all_is_compliant() -> None:
    assert verdicts("", ("AWS.S3.Bucket",)) == [(True, True)]


def test_a_field_in_a_field_is_asked_for_as_the_checkout_does_it() -> None:
    assert first_body("not A.B", "base") == (
        "from base import deep_get\n\n\ndef policy(resource):\n"
        '    return not deep_get(resource, "A", "B")\n'
    )


def test_a_key_that_says_yes_or_no_is_true_or_false() -> None:
    with_it, without = (
        it["Resource"]["CredentialReport"]["MfaActive"]  # type: ignore[index]
        for it in first_tests(("AWS.IAM.RootUser",), "CredentialReport.MfaActive")
    )
    assert (with_it, without) == (True, False)


@pytest.mark.parametrize(
    ("asked", "said", "body"),
    [
        ("A.B = enabled", "A.B is enabled", '(resource.get("A") or {}).get("B") == "enabled"'),
        ('A == "3"', "A is 3", 'resource.get("A") == "3"'),
        ("not A = 3", "A is not 3", 'resource.get("A") != 3'),
        ("A = false", "A is false", 'resource.get("A") is False'),
        ("A = [1]", "A is [1]", 'resource.get("A") == "[1]"'),
        ("A =", "A is set", 'bool(resource.get("A"))'),
    ],
)
def test_a_value_can_be_asked_for(asked: str, said: str, body: str) -> None:
    assert first_body(asked).endswith(f"return {body}\n")
    first: Any = first_tests(("AWS.S3.Bucket",), asked)[0]
    assert first["Name"] == said
    assert verdicts(asked, ("AWS.S3.Bucket",)) == [(True, True), (False, False)]
