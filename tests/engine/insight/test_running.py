"""Jobs of insight for whoever waits for them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from panther_engine.insight.runs.running import InsightJobs
from panther_engine.reading.repository.load import load_repository
from panther_engine.running.jobs.plan import make_job
from panther_engine.running.jobs.pool import JobEnded
from panther_engine.running.jobs.report import RunOptions
from panther_engine.running.jobs.warm_up import warm_up
from tests.engine.reading.repository.checkout import Checkout


async def test_who_is_told_of_an_end_and_fails_is_heard(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    checkout.policy("a")
    checkout.policy("b")
    repository = load_repository(checkout.root)
    jobs = [make_job(repository, policy) for policy in repository.policies.values()]

    def fail(ended: JobEnded) -> None:
        raise RuntimeError("injected")

    workers = warm_up(checkout.root, sys.executable, RunOptions())
    async with InsightJobs(repository, workers) as insight:
        with pytest.raises(RuntimeError, match="injected"):
            await insight.run(jobs, fail)
