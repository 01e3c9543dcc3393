"""What-if: from a key that changes a value of a scratch copy to its other verdict painted."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.benchmarks.app import opened
from tests.benchmarks.figure import Figure, percentile
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.workplace import Workplace

SMALL = "policies/aws_s3_policies/aws_s3_bucket_public_read.yml"
LARGE = "policies/aws_iam_policies/aws_iam_policy_does_not_grant_network_admin_access.yml:110"
"""Its resource has 5.6 KB, most of it a policy document that policyuniverse expands."""
ROUNDS = 60


def measure(workplace: Workplace) -> Iterator[Figure]:
    """The last letter of a value is taken away and typed again, which turns the verdict."""
    small = _time(workplace, SMALL, b"Permission", b"READ", ROUNDS)
    yield Figure("what-if-p50", percentile(small, 0.5), "ms", 40, 20, {"keys": len(small)})
    yield Figure("what-if-p99", percentile(small, 0.99), "ms", 100, 50)
    large = _time(workplace, LARGE, b'"Path"', b"/aws-service-role/", ROUNDS)
    more = {"keys": len(large), "resource": "5.6 KB"}
    yield Figure("what-if-5kb-p50", percentile(large, 0.5), "ms", 40, 20, more)
    yield Figure("what-if-5kb-p99", percentile(large, 0.99), "ms", 100, 50)


def _time(workplace: Workplace, at: str, field: bytes, value: bytes, rounds: int) -> list[float]:
    """Milliseconds from each key to the other verdict."""
    with opened(workplace, at) as terminal:
        terminal.send(b"3/" + field + b"\r")
        terminal.wait_until_quiet(1.0)
        terminal.forget()
        terminal.send(b"s")
        terminal.wait_until_quiet(0.5)
        terminal.send(b"\x15" + value)
        terminal.wait_until_quiet(1.0)
        return [_press(terminal, value, number % 2) * 1000 for number in range(rounds)]


def _press(terminal: Terminal, value: bytes, back: int) -> float:
    terminal.wait_until_quiet(0.3)
    terminal.forget()
    began = time.perf_counter()
    terminal.send(value[-1:] if back else b"\x7f")
    painted, _ = terminal.wait_for(r"now (PASS|FAIL|ERROR)")
    return painted - began
