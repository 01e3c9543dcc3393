"""The cold run without the one policy that spends its time in policyuniverse."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from tests.benchmarks.figure import Figure
from tests.benchmarks.figures.cold_run import details, race
from tests.benchmarks.workplace import SLOW_SPEC, Workplace


def measure(workplace: Workplace) -> Iterator[Figure]:
    """How many times longer PAT takes over `policies` without AWS.S3.Bucket.ActionRestrictions."""
    spec = workplace.checkout / SLOW_SPEC
    spec.unlink()
    try:
        pat, ours = race(workplace)
    finally:
        subprocess.run(["git", "checkout", "--quiet", "--", SLOW_SPEC], cwd=workplace.checkout)
    yield Figure(
        "cold-run-quick", pat.seconds / ours.seconds, "x PAT", 8.0, 12.0, details(pat, ours)
    )
