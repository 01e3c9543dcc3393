"""From a save of one policy to how much its tests pin down on the screen."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.app import opened
from tests.benchmarks.figure import Figure, percentile
from tests.benchmarks.saving import save
from tests.benchmarks.workplace import Workplace

BODY = "policies/aws_cloudformation_policies/aws_cloudformation_stack_drifted.py"
PINNED = r"pinned \d+/\d+"
ROUNDS = 20


def measure(workplace: Workplace) -> Iterator[Figure]:
    """A comment is added to a body whose tests do not pin all of it down, and taken away."""
    body = workplace.checkout / BODY
    good = body.read_text("utf-8")
    times = []
    with opened(workplace, BODY) as terminal:
        try:
            for number in range(ROUNDS):
                terminal.wait_until_quiet(0.6)
                terminal.forget()
                began = save(body, f"{good}\n# {number}\n", by_rename=number % 2 > 0)
                times.append((terminal.wait_for(PINNED)[0] - began) * 1000)
        finally:
            save(body, good, by_rename=True)
    more = {"saves": ROUNDS, "worst": round(max(times), 1)}
    yield Figure("survivors-painted-p50", percentile(times, 0.5), "ms", 500, 200, more)
