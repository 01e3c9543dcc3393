"""Makes examples/inventory/resources.jsonl: 200 resources of two accounts that never were.

Each is the catalogue's example of its type with the fields of a test of the example policies, so
that some pass, some fail and a few lack what a policy reads. The same bytes come every time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

from panther_engine.authoring.resources.types import example_of
from panther_engine.model import JsonValue, TestCase
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.spec.catalogue import id_form

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
ACCOUNTS = ("111122223333", "444455556666")
REGIONS = ("eu-central-1", "us-east-1", "us-west-2")
COUNT = 200


def tests_by_type() -> dict[str, list[TestCase]]:
    """The tests of the example policies, by the resource types of their policies."""
    found: dict[str, list[TestCase]] = {}
    policies = load_repository(EXAMPLES, ("policies",)).policies.values()
    for policy in sorted(policies, key=lambda one: one.spec):
        for kind in policy.resource_types:
            found.setdefault(kind, []).extend(policy.tests)
    return found


def resources() -> Iterator[dict[str, JsonValue]]:
    """The resources: the types in turn, each with its tests in turn; of one ID only the first."""
    by_type = sorted(tests_by_type().items())
    known_ids: set[str] = set()
    for number in count():
        if len(known_ids) == COUNT:
            return
        kind, tests = by_type[number % len(by_type)]
        turn = number // len(by_type)
        resource = tests[turn % len(tests)].resource
        known = resource if isinstance(resource, Mapping) else {}
        account = ACCOUNTS[number % 2]
        region = REGIONS[number % 3]
        name = f"{kind.rpartition('.')[2].lower()}-{turn:02}"
        identity = id_form(kind).format(AccountId=account, Region=region, Name=name, Id=name)
        if identity in known_ids:
            continue
        known_ids.add(identity)
        yield {
            **example_of(kind),
            **known,
            "AccountId": account,
            "Region": region,
            "Name": name,
            "Arn": identity,
            "ResourceId": identity,
            "ResourceType": kind,
        }


def main() -> None:
    """Write the file."""
    file = EXAMPLES / "inventory" / "resources.jsonl"
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(f"{json.dumps(one)}\n" for one in resources()), "utf-8")


if __name__ == "__main__":
    main()
