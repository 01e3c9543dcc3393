"""Runs a plan: feeds a pool with parts that take about a second each, and tells what came of them.

A part whose worker ends is gone on with one evaluation at a time, so that the one that ended it is
found and is the only one to pay for it.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType

from panther_engine.model import Failure, Verdict
from panther_engine.reading.repository.dependencies import modules_used
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.plan import served_globals
from panther_engine.running.jobs.pool import JobEnded, Pool, PoolEvent
from panther_engine.running.jobs.warm_up import WarmWorkers
from panther_engine.running.processes.job import Limits
from panther_engine.running.processes.launch import ManagedLauncher
from panther_engine.scan.evaluating.judging import (
    Part,
    erred,
    judge_job,
    reached_in,
    take_told,
)
from panther_engine.scan.evaluating.plan import Plan, PlannedPolicy
from panther_engine.scan.ignores.pattern import matcher
from panther_engine.scan.inventory.spool import Spool, Stored
from panther_engine.values.scanned import Evaluation

PART_SECONDS = 1.0
"""What a part is to take: long beside the start of its worker, short beside a whole scan."""
FIRST_PART = 200
"""Resources of a policy's first part, when nobody knows yet how long it takes."""
LARGEST_PART = 4000
PART_BYTES = 4 << 20
"""Of documents that are sent to a worker at once."""
QUEUED = 2
"""Parts that wait or run, for each place: no place is ever idle, and little is held in memory."""
STOPPED_LIMIT = 25
"""Evaluations of one policy that may end their worker; after that it is given up."""
TICK_SECONDS = 0.5
GRACE = 2.0
"""Seconds beyond its limit after which an evaluation that cannot be interrupted is killed."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a part of a plan."""

    spec: str
    resources: int
    passed: int
    evaluations: tuple[Evaluation, ...]
    """Of what did not pass, or leans on what is not in the inventory."""
    seconds: float
    begin: int = 0
    """Place of the first of them among all resources of the policy."""


OnJudged = Callable[[Judged], None]


@dataclass(slots=True)
class _Progress:
    """How far a policy is."""

    planned: PlannedPolicy
    resources: Iterator[tuple[int, Stored]]
    """Those that are left, each with its place among all."""
    size: int = FIRST_PART
    number: int = 0
    stopped: int = 0
    broken: Failure | None = None
    """Why none of what is left can be judged."""


def _first_size(cost: float) -> int:
    """Resources of a policy's first part; fewer than usual if it is known to be slow.

    Never more: it may have become slow since.
    """
    return max(1, min(FIRST_PART, int(PART_SECONDS / cost))) if cost > 0 else FIRST_PART


class EvaluationPool:
    """Workers that judge resources, for one evaluator after the other. Lives on an event loop."""

    def __init__(self, launcher: ManagedLauncher, root: str, places: int, limits: Limits) -> None:
        """Make it from a launcher that listens, and serves what the policies need."""
        self.timeout = limits.timeout
        """Seconds for one evaluation."""
        self.room = places * QUEUED
        """How many parts wait or run at a time."""
        self.listener: Callable[[JobEnded], None] = lambda ended: None
        within = replace(limits, timeout=limits.timeout + GRACE)
        self.pool = Pool(launcher, root, places, within, self._tell)

    def _tell(self, event: PoolEvent) -> None:
        if isinstance(event, JobEnded):
            self.listener(event)


class Evaluator:
    """Evaluates one plan. Use it once."""

    def __init__(
        self,
        repository: Repository,
        plan: Plan,
        spool: Spool,
        on_judged: OnJudged,
        niceness: int = 0,
        done: Mapping[str, Sequence[tuple[int, int]]] = MappingProxyType({}),
        costs: Mapping[str, float] = MappingProxyType({}),
        salvage: bool = False,
        on_tick: Callable[[], None] | None = None,
    ) -> None:
        """Make it; `on_judged` is told of each part as it is done, `on_tick` each half second.

        `done` says by spec what need not be judged again: spans of places, in order. `costs` says
        by the policy's ID how many seconds an evaluation takes, where that is known. With
        `salvage` it tells, when it is cancelled, what parts have come to that still run.
        """
        self._repository = repository
        self._spool = spool
        self._on_judged = on_judged
        self._niceness = niceness
        self._salvages = salvage
        self._on_tick = on_tick
        self._progress = {
            one.policy.spec: _Progress(
                one,
                self._left_of(one, done.get(one.policy.spec, ())),
                _first_size(costs.get(one.policy.id, 0.0)),
            )
            for one in plan.policies
        }
        self._parts = self._all_parts()
        self._again: deque[tuple[_Progress, Part]] = deque()
        """What is left of parts whose worker ended."""
        self._running: dict[str, tuple[_Progress, Part, float]] = {}
        self._over = asyncio.Event()
        self._fault: Exception | None = None
        self._workers: EvaluationPool | None = None

    @property
    def modules(self) -> frozenset[str]:
        """What workers had better import before the first job."""
        return frozenset().union(*(modules_used(self._repository, spec) for spec in self._progress))

    async def run(self, workers: EvaluationPool) -> None:
        """Evaluate everything; what `on_judged` raises is raised."""
        self._workers = workers
        workers.listener = self._on_end
        ticking = None if self._on_tick is None else asyncio.create_task(self._tick(self._on_tick))
        try:
            self._fill()
            if self._running:
                await self._over.wait()
        except asyncio.CancelledError:
            if self._salvages:
                self._salvage(workers)
            raise
        finally:
            workers.pool.cancel()
            if ticking is not None:
                ticking.cancel()
        if self._fault is not None:
            raise self._fault

    @property
    def reached(self) -> int:
        """Evaluations of parts that still run, as far as their workers have told."""
        if self._workers is None:
            return 0
        pool = self._workers.pool
        return sum(
            reached_in(pool.told_of(key)[1], part) - part.start
            for key, (_, part, _) in self._running.items()
        )

    def stop(self) -> None:
        """Begin nothing more, and forget what runs."""
        self._parts = iter(())
        self._again.clear()
        self._over.set()

    async def _tick(self, tell: Callable[[], None]) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            tell()

    def _resources_of(self, planned: PlannedPolicy) -> Iterator[Stored]:
        for kind in planned.types:
            yield from self._spool.of_type(kind)

    def _left_of(
        self, planned: PlannedPolicy, done: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, Stored]]:
        spans = iter(done)
        begin, until = next(spans, (sys.maxsize, sys.maxsize))
        for at, one in enumerate(self._resources_of(planned)):
            while at >= until:
                begin, until = next(spans, (sys.maxsize, sys.maxsize))
            if at < begin:
                yield at, one

    def _all_parts(self) -> Iterator[tuple[_Progress, Part]]:
        """A part of each policy in turn, so that all are seen early and costs are learned."""
        going = deque(self._progress.values())
        while going:
            progress = going.popleft()
            part = self._next_part(progress)
            if part is not None:
                going.append(progress)
                yield progress, part

    def _next_part(self, progress: _Progress) -> Part | None:
        policy = progress.planned.policy
        resources: list[Stored] = []
        size = begin = 0
        for at, one in progress.resources:
            if not resources:
                begin = at
            elif at != begin + len(resources):  # what lies between was judged before
                progress.resources = chain(((at, one),), progress.resources)
                break
            resources.append(one)
            size += one.length
            if len(resources) >= progress.size or size > PART_BYTES:
                break
        if not resources:
            return None
        ignored = matcher(policy.suppressions)
        suppressed = frozenset(at for at, one in enumerate(resources) if ignored(one.id))
        documents = tuple(self._spool.contents(resources))
        progress.number += 1
        return Part(
            policy, tuple(resources), documents, suppressed, number=progress.number, begin=begin
        )

    def _fill(self) -> None:
        assert self._workers is not None
        jobs = []
        while len(self._running) < self._workers.room:
            following = self._again.popleft() if self._again else next(self._parts, None)
            if following is None:
                break
            progress, part = following
            job = judge_job(
                self._repository,
                part,
                str(self._spool.folder),
                self._workers.timeout,
                self._niceness,
            )
            if job is None or progress.broken is not None:
                why = progress.broken or Failure("NotRun", "the policy's body cannot be read")
                self._tell(part, tuple(erred(part, range(part.start, len(part.resources)), why)), 0)
                continue
            self._running[part.key] = (progress, part, time.perf_counter())
            jobs.append(job)
        self._workers.pool.submit(jobs)
        if not self._running:
            self._over.set()

    def _on_end(self, ended: JobEnded) -> None:
        if ended.job.spec not in self._running:
            return
        try:
            self._take(ended)
            asyncio.get_running_loop().call_soon(self._go_on)
        except Exception as error:  # else nobody would wake `run`
            self._fail(error)

    def _go_on(self) -> None:
        try:
            self._fill()
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._fault = self._fault or error
        self.stop()

    def _take(self, ended: JobEnded) -> None:
        progress, part, _ = self._running.pop(ended.job.spec)
        if ended.setup is not None:
            progress.broken = ended.setup
            left = range(part.start, len(part.resources))
            self._tell(part, tuple(erred(part, left, ended.setup)), 0)
            return
        told = take_told(ended.findings, part, self._relative)
        seconds = ended.duration_ms / 1000
        evaluations, done = told.evaluations, told.done
        if done < len(part.resources) and part.careful:
            progress.stopped += 1
            evaluations = (*evaluations, *erred(part, (done,), self._why(ended, progress)))
            done += 1
        elif done == len(part.resources) and not part.careful and seconds > 0:
            rate = (done - part.start) / seconds
            progress.size = max(1, min(LARGEST_PART, int(rate * PART_SECONDS)))
        self._tell(part, evaluations, seconds, done)
        if done < len(part.resources):
            self._again.append((progress, replace(part, start=done, careful=True)))

    def _salvage(self, workers: EvaluationPool) -> None:
        for key, (_, part, _) in self._running.items():
            seconds, findings = workers.pool.told_of(key)
            told = take_told(findings, part, self._relative)
            if told.done > part.start:
                self._tell(part, told.evaluations, seconds, told.done)

    def _why(self, ended: JobEnded, progress: _Progress) -> Failure:
        assert self._workers is not None
        failure = ended.cut_short or Failure("Stopped", "its process ended without a word")
        if failure.type == "Timeout":
            failure = replace(failure, message=f"still running after {self._workers.timeout:g} s")
        if progress.stopped >= STOPPED_LIMIT:
            reason = f"given up: {progress.stopped} evaluations ended their process"
            progress.broken = Failure("GivenUp", f"{reason}; the last one: {failure.message}")
        return failure

    def _tell(
        self,
        part: Part,
        evaluations: tuple[Evaluation, ...],
        seconds: float,
        done: int | None = None,
    ) -> None:
        until = len(part.resources) if done is None else done
        count = until - part.start
        passed = count - sum(one.verdict is not Verdict.PASS for one in evaluations)
        begin = part.begin + part.start
        self._on_judged(Judged(part.policy.spec, count, passed, evaluations, seconds, begin))

    def _relative(self, path: str) -> str:
        root = str(self._repository.root).rstrip("/") + "/"
        return path.removeprefix(root)


async def evaluate_in(
    workers: WarmWorkers, evaluator: Evaluator, repository: Repository, places: int
) -> None:
    """Evaluate a plan in workers that were started for it, so many at a time."""
    launcher = workers.launcher
    launcher.listen()
    launcher.set_globals(served_globals(repository), ())
    launcher.set_modules(evaluator.modules)
    await evaluator.run(EvaluationPool(launcher, str(repository.root), places, workers.limits))
