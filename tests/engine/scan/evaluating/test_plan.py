"""Which policies judge what, by Panther's rules."""

from __future__ import annotations

import pytest

from panther_engine.model import Diagnostic, Level, Policy
from panther_engine.scan.evaluating.plan import make_plan, why_broken
from panther_engine.scan.ignores.pattern import matcher


def policy(name: str, *types: str, enabled: bool = True) -> Policy:
    return Policy(spec=name, body="b.py", id=name, resource_types=types, enabled=enabled)


COUNTS = {"AWS.KMS.Key": 3, "AWS.S3.Bucket": 5}


def test_types_match_exactly_and_no_types_mean_all() -> None:
    plan = make_plan([policy("a", "AWS.S3.Bucket"), policy("b"), policy("c", "AWS.S3")], COUNTS)
    found = {one.policy.id: (one.types, one.resources) for one in plan.policies}
    assert found == {
        "a": (("AWS.S3.Bucket",), 5),
        "b": (("AWS.KMS.Key", "AWS.S3.Bucket"), 8),
        "c": ((), 0),
    }
    assert plan.evaluations == 13


def test_policies_that_are_not_enabled_are_left_out_unless_asked_for() -> None:
    off = policy("a", enabled=False)
    assert make_plan([off], COUNTS).disabled == (off,)
    assert make_plan([off], COUNTS, disabled=True).policies[0].policy is off


def test_a_broken_spec_is_told_with_its_place() -> None:
    found = Diagnostic("p.yml", 3, 0, Level.ERROR, "wrong-value", "no severity")
    broken = Policy(spec="p.yml", body="", id="P", diagnostics=(found,))
    plan = make_plan([broken], COUNTS)
    assert plan.broken == (broken,)
    assert why_broken(broken) == "p.yml:3: no severity"


def test_the_policy_that_somebody_looks_at_comes_first() -> None:
    plan = make_plan([policy("a"), policy("b")], COUNTS, first=["b"])
    assert [one.policy.id for one in plan.policies] == ["b", "a"]


@pytest.mark.parametrize(
    ("pattern", "resource", "matches"),
    [
        ("*", "anything/at:all", True),
        ("prod", "prod", True),
        ("prod", "prod.x", False),
        ("prod.panther.*/device", "prod.panther.us-west-2/device", True),
        ("*.us-west-2/*", "prod.panther.us-west-2/device", True),
        ("Prod*", "prod.x", False),
        ("a.c", "abc", False),
        ("[ab]", "a", False),
        ("a?", "ab", False),
        ("a*", "a\nb", False),
        ("", "a", False),
    ],
)
def test_ignore_patterns_match_whole_ids_and_only_the_star_is_special(
    pattern: str, resource: str, matches: bool
) -> None:
    assert matcher([pattern])(resource) is matches
    assert matcher(["nothing", pattern])(resource) is matches
    assert matcher([])(resource) is False
