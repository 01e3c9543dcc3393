"""What a policy comes to does not depend on which policies ran in the same worker before it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from panther_engine.model import TestResult
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.source.purity import leaves_nothing
from panther_engine.running.jobs.plan import make_job
from panther_engine.running.processes.job import Job
from tests.engine.reading.repository.checkout import Checkout
from tests.engine.running.jobs.leaving_bodies import (
    CARRIER,
    LEAVING,
    LEAVING_IN_PACKAGES,
    generated,
)
from tests.engine.running.running_policies import Ran, run_jobs

ROOT = Path(__file__).parents[4]
INSTALLED = all(map(find_spec, ("dateutil", "policyuniverse")))
GIVEN = {
    "examples": ROOT / "examples",
    "triage": ROOT / "examples" / "triage",
    "parity": ROOT / "tests" / "repos" / "parity" / "good",
}


def jobs_of(repository: Repository) -> list[Job]:
    made = (make_job(repository, policy) for policy in repository.policies.values())
    return [job for job in made if job is not None]


def run(repository: Repository, jobs: list[Job], places: int) -> Ran:
    served = {
        name: (str(repository.root / one.body), repository.files[one.body].content)
        for name, one in repository.globals.items()
        if one.body in repository.files
    }
    return run_jobs(repository.root, jobs, served, places=places)


def told(ran: Ran) -> Mapping[str, object]:
    def without_time(result: TestResult) -> TestResult:
        return replace(result, duration_ms=0.0)

    return {
        spec: (ended.setup, [(index, without_time(result)) for index, result in ended.results])
        for spec, ended in sorted(ran.ended.items())
    }


def alone_and_together(root: Path) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """What the policies of a checkout come to, in a process each, and in as few as may be."""
    repository = load_repository(root, (".",))
    jobs = jobs_of(repository)
    alone = run(repository, [replace(job, tame=False) for job in jobs], places=2)
    together = run(repository, jobs, places=1)
    return told(alone), told(together)


def write_pairs(root: Path, pairs: Mapping[str, tuple[str, str]]) -> None:
    checkout = Checkout(root)
    checkout.helper("carrier", CARRIER)
    for number, (leaves, notices) in enumerate(pairs.values()):
        checkout.policy(f"p{number:03}_a", body=leaves)
        checkout.policy(f"p{number:03}_b", body=notices)


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param(LEAVING, id="by hand"),
        pytest.param(generated(), id="generated"),
        pytest.param(
            LEAVING_IN_PACKAGES,
            id="in packages",
            marks=pytest.mark.skipif(not INSTALLED, reason="dateutil, policyuniverse are missing"),
        ),
    ],
)
def test_what_a_policy_leaves_behind_changes_no_other(
    tmp_path: Path, pairs: Mapping[str, tuple[str, str]]
) -> None:
    write_pairs(tmp_path, pairs)
    alone, together = alone_and_together(tmp_path)
    assert len(alone) == 2 * len(pairs)
    assert together == alone


@pytest.mark.parametrize("name", GIVEN)
def test_the_policies_of_a_checkout_come_to_the_same_alone_and_together(
    tmp_path: Path, name: str
) -> None:
    root = tmp_path / name
    endless = "aws_vpc_address_plan.*"  # is stopped at the limit, at any place of its loop
    shutil.copytree(GIVEN[name], root, ignore=shutil.ignore_patterns(endless))
    alone, together = alone_and_together(root)
    assert alone
    assert together == alone


@pytest.mark.parametrize("name", [*LEAVING, *LEAVING_IN_PACKAGES])
def test_a_body_that_leaves_something_behind_is_not_pure(name: str) -> None:
    leaves, _ = (LEAVING | LEAVING_IN_PACKAGES)[name]
    assert not leaves_nothing(leaves.encode()) or "carrier" in leaves


@pytest.mark.parametrize("name", generated())
def test_no_way_to_reach_and_to_change_a_list_of_a_library_is_pure(name: str) -> None:
    leaves, _ = generated()[name]
    assert not leaves_nothing(leaves.encode())
