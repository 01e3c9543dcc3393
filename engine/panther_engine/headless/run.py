"""Runs each selected policy's tests once, without a screen, and returns a report."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from panther_engine.events import Event, Notice, PolicyFinished, RunStarted
from panther_engine.model import Level, Policy, PolicyResult, Status
from panther_engine.reading.repository.dependencies import modules_used
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.interpreter.choose import choose_interpreter
from panther_engine.running.jobs.plan import make_job, result_without_run, served_globals
from panther_engine.running.jobs.policy_runs import PolicyRuns
from panther_engine.running.jobs.pool import JobEnded, PoolEvent, default_places
from panther_engine.running.jobs.report import RunOptions, RunReport
from panther_engine.running.jobs.split import LONG_MS
from panther_engine.running.jobs.warm_up import WarmWorkers, warm_up
from panther_engine.running.processes.job import Job
from panther_engine.values.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """Policies to run, and what was read of the checkout to run them."""

    repository: Repository
    specs: Sequence[str]
    """Which policies, in the order in which to run them."""
    skipped: Sequence[str] = ()
    """Policies to report as skipped."""
    lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """For some specs, only the tests whose entries begin at these lines."""
    whole: bool = True
    """Whether it says what the run is about; otherwise it is a head start."""

    def holds(self, head: Part) -> bool:
        """Whether what comes of a head start is what would come of the same policies here."""
        ours, its = self.repository, head.repository
        return (
            not self.lines
            and set(head.specs) <= set(self.specs)
            and all(ours.policies.get(spec) == its.policies[spec] for spec in head.specs)
            and served_globals(ours) == served_globals(its)
            and all(ours.files.get(path) == file for path, file in its.files.items())
        )


class HeadlessRun:
    """One run in workers that were started for it."""

    def __init__(self, root: Path, options: RunOptions, workers: WarmWorkers) -> None:
        self._root = root
        self._options = options
        self._workers = workers

    def run(
        self,
        repository: Repository,
        specs: Sequence[str],
        on_event: Callable[[Event], None],
        *,
        skipped: Sequence[str] = (),
        lines: Mapping[str, frozenset[int]] | None = None,
        durations: Mapping[str, float] | None = None,
    ) -> RunReport:
        """Run these policies' tests, of a checkout that was read. See `Part` and `run_parts`."""
        part = Part(repository, specs, skipped, lines or {})
        return self.run_parts((part,), on_event, durations=durations)

    def run_parts(
        self,
        parts: Iterable[Part | None],
        on_event: Callable[[Event], None],
        *,
        durations: Mapping[str, float] | None = None,
    ) -> RunReport:
        """Run tests while the checkout is still being read. Blocks.

        Ctrl+c gives what is known by then; raises KeyboardInterrupt before the whole is there.

        Args:
            parts: the last one is whole. One before it is a head start: what came of it counts if
                the whole holds the same policies and globals, and is thrown away otherwise.
                None stands for a step of reading, after which workers are listened to.
            on_event: called for every event, on this thread.
            durations: milliseconds that some specs are known to take: the longest begin first.
        """
        going = _GoingRun(self._root, self._workers, self._options, on_event, durations or {})
        whole = asyncio.run(going.go(parts))
        repository = whole.repository
        chosen = [repository.policies[spec] for spec in whole.specs]
        for spec in whole.skipped:
            policy = repository.policies[spec]
            chosen.append(policy)
            going.results[spec] = result_without_run(policy, repository.generation, Status.SKIPPED)
        return RunReport(
            root=str(self._root),
            python=self._workers.python,
            generation=repository.generation,
            policies=tuple(
                (policy, going.results[policy.spec])
                for policy in sorted(chosen, key=lambda policy: policy.spec)
                if policy.spec in going.results
            ),
            diagnostics=repository.diagnostics,
            seconds=time.perf_counter() - self._workers.started,
            interrupted=going.interrupted,
        )


class _GoingRun:
    """A run while it goes on: what ended so far, and what ends it early."""

    def __init__(
        self,
        root: Path,
        workers: WarmWorkers,
        options: RunOptions,
        on_event: Callable[[Event], None],
        durations: Mapping[str, float],
    ) -> None:
        self.results: dict[str, PolicyResult] = {}
        self.interrupted = False
        self._root = root
        self._launcher = workers.launcher
        self._notices = workers.notices
        self._limits = workers.limits
        self._python = workers.python
        self._options = options
        self._on_event = on_event
        self._durations = durations
        self._places = options.workers or default_places()
        self._over = asyncio.Event()
        self._faults: list[Exception] = []
        self._part: Part | None = None

    async def go(self, parts: Iterable[Part | None]) -> Part:
        """Run the tests until all have run, or something ends the run; the last part.

        Raises what failed in it.
        """
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self._fail(_fault_in(context)))
        long = any(spent >= LONG_MS for spent in self._durations.values())
        self._runs = self._make_runs(self._places + (long and self._places > 1))
        _on_interrupt(loop, self._interrupt)
        self._launcher.listen()
        try:
            whole = await self._read(parts)
            if self._runs.pool.busy:
                await self._over.wait()
        finally:
            self._runs.pool.cancel()
            self._launcher.hang_up()  # they end while the report is made
        if self._faults:
            raise self._faults[0]
        return whole

    async def _read(self, parts: Iterable[Part | None]) -> Part:
        """Begin with each part as it comes, and listen to the workers between the steps."""
        for part in parts:
            if part is not None:
                self._begin(part)
                if part.whole:
                    return part
            await asyncio.sleep(0)
            if self.interrupted:
                break
        raise KeyboardInterrupt

    def _begin(self, part: Part) -> None:
        head, self._part = self._part, part
        specs = part.specs
        if head is not None and part.holds(head):
            specs = [spec for spec in specs if spec not in set(head.specs)]
        elif head is not None:
            self._runs.pool.cancel()
            self.results.clear()
        self._prepare(part.repository, specs)
        reasons = dict.fromkeys(part.specs, "asked for")
        self._on_event(RunStarted(part.repository.generation, reasons))
        jobs = self._make_jobs(part.repository, specs, part.lines)
        if not self._over.is_set():
            self._runs.pool.submit(self._in_order(jobs, part.repository))

    def _make_runs(self, places: int) -> PolicyRuns:
        """The pool. `places` is one more than cores, so that quick ones need not wait for long."""
        return PolicyRuns(
            self._launcher,
            str(self._root),
            places,
            self._limits,
            self._python,
            self._options.minimum_tests,
            self._current,
            self._emit,
            self._finish,
            lambda result: self.results.update({result.spec: result}),
            self._after,
            self._fail,
        )

    def _prepare(self, repository: Repository, specs: Sequence[str]) -> None:
        """Give the workers the globals, and have them import what the policies use."""
        self._runs.pool.set_globals(served_globals(repository), ())
        self._launcher.set_modules(
            frozenset().union(*(modules_used(repository, spec) for spec in specs))
        )

    def _make_jobs(
        self, repository: Repository, specs: Sequence[str], lines: Mapping[str, frozenset[int]]
    ) -> list[Job]:
        """A job for each policy that can run; the others are finished at once."""
        jobs = []
        for spec in specs:
            policy = repository.policies[spec]
            job = make_job(
                repository,
                policy,
                names=self._options.test_names,
                lines=lines.get(spec, frozenset()),
            )
            if job is None:
                self._finish(
                    policy, result_without_run(policy, repository.generation, Status.INVALID)
                )
            else:
                jobs.append(job)
        return jobs

    def _in_order(self, jobs: list[Job], repository: Repository) -> Iterator[Job]:
        """The jobs with the longest first, and those in parts if there is more than one place.

        Where nobody knows how long they take, policies that need heavy libraries go first.
        """
        known = self._durations
        jobs.sort(key=lambda job: (-known.get(job.spec, 0), not job.heavy))
        for job in jobs:
            if self._places > 1 and known.get(job.spec, 0) >= LONG_MS:
                yield from self._runs.split.cut(job, repository)
            else:
                yield job

    def _current(self) -> Repository:
        assert self._part is not None
        return self._part.repository

    # What happens meanwhile --------------------------------------------------------------------

    def _emit(self, event: Event) -> None:
        while self._notices:
            self._on_event(Notice(Level.WARNING, self._notices.pop(0)))
        self._on_event(event)

    def _finish(self, policy: Policy, result: PolicyResult) -> None:
        self.results[policy.spec] = result
        self._emit(PolicyFinished(result))
        if self._options.fail_fast and result.status in (Status.FAILED, Status.INVALID):
            self._end()

    def _after(self, event: PoolEvent) -> None:
        whole = self._part is not None and self._part.whole
        if isinstance(event, JobEnded) and whole and not self._runs.pool.busy:
            self._over.set()

    def _interrupt(self) -> None:
        self.interrupted = True
        self._end()

    def _fail(self, error: Exception) -> None:
        self._faults.append(error)
        self._end()

    def _end(self) -> None:
        self._runs.pool.cancel()
        self._over.set()


def _on_interrupt(loop: asyncio.AbstractEventLoop, interrupt: Callable[[], None]) -> None:
    """Have ctrl+c call `interrupt` where that can be had; else it raises KeyboardInterrupt."""
    try:
        loop.add_signal_handler(signal.SIGINT, interrupt)
    except (NotImplementedError, RuntimeError, ValueError):
        pass  # on Windows, or off the main thread


def _fault_in(context: Mapping[str, object]) -> Exception:
    error = context.get("exception")
    return error if isinstance(error, Exception) else RuntimeError(str(context.get("message")))


def run_headless(
    repository: Repository,
    specs: Sequence[str],
    options: RunOptions,
    on_event: Callable[[Event], None],
    *,
    skipped: Sequence[str] = (),
    lines: Mapping[str, frozenset[int]] | None = None,
    durations: Mapping[str, float] | None = None,
) -> RunReport:
    """Run these policies' tests once, for whoever has nothing to warm up.

    Raises InterpreterError if the Python that was asked for is not there, OSError if it cannot run.
    """
    python = choose_interpreter(repository.root, options.python, None, os.environ).path
    workers = warm_up(repository.root, python, options)
    try:
        run = HeadlessRun(repository.root, options, workers)
        return run.run(
            repository, specs, on_event, skipped=skipped, lines=lines, durations=durations
        )
    finally:
        workers.close()
