"""A pool of workers with a queue, time limits and replacements."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import TypeAlias, assert_never

from panther_engine.model import Failure, JsonValue, Outcome, TestResult
from panther_engine.running.jobs.attempt import (
    Attempt,
    BeginAnew,
    Done,
    Ended,
    Finish,
    GoOn,
    Happening,
    Kill,
    Lost,
    NeverStarted,
    Refused,
    Reported,
    Restart,
    Step,
    Stopped,
    next_step,
)
from panther_engine.running.processes.job import Job, Limits
from panther_engine.running.processes.launcher import Callbacks, Launcher, Running
from panther_engine.running.processes.protocol import RunningJob
from panther_engine.running.processes.stops import Stop, ended, not_started, timed_out
from panther_engine.running.processes.untrusted import NonsenseError
from panther_engine.values.frozen import dataclass


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
    cut_short: Failure | None = None
    """Why the last worker of a job with a mode ended before it was done."""


PoolEvent: TypeAlias = JobStarted | JobResult | JobEnded


@dataclass(slots=True, eq=False)
class _Place:
    """Where a job runs: the attempt that goes on, its worker, and what came of it so far."""

    attempt: Attempt
    running: RunningJob
    worker: Running | None = None
    timer: asyncio.TimerHandle | None = None
    since: float = 0.0
    """When its running test began."""
    results: list[tuple[int, TestResult]] = field(default_factory=list)
    findings: list[Mapping[str, JsonValue]] = field(default_factory=list)
    """Of workers that ended before it was done."""
    started: float = field(default_factory=time.perf_counter)


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

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the jobs that run or wait."""
        return (*self._places, *self._queue)

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

    def told_of(self, spec: str) -> tuple[float, tuple[Mapping[str, JsonValue], ...]]:
        """How many seconds this spec's job runs, and its findings so far; none if it waits."""
        place = self._places.get(spec)
        if place is None:
            return 0.0, ()
        seconds = time.perf_counter() - place.started
        return seconds, (*place.findings, *place.running.findings)

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
        place = _Place(Attempt(job, job), RunningJob(job, self._root))
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
        follows = alike and worker.take(job, place.running.marker, self._callbacks(place))
        if follows:
            place.attempt = replace(place.attempt, follows=True)
            place.worker = worker
            self._await_start(place)
        else:
            self._start(place)
        return follows

    def _start(self, place: _Place) -> None:
        marker = place.running.marker
        try:
            place.worker = self._launcher.launch(place.attempt.left, marker, self._callbacks(place))
        except OSError as error:
            place.worker = None
            asyncio.get_running_loop().call_soon(self._happen, place, Refused(str(error)))
            return
        self._await_start(place)

    def _callbacks(self, place: _Place) -> Callbacks:
        return Callbacks(
            lambda data: self._advance(place, place.running.feed(data)),
            lambda data: self._advance(place, place.running.feed_output(data)),
            lambda status, stack: self._happen(
                place, Lost(stack) if status is None else Ended(ended(status)), stack
            ),
        )

    def _await_start(self, place: _Place) -> None:
        """The limit of the first test begins once a worker runs the job, not while it starts."""
        limit = 2 * self._limits.start
        self._set_timer(place, limit, lambda: self._on_late(place, not_started(limit)))

    def _on_late(self, place: _Place, stop: Stop) -> None:
        self._give_up(place)  # a worker that never ran may never tell of its end
        self._happen(place, NeverStarted(stop))

    def _await_test(self, place: _Place) -> None:
        limit = self._limits.timeout
        place.since = time.perf_counter()
        self._set_timer(place, limit, lambda: self._happen(place, Stopped(timed_out(limit))))

    def _set_timer(self, place: _Place, seconds: float, then: Callable[[], None]) -> None:
        if place.timer is not None:
            place.timer.cancel()
        place.timer = asyncio.get_running_loop().call_later(seconds, then)

    def _advance(self, place: _Place, steps: Iterator[TestResult | None]) -> None:
        running = place.running
        try:
            for result in steps:
                if not self._has(place):
                    return
                fine = _is_fine(running, result)
                step = next_step(
                    place.attempt, Reported(len(running.results), not running.ready, fine)
                )
                if result is not None and isinstance(step, GoOn):
                    self._add(place, result)
                    if not self._has(place):
                        return
                self._do(place, step)
                if place.running is not running:
                    return
            if running.done:
                self._happen(place, Done())
        except NonsenseError as nonsense:
            stop = Stop("Tampered", f"the policy's process sent {nonsense}")
            self._happen(place, Stopped(stop))

    def _has(self, place: _Place) -> bool:
        """Whether the place was not given up meanwhile."""
        return self._places.get(place.attempt.whole.spec) is place

    def _add(self, place: _Place, result: TestResult) -> None:
        index, _ = place.attempt.left.tests[len(place.running.results) - 1]
        place.results.append((index, result))
        self._on_event(JobResult(place.attempt.whole, index, result))

    def _happen(self, place: _Place, event: Happening, stack: str = "") -> None:
        if self._has(place):
            self._do(place, next_step(place.attempt, event), stack)

    def _do(self, place: _Place, step: Step, stack: str = "") -> None:
        match step:
            case GoOn(attempt):
                place.attempt = attempt
                if attempt.stop is None:
                    self._await_test(place)
            case Kill(attempt):
                place.attempt = attempt
                if place.worker is not None:
                    place.worker.kill()
            case Restart(attempt, blame):
                if self._blame(place, blame, stack):
                    place.findings += place.running.findings
                    self._start_on(place, attempt)
            case BeginAnew(attempt):
                self._give_up(place)
                place.results.clear()
                place.findings.clear()
                self._start_on(place, attempt)
            case Finish(attempt, blame):
                place.attempt = attempt
                if self._blame(place, blame, stack):
                    self._finish(place)
            case _:
                assert_never(step)

    def _start_on(self, place: _Place, attempt: Attempt) -> None:
        place.attempt = attempt
        place.running = RunningJob(attempt.left, self._root)
        place.worker = None
        self._start(place)

    def _blame(self, place: _Place, blame: Stop | None, stack: str) -> bool:
        """Give the running test its result; whether the place was not given up for it."""
        if blame is not None:
            elapsed = (time.perf_counter() - place.since) * 1000
            result = place.running.stop(blame, stack, elapsed)
            if result is not None:
                self._add(place, result)
        return self._has(place)

    def _give_up(self, place: _Place) -> None:
        if place.worker is not None:
            place.worker.kill()
            place.worker.release()
            place.worker = None

    def _finish(self, place: _Place) -> None:
        attempt, worker = place.attempt, None
        if attempt.left.tame and attempt.stop is None and place.running.done:
            worker, place.worker = place.worker, None
        self._drop(attempt.whole.spec)
        self._on_event(
            JobEnded(
                attempt.whole,
                tuple(place.results),
                place.running.setup,
                place.running.loaded,
                (time.perf_counter() - place.started) * 1000,
                (*place.findings, *place.running.findings),
                place.running.cut_short,
            )
        )
        if worker is not None and not self._follow(attempt.left, worker):
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
            place.worker = None  # its callbacks hold the place, and with it all that the job holds
        return True


def _is_fine(running: RunningJob, result: TestResult | None) -> bool:
    if result is None:
        return running.setup is None
    return result.outcome is Outcome.PASSED


def default_places() -> int:
    """As many as the process may use processors."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
