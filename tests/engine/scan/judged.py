"""Judges small inventories with small policies, through real workers."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from panther_engine.model import Verdict
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.plan import served_globals
from panther_engine.running.jobs.report import RunOptions
from panther_engine.running.jobs.warm_up import warm_up
from panther_engine.scan.evaluating.evaluate import EvaluationPool, Evaluator, Judged
from panther_engine.scan.evaluating.plan import make_plan
from panther_engine.scan.inventory.spool import private_spool
from panther_engine.values.scanned import Evaluation, Resource
from tests.engine.insight.explained import Sample, write_checkout

KIND = "AWS.S3.Bucket"


def resources(*fields: Mapping[str, object], kind: str = KIND) -> list[Resource]:
    """Resources `r0`, `r1`, … with these fields."""
    found = []
    for number, more in enumerate(fields):
        document = {"ResourceId": f"r{number}", "ResourceType": kind, **more}
        found.append(Resource(f"r{number}", kind, "123456789012", "eu-west-1", document))
    return found


@dataclass(frozen=True)
class Scanned:
    judged: tuple[Judged, ...]

    @property
    def count(self) -> int:
        return sum(one.resources for one in self.judged)

    @property
    def passed(self) -> int:
        return sum(one.passed for one in self.judged)

    @property
    def evaluations(self) -> dict[str, Evaluation]:
        """By resource: for scans with one policy."""
        return {one.resource_id: one for part in self.judged for one in part.evaluations}

    @property
    def verdicts(self) -> dict[str, Verdict]:
        return {name: one.verdict for name, one in self.evaluations.items()}


def scan(
    root: Path,
    source: str | Mapping[str, Sample],
    found: Sequence[Resource],
    *,
    timeout: float = 10.0,
    more: Mapping[str, object] | None = None,
    helpers: Mapping[str, str] | None = None,
    done: Mapping[str, Sequence[tuple[int, int]]] | None = None,
    cost: float = 0.0,
) -> Scanned:
    """Judge resources with one policy, given by its body, or with several.

    `more` is added to the spec of each; `done` says by spec what was judged before.
    """
    samples = {"body": Sample(source, ())} if isinstance(source, str) else source
    repository = write_checkout(root, samples, helpers)
    if more:
        repository = _with(repository, root, samples, more)
    judged: list[Judged] = []
    with private_spool() as spool:
        for one in found:
            spool.add(one)
        spool.settle()
        plan = make_plan(repository.policies.values(), spool.counts())
        options = RunOptions(timeout=timeout, read=(os.path.realpath(spool.folder),))
        workers = warm_up(repository.root, sys.executable, options)
        costs = {one.id: cost for one in repository.policies.values()}
        try:
            evaluator = Evaluator(
                repository, plan, spool, judged.append, done=done or {}, costs=costs
            )

            async def run() -> None:
                workers.launcher.listen()
                workers.launcher.set_globals(served_globals(repository), ())
                root = str(repository.root)
                await evaluator.run(EvaluationPool(workers.launcher, root, 2, workers.limits))

            asyncio.run(run())
        finally:
            workers.close()
    return Scanned(tuple(judged))


def _with(
    repository: Repository, root: Path, samples: Mapping[str, Sample], more: Mapping[str, object]
) -> Repository:
    from panther_engine.reading.repository.load import load_repository

    for name in samples:
        file = root / "policies" / f"{name}.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), **more}))
    return load_repository(root)
