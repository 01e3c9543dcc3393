"""Every test of the examples observed: it comes to what its plain run comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.insight.explaining import Explained, explain_tests
from panther_engine.insight.runs.running import InsightJobs
from panther_engine.reading.repository.load import load_repository
from panther_engine.values.insight import DecidedBy
from tests.engine.insight.explained import with_workers

ROOT = Path(__file__).parents[3] / "examples"
CANNOT_RUN = {"": 0, "triage": 1}
"""Policies whose body cannot be imported."""


@pytest.mark.parametrize("folder", CANNOT_RUN)
def test_an_observed_example_comes_to_what_its_plain_run_comes_to(folder: str) -> None:
    repository = load_repository(ROOT / folder, ("policies",))
    chosen = {
        spec: frozenset(range(len(policy.tests)))
        for spec, policy in repository.policies.items()
        if not policy.invalid and policy.tests
    }
    broken: list[str] = []

    async def explain(jobs: InsightJobs) -> list[Explained]:
        return await explain_tests(
            repository, chosen, jobs, lambda spec, failure: broken.append(spec), flips=False
        )

    found = [one.insight for one in with_workers(repository, explain, timeout=2.0)]
    assert len(broken) == CANNOT_RUN[folder]
    tests = {(spec, at) for spec, places in chosen.items() for at in places if spec not in broken}
    assert {(one.spec, one.test) for one in found} == tests
    for one in found:
        assert one.same_as_plain, (one.spec, one.name, one.reason)
        assert one.deciding is not None, (one.spec, one.name)
    stopped = [one for one in found if one.deciding and one.deciding.kind is DecidedBy.STOPPED]
    assert len(stopped) == (folder == "triage"), "the loop without end"
