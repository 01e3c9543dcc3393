"""From selecting a test to its reason on the screen, and to what would flip it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.benchmarks.app import opened
from tests.benchmarks.figure import Figure, percentile
from tests.benchmarks.workplace import Workplace

BODY = "policies/aws_s3_policies/aws_s3_bucket_public_read.py"
ROUNDS = 60
REASON = r"It (passes|fails|raises)"
FLIPS = r"what would flip it|no small change"


def measure(workplace: Workplace) -> Iterator[Figure]:
    """Down and up through the policies: each selects another test, which is explained anew."""
    painted, flipped = [], []
    with opened(workplace, BODY) as terminal:
        terminal.send(b"1")
        for number in range(ROUNDS):
            terminal.wait_until_quiet(0.3)
            terminal.forget()
            pressed = time.perf_counter()
            terminal.send(b"jjjkkk"[number % 6 : number % 6 + 1])
            painted.append((terminal.wait_for(REASON)[0] - pressed) * 1000)
            flipped.append((terminal.wait_for(FLIPS)[0] - pressed) * 1000)
    more = {"selections": ROUNDS, "worst": round(max(painted), 1)}
    yield Figure("insight-painted-p50", percentile(painted, 0.5), "ms", 60, 30, more)
    yield Figure("insight-painted-p99", percentile(painted, 0.99), "ms", 150, 80, more)
    more = {"selections": ROUNDS, "worst": round(max(flipped), 1)}
    yield Figure("flips-painted-p50", percentile(flipped, 0.5), "ms", 300, 150, more)
