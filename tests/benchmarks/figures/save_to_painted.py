"""From a save to its verdict on the screen: the policy that is shown."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.app import opened
from tests.benchmarks.figure import Figure, percentile
from tests.benchmarks.saving import time_saves
from tests.benchmarks.workplace import Workplace

BODY = "policies/aws_s3_policies/aws_s3_bucket_public_read.py"
BUG = "\n\n_right = policy\n\n\ndef policy(resource):\n    return not _right(resource)\n"
ROUNDS = 40


def measure(workplace: Workplace) -> Iterator[Figure]:
    """A body is broken and mended by turns, by plain writes and by renames."""
    body = workplace.checkout / BODY
    with opened(workplace, BODY) as terminal:
        times = time_saves(terminal, body, body.read_text("utf-8") + BUG, ROUNDS)
    milliseconds = [spent * 1000 for spent in times]
    more = {"saves": len(times), "worst": round(max(milliseconds), 1)}
    yield Figure("save-to-painted-p50", percentile(milliseconds, 0.5), "ms", 25, 12, more)
    yield Figure("save-to-painted-p99", percentile(milliseconds, 0.99), "ms", 60, 30, more)
