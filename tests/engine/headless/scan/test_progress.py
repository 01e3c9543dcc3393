"""The time left is told by what is known of the policies that are left."""

from __future__ import annotations

import pytest

from panther_engine.headless.scan.progress import ScanProgress
from panther_engine.model import Policy
from panther_engine.scan.evaluating.plan import PlannedPolicy


def planned(name: str, resources: int) -> PlannedPolicy:
    return PlannedPolicy(Policy(f"{name}.yml", "", name), ("AWS.S3.Bucket",), resources)


def test_slow_policies_that_are_left_count_as_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    progress = ScanProgress(1_120, places=2, started=0.0)
    policies = (planned("slow", 100), planned("fast", 1_000), planned("new", 20))
    progress.plan(policies, {"slow": 0.5, "fast": 0.001})
    assert (progress.measured_left, progress.unmeasured_left) == (51.0, 20)
    monkeypatch.setattr("time.monotonic", lambda: 1.0)
    progress.judged("fast.yml", 1_000)
    progress.judged("new.yml", 10)
    assert progress.rate == 1_010
    assert progress.seconds_left == pytest.approx(25.0 + 10 / 1_010)
    progress.judged("slow.yml", 100)
    progress.judged("new.yml", 10)
    assert progress.seconds_left == pytest.approx(0.0)


def test_what_parts_have_told_that_still_run_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    progress = ScanProgress(100, started=0.0)
    monkeypatch.setattr("time.monotonic", lambda: 2.0)
    progress.running = 30
    assert (progress.evaluated, progress.rate) == (30, 15)
    progress.judged("p.yml", 90)
    assert progress.evaluated == 100
