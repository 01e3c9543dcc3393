"""Feeds workers: a queue with an order, a number of places, time limits, replacements."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from panther_engine.model import Failure, JsonValue, Outcome, TestResult
from panther_engine.running.processes.job import Job, Limits
from panther_engine.running.processes.launcher import Callbacks, Launcher, Running
from panther_engine.running.processes.protocol import (
    NonsenseError,
    RunningJob,
    Stop,
    ended,
    not_started,
    timed_out,
)

ATTEMPTS = 3
"""How often a job is started anew when its worker dies through no fault of its own."""


@dataclass(frozen=True, slots=True)
class JobStarted:
    """A worker began on the job."""

    job: Job


@dataclass(frozen=True, slots=True)
class JobResult:
    """One test of the job ended; `index` is its place in the spec."""

    job: Job
    index: int
    result: TestResult


@dataclass(frozen=True, slots=True)
class JobEnded:
    """The job is over. `setup` says why its body could not be imported, if so."""

    job: Job
    results: tuple[tuple[int, TestResult], ...]
    setup: Failure | None
    loaded: tuple[str, ...]
    duration_ms: float
    findings: tuple[Mapping[str, JsonValue], ...] = ()
    """Of a job with a mode, as its workers sent them: nothing of it is checked yet."""


PoolEvent: TypeAlias = JobStarted | JobResult | JobEnded


@dataclass(slots=True, eq=False)
class _Place:
    """A job in a worker. A job whose worker died goes on with its remaining tests in another."""

    job: Job
    whole: Job
    running: RunningJob
    worker: Running | None = None
    timer: asyncio.TimerHandle | None = None
    stop: Stop | None = None
    """Why the worker is being ended."""
    stopped_in: int = 0
    """How many tests it had reported by then: if more come, none is to blame."""
    since: float = 0.0
    """When its running test began."""
    results: list[tuple[int, TestResult]] = field(default_factory=list)
    findings: list[Mapping[str, JsonValue]] = field(default_factory=list)
    """Of workers that ended before it was done."""
    follows: bool = False
    """Its worker ran other jobs before: what does not pass there is run again in a new one."""
    attempts: int = 0
    started: float = 0.0


class Pool:
    """Runs jobs in the order of their priority, `places` at a time."""

    def __init__(
        self,
        launcher: Launcher,
        root: str,
        places: int,
        limits: Limits,
        on_event: Callable[[PoolEvent], None],
    ) -> None:
        self._launcher = launcher
        self._root = root
        self._free = places
        self._limits = limits
        self._on_event = on_event
        self._queue: dict[str, Job] = {}
        self._places: dict[str, _Place] = {}
        launcher.when_ready(self._fill)

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return bool(self._queue or self._places)

    def has(self, spec: str) -> bool:
        """Whether this spec's job runs or waits."""
        return spec in self._queue or spec in self._places

    def submit(self, jobs: Iterable[Job], *, first: bool = False) -> None:
        """Queue jobs in this order; a job replaces the one of the same spec, running or not."""
        new = {job.spec: job for job in jobs}
        for spec in new:
            self._queue.pop(spec, None)
            self._drop(spec)
        self._queue = {**new, **self._queue} if first else {**self._queue, **new}
        self._fill()

    def promote(self, spec: str) -> None:
        """Take this spec's job next, if it waits."""
        if spec in self._queue:
            self._queue = {spec: self._queue.pop(spec), **self._queue}

    def cancel(self, specs: Iterable[str] | None = None) -> tuple[str, ...]:
        """Forget these jobs (None: all), running or not, without a word; the specs that were."""
        chosen = [*self._queue, *self._places] if specs is None else specs
        dropped = []
        for spec in dict.fromkeys(chosen):
            waited = self._queue.pop(spec, None) is not None
            if self._drop(spec) or waited:
                dropped.append(spec)
        self._fill()
        return tuple(dropped)

    def set_globals(self, changed: Mapping[str, tuple[str, bytes]], removed: Sequence[str]) -> None:
        """Serve these globals to jobs that start from now on."""
        self._launcher.set_globals(changed, tuple(removed))

    def close(self) -> None:
        """End everything."""
        self.cancel()
        self._launcher.close()

    def _fill(self) -> None:
        while self._free and (job := self._next()) is not None:
            self._on_event(JobStarted(job))
            self._start(self._settle(job))

    def _next(self) -> Job | None:
        """Take the first job out of the queue that can begin."""
        ready = (spec for spec, job in self._queue.items() if self._launcher.is_ready(job))
        spec = next(ready, "")
        if not spec and self._places:
            return None  # a place that waited for its worker would keep others from going on
        spec = spec or next(iter(self._queue), "")
        return self._queue.pop(spec, None)

    def _settle(self, job: Job) -> _Place:
        place = _Place(job, job, RunningJob(job, self._root), started=time.perf_counter())
        self._free -= 1
        self._places[job.spec] = place
        return place

    def _follow(self, done: Job, worker: Running) -> bool:
        """Have a worker that is done with a tame job go on with the next one, if that is such."""
        job = self._next() if self._free else None
        if job is None:
            return False
        place = self._settle(job)
        self._on_event(JobStarted(job))
        if not self._has(place):
            return False
        alike = job.tame and (job.heavy, job.niceness) == (done.heavy, done.niceness)
        place.follows = alike and worker.take(job, place.running.marker, self._callbacks(place))
        if place.follows:
            place.worker = worker
            self._await_start(place)
        else:
            self._start(place)
        return place.follows

    def _start(self, place: _Place) -> None:
        place.attempts += 1
        marker = place.running.marker
        try:
            place.worker = self._launcher.launch(place.job, marker, self._callbacks(place))
        except OSError as error:
            place.attempts = ATTEMPTS
            asyncio.get_running_loop().call_soon(self._on_end, place, None, str(error))
            return
        self._await_start(place)

    def _callbacks(self, place: _Place) -> Callbacks:
        return Callbacks(
            lambda data: self._on_report(place, data),
            lambda data: self._on_output(place, data),
            lambda status, stack: self._on_end(place, status, stack),
        )

    def _await_start(self, place: _Place) -> None:
        """The limit of the first test begins once a worker runs the job, not while it starts."""
        if place.timer is not None:
            place.timer.cancel()
        loop = asyncio.get_running_loop()
        place.timer = loop.call_later(2 * self._limits.start, self._on_late, place)

    def _on_late(self, place: _Place) -> None:
        """Give the job up; a worker that never ran cannot be expected to tell of its end."""
        if place.worker is not None:
            place.worker.kill()
            place.worker.release()
            place.worker = None
        place.stop = not_started(2 * self._limits.start)
        place.follows = False
        self._on_end(place, 0, "")

    def _set_timer(self, place: _Place) -> None:
        if place.timer is not None:
            place.timer.cancel()
        loop = asyncio.get_running_loop()
        place.since = time.perf_counter()
        place.timer = loop.call_later(self._limits.timeout, self._on_timeout, place)

    def _on_timeout(self, place: _Place) -> None:
        self._end_early(place, timed_out(self._limits.timeout))

    def _end_early(self, place: _Place, stop: Stop) -> None:
        if place.worker is not None and place.stop is None:
            place.stop = stop
            place.stopped_in = len(place.running.results)
            place.worker.kill()

    def _on_report(self, place: _Place, data: bytes) -> None:
        self._advance(place, place.running.feed(data))

    def _on_output(self, place: _Place, data: bytes) -> None:
        self._advance(place, place.running.feed_output(data))

    def _advance(self, place: _Place, steps: Iterator[TestResult | None]) -> None:
        try:
            for result in steps:
                if not self._has(place):
                    return
                if place.follows and not _is_fine(place, result):
                    self._start_afresh(place)
                    return
                if result is not None:
                    self._add(place, result)
                if place.stop is None:
                    self._set_timer(place)
            if place.running.done and self._has(place):
                self._finish(place)
        except NonsenseError as nonsense:
            self._end_early(place, Stop("Tampered", f"the policy's process sent {nonsense}"))

    def _has(self, place: _Place) -> bool:
        """Whether the place was not given up meanwhile."""
        return self._places.get(place.whole.spec) is place

    def _add(self, place: _Place, result: TestResult) -> None:
        index, _ = place.job.tests[len(place.running.results) - 1]
        place.results.append((index, result))
        self._on_event(JobResult(place.whole, index, result))

    def _on_end(self, place: _Place, status: int | None, stack: str) -> None:
        if not self._has(place):
            return
        if place.follows and place.stop is None:
            self._start_afresh(place)
            return
        if status is None and place.stop is None:
            if place.attempts < ATTEMPTS:
                self._go_on(place)
                return
            place.stop = Stop("NoWorker", stack or f"its worker was lost {ATTEMPTS} times")
            place.stopped_in = len(place.running.results)
        if place.stop is None or len(place.running.results) == place.stopped_in:
            stop = place.stop or ended(status or 0)
            elapsed = (time.perf_counter() - place.since) * 1000
            result = place.running.stop(stop, stack, elapsed)
            if result is not None:
                self._add(place, result)
        if place.running.setup is not None or len(place.running.results) >= len(place.job.tests):
            self._finish(place)
            return
        place.attempts = 0
        self._go_on(place)

    def _go_on(self, place: _Place) -> None:
        """Start a worker on the tests that are left."""
        place.findings += place.running.findings
        place.job = place.job.without_first(len(place.running.results))
        place.running = RunningJob(place.job, self._root)
        place.stop = None
        place.stopped_in = 0
        place.worker = None
        self._start(place)

    def _start_afresh(self, place: _Place) -> None:
        """Run the whole job again in a worker of its own: what other jobs left cannot matter."""
        if place.worker is not None:
            place.worker.kill()
            place.worker.release()
        place.follows = False
        place.job = place.whole
        place.running = RunningJob(place.job, self._root)
        place.results.clear()
        place.findings.clear()
        place.worker = None
        self._start(place)

    def _finish(self, place: _Place) -> None:
        worker = None
        if place.job.tame and place.stop is None and place.running.done:
            worker, place.worker = place.worker, None
        self._drop(place.whole.spec)
        self._on_event(
            JobEnded(
                place.whole,
                tuple(place.results),
                place.running.setup,
                place.running.loaded,
                (time.perf_counter() - place.started) * 1000,
                (*place.findings, *place.running.findings),
            )
        )
        if worker is not None and not self._follow(place.job, worker):
            worker.release()
        self._fill()

    def _drop(self, spec: str) -> bool:
        """Give up a place; its worker is killed unless it has reported everything."""
        place = self._places.pop(spec, None)
        if place is None:
            return False
        self._free += 1
        if place.timer is not None:
            place.timer.cancel()
        if place.worker is not None:
            if not place.running.done:
                place.worker.kill()
            place.worker.release()
        return True


def _is_fine(place: _Place, result: TestResult | None) -> bool:
    if result is None:
        return place.running.setup is None
    return result.outcome is Outcome.PASSED


def default_places() -> int:
    """As many as the process may use processors."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
