"""Makes large inventories of what the tests of panther-analysis hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from panther_engine.reading.repository.load import load_repository
from tests.benchmarks.workplace import Workplace

TYPES = (
    "AWS.DynamoDB.Table",
    "AWS.EC2.Instance",
    "AWS.EC2.Volume",
    "AWS.IAM.User",
    "AWS.KMS.Key",
    "AWS.RDS.Instance",
)
"""Types whose policies take what a policy usually takes: none of them expands policy documents."""


def write_inventory(
    workplace: Workplace,
    file: Path,
    count: int,
    types: tuple[str, ...] = TYPES,
    *,
    changed_each: int = 0,
) -> None:
    """Write so many resources as JSON lines: the types in turn, each with its tests' in turn.

    One of `changed_each` is another than it would be else.
    """
    policies = load_repository(workplace.checkout, ("policies",)).policies.values()
    known: dict[str, list[Mapping[str, object]]] = {kind: [] for kind in types}
    for policy in policies:
        for kind in policy.resource_types:
            if kind in known and policy.enabled:
                known[kind] += [
                    one.resource for one in policy.tests if isinstance(one.resource, Mapping)
                ]
    with file.open("w", encoding="utf-8") as target:
        for number in range(count):
            kind = types[number % len(types)]
            resources = known[kind]
            other = bool(changed_each) and number % changed_each == 0
            document = {
                **resources[(number // len(types) + other) % len(resources)],
                "AccountId": f"{number % 7:012}",
                "Region": ("us-east-1", "eu-west-1")[number % 2],
                "ResourceId": f"arn:aws:x:::{kind}/{number}",
                "ResourceType": kind,
            }
            target.write(json.dumps(document) + "\n")
