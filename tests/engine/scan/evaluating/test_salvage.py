"""What parts have come to is told when a scan is cancelled, if that is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

import pytest

from panther_engine.model import JsonValue, Verdict
from panther_engine.running.processes.job import Job
from panther_engine.scan.evaluating.evaluate import EvaluationPool, Evaluator, Judged
from panther_engine.scan.evaluating.plan import make_plan
from panther_engine.scan.inventory.spool import private_spool
from tests.engine.insight.explained import Sample, write_checkout
from tests.engine.scan.judged import resources

TOLD: Mapping[str, JsonValue] = {
    "next": 2,
    "passed": 1,
    "causes": [],
    "told": [[1, "FAIL", None]],
    "leant": [],
}


class Stuck:
    """A pool whose jobs tell something and never end."""

    room, timeout = 4, 1.0

    def __init__(self) -> None:
        self.pool = self
        self.listener = None
        self.submitted = asyncio.Event()
        self.told: tuple[Mapping[str, JsonValue], ...] = (TOLD,)

    def submit(self, jobs: Iterable[Job]) -> None:
        self.submitted.set()

    def told_of(self, key: str) -> tuple[float, tuple[Mapping[str, JsonValue], ...]]:
        return 3.0, self.told

    def cancel(self) -> None:
        pass


@pytest.mark.parametrize("salvage", [True, False])
async def test_parts_that_run_tell_what_they_came_to(tmp_path: Path, salvage: bool) -> None:
    body = "def policy(resource):\n    return True\n"
    repository = write_checkout(tmp_path, {"body": Sample(body, ())}, None)
    judged: list[Judged] = []
    with private_spool() as spool:
        for one in resources({}, {}, {}):
            spool.add(one)
        spool.settle()
        plan = make_plan(repository.policies.values(), spool.counts())
        evaluator = Evaluator(repository, plan, spool, judged.append, salvage=salvage)
        stuck = Stuck()
        running = asyncio.create_task(evaluator.run(cast(EvaluationPool, stuck)))
        await stuck.submitted.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    if not salvage:
        assert judged == []
        return
    (part,) = judged
    assert (part.begin, part.resources, part.passed, part.seconds) == (0, 2, 1, 3.0)
    assert [(one.resource_id, one.verdict) for one in part.evaluations] == [("r1", Verdict.FAIL)]


@pytest.mark.parametrize(
    ("told", "reached"),
    [((), 0), ((TOLD,), 2), (({**TOLD, "next": "x"},), 0), (({**TOLD, "next": 10**9},), 3)],
)
async def test_what_still_runs_is_told_as_far_as_workers_say(
    tmp_path: Path, told: tuple[Mapping[str, JsonValue], ...], reached: int
) -> None:
    body = "def policy(resource):\n    return True\n"
    repository = write_checkout(tmp_path, {"body": Sample(body, ())}, None)
    ticked = asyncio.Event()
    with private_spool() as spool:
        for one in resources({}, {}, {}):
            spool.add(one)
        spool.settle()
        plan = make_plan(repository.policies.values(), spool.counts())
        evaluator = Evaluator(repository, plan, spool, lambda judged: None, on_tick=ticked.set)
        assert evaluator.reached == 0
        stuck = Stuck()
        stuck.told = told
        running = asyncio.create_task(evaluator.run(cast(EvaluationPool, stuck)))
        await ticked.wait()
        assert evaluator.reached == reached
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
