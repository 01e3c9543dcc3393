"""Shards are cut by what their policies cost, where that is known."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

import pytest

from panther_engine.model import Policy
from panther_engine.scan.cluster.shard import SECONDS, cut_shards, shard_sizes
from panther_engine.scan.evaluating.plan import make_plan
from panther_engine.scan.inventory.spool import private_spool
from panther_engine.values.scanned import Resource


def sizes_of(costs: Mapping[str, float], **types: tuple[str, ...]) -> dict[str, int]:
    policies = [
        Policy(f"{name}.yml", "", name, resource_types=kinds) for name, kinds in types.items()
    ]
    return shard_sizes(make_plan(policies, {"A": 9, "B": 9}), costs, 1000)


def test_a_shard_takes_what_its_policies_take_together() -> None:
    slow = SECONDS / 100
    assert sizes_of({"one": slow, "two": slow}, one=("A",), two=("A", "B")) == {"A": 32, "B": 64}


def test_what_nobody_measured_counts_nothing_and_no_shard_is_larger_than_was_asked() -> None:
    assert sizes_of({"two": SECONDS / 5000}, one=("A",), two=("B",)) == {"A": 1000, "B": 1000}


def test_one_resource_is_the_least() -> None:
    assert sizes_of({"one": SECONDS * 9}, one=("A",)) == {"A": 1}


@pytest.mark.parametrize("seconds", [0.17, 0.2, 0.29])
def test_a_cost_that_is_measured_anew_cuts_as_before(seconds: float) -> None:
    assert sizes_of({"one": seconds}, one=("A",))["A"] == 64


def test_types_share_a_shard_by_their_sizes() -> None:
    with private_spool() as spool:
        for number in range(40):
            kind = "A" if number % 2 else "B"
            spool.add(Resource(f"arn:{number:02}", kind, "", "", {"ResourceId": f"arn:{number}"}))
        spool.settle()
        shards = list(cut_shards(spool, {"A": 10, "B": 40}))
    lines = [gzip.decompress(one).splitlines() for one in shards]
    counts = [[sum(kind in line for line in one) for kind in (b'"A"', b'"B"')] for one in lines]
    assert counts == [[10, 0], [10, 0], [0, 20]]
