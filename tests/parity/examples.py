"""`python -m tests.parity.examples CHECKOUT DOCS`: policies on the examples of Panther's docs.

DOCS is a checkout of panther-labs/panther-docs, whose pages of AWS resources have an example each.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from panther_engine.reading.repository.load import load_repository
from tests.environments import MissingCheckoutError, analysis_python, find_checkout, pat_python

NAIVE = Path(__file__).parent / "oracle" / "naive.py"
PAGES = "docs/gitbook/cloud-scanning/cloud-resource-attributes/aws"
BLOCK = re.compile(r"```\w*\n(\{.*?)```", re.DOTALL)
TWICE = {"AWS.WAF.Regional.WebACL": "AWS.WAF.WebACL"}
"""The page of these two types has one example for both."""

Key = tuple[str, str]


class Said(NamedTuple):
    """What came of one evaluation."""

    verdict: str
    error: str = ""
    unverified: bool = False


def main() -> int:
    """Print what differs, and why; 1 if something has no reason."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity.examples", description=__doc__)
    parser.add_argument("checkout", help="of panther-analysis")
    parser.add_argument("docs", help="of panther-docs", type=Path)
    arguments = parser.parse_args()
    try:
        checkout = find_checkout(arguments.checkout)
    except MissingCheckoutError as missing:
        print(missing, file=sys.stderr)
        return 2
    examples = list(read_examples(arguments.docs / PAGES))
    naive, enabled = judge_naively(checkout, examples)
    ours = scan(checkout, examples)
    print(f"{len(examples)} examples")
    tell_counts("panther_core, all policies", naive)
    tell_counts("our scan, all policies", ours)
    of_enabled = {key: said for key, said in naive.items() if key[0] in enabled}
    tell_counts("panther_core, enabled policies", of_enabled)
    tell_counts("our scan, enabled policies", {key: ours[key] for key in of_enabled if key in ours})
    unexplained = 0
    for key in sorted(naive.keys() | ours.keys()):
        there, here = naive.get(key), ours.get(key)
        if there != here:
            why = reason(there, here)
            unexplained += why is None
            print(f"{key[0]}  {key[1]}\n    {there}\n    {here}\n    {why or 'UNEXPLAINED'}")
    print(f"{unexplained} unexplained")
    return int(unexplained > 0)


def read_examples(pages: Path) -> Iterator[dict[str, object]]:
    """The documents of the pages, in the order of their names."""
    for page in sorted(pages.glob("*.md")):
        for text in BLOCK.findall(page.read_text("utf-8")):
            document = json.loads(text)
            yield document
            if (other := TWICE.get(document["ResourceType"])) is not None:
                yield {
                    **document,
                    "ResourceType": other,
                    "ResourceId": f"{document['ResourceId']}/{other}",
                }


def judge_naively(
    checkout: Path, examples: list[dict[str, object]]
) -> tuple[dict[Key, Said], frozenset[str]]:
    """What panther_core says, and the IDs of the policies that are enabled."""
    policies = load_repository(checkout, ("policies",)).policies.values()
    asked = {
        "root": str(checkout),
        "policies": [
            {"id": one.id, "body": one.body, "types": one.resource_types} for one in policies
        ],
        "resources": examples,
    }
    told = subprocess.run(
        [pat_python(), "-B", NAIVE],
        input=json.dumps(asked),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answers = json.loads(told.stdout)
    return (
        {(policy, resource): Said(*said) for policy, resource, *said in answers},
        frozenset(one.id for one in policies if one.enabled),
    )


def scan(checkout: Path, examples: list[dict[str, object]]) -> dict[Key, Said]:
    """What our scan says of the same."""
    with tempfile.TemporaryDirectory() as folder:
        inventory, found = Path(folder, "examples.jsonl"), Path(folder, "found.jsonl")
        inventory.write_text("".join(json.dumps(one) + "\n" for one in examples))
        command = [sys.executable, "-m", "panther_tui", "scan", "--all", "--python"]
        subprocess.run(
            [*command, analysis_python(), "--export", found, inventory],
            cwd=checkout,
            env={**os.environ, "XDG_STATE_HOME": folder},
            stdout=subprocess.DEVNULL,
            check=False,
        )
        rows = [json.loads(line) for line in found.read_text().splitlines()]
    failing = {(row["policy"], row["resource"]): _said(row) for row in rows}
    policies = load_repository(checkout, ("policies",)).policies.values()
    return {
        (policy.id, str(one["ResourceId"])): failing.get(
            (policy.id, str(one["ResourceId"])), Said("PASS")
        )
        for policy in policies
        for one in examples
        if not policy.resource_types or one["ResourceType"] in policy.resource_types
    }


def _said(row: Mapping[str, str]) -> Said:
    error = f"{row['error_type']}: {row['error_message']}" if row["verdict"] == "ERROR" else ""
    return Said(row["verdict"], error, bool(row["unverified"]))


def reason(there: Said | None, here: Said | None) -> str | None:
    """Why two evaluations differ; None for no reason that is known."""
    if there is None or here is None:
        return None
    if "NoRegion" in there.error or "NoCredentials" in there.error:
        served = "its resource is not in the inventory" if here.unverified else "served"
        return (
            f"a lookup: without AWS it fails there, and is answered from the inventory ({served})"
        )
    return None


def tell_counts(what: str, said: Mapping[Key, Said]) -> None:
    """One line of counts."""
    counts = Counter(one.verdict for one in said.values())
    print(
        f"{what}: {len(said)}: " + " / ".join(str(counts[it]) for it in ("PASS", "FAIL", "ERROR"))
    )


if __name__ == "__main__":
    sys.exit(main())
