"""Runs each selected policy's tests once, without a screen, and returns a report."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from panther_engine.events import (
    Event,
    Notice,
    PolicyFinished,
    RunStarted,
)
from panther_engine.model import Level, Policy, PolicyResult, Status
from panther_engine.reading.repository.dependencies import modules_used
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.interpreter.choose import choose_interpreter
from panther_engine.running.jobs.plan import make_job, result_without_run
from panther_engine.running.jobs.policy_runs import PolicyRuns
from panther_engine.running.jobs.pool import JobEnded, PoolEvent, default_places
from panther_engine.running.jobs.report import RunOptions, RunReport
from panther_engine.running.jobs.split import LONG_MS
from panther_engine.running.jobs.warm_up import WarmWorkers, warm_up


class HeadlessRun:
    """One run in workers that were started for it."""

    def __init__(self, root: Path, options: RunOptions, workers: WarmWorkers) -> None:
        self._started = workers.started
        self._root = root
        self._options = options
        self._python = workers.python
        self._limits = workers.limits
        self._launcher = workers.launcher
        self._notices = workers.notices
        self._results: dict[str, PolicyResult] = {}

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
        """Run these policies' tests. Blocks; ctrl+c gives what is known by then.

        Args:
            repository: of the same root.
            specs: which policies, in the order in which to run them.
            on_event: called for every event, on this thread.
            skipped: policies to report as skipped.
            lines: for some specs, only the tests whose entries begin at these lines.
            durations: milliseconds that some specs are known to take: the longest begin first.
        """
        interrupted = asyncio.run(
            self._run(repository, specs, on_event, lines or {}, durations or {})
        )
        chosen = [repository.policies[spec] for spec in specs]
        for spec in skipped:
            policy = repository.policies[spec]
            chosen.append(policy)
            self._results[spec] = result_without_run(policy, repository.generation, Status.SKIPPED)
        return RunReport(
            root=str(self._root),
            python=self._python,
            generation=repository.generation,
            policies=tuple(
                (policy, self._results[policy.spec])
                for policy in sorted(chosen, key=lambda policy: policy.spec)
                if policy.spec in self._results
            ),
            diagnostics=repository.diagnostics,
            seconds=time.perf_counter() - self._started,
            interrupted=interrupted,
        )

    async def _run(
        self,
        repository: Repository,
        specs: Sequence[str],
        on_event: Callable[[Event], None],
        lines: Mapping[str, frozenset[int]],
        durations: Mapping[str, float],
    ) -> bool:
        loop = asyncio.get_running_loop()
        over = asyncio.Event()
        interrupted = False

        def interrupt() -> None:
            nonlocal interrupted
            interrupted = True
            pool.cancel()
            over.set()

        def emit(event: Event) -> None:
            while self._notices:
                on_event(Notice(Level.WARNING, self._notices.pop(0)))
            on_event(event)

        def finish(policy: Policy, result: PolicyResult) -> None:
            self._results[policy.spec] = result
            emit(PolicyFinished(result))
            if self._options.fail_fast and result.status in (Status.FAILED, Status.INVALID):
                pool.cancel()
                over.set()

        def after(event: PoolEvent) -> None:
            if isinstance(event, JobEnded) and not pool.busy:
                over.set()

        def fail(error: Exception) -> None:
            faults.append(error)
            pool.cancel()
            over.set()

        faults: list[Exception] = []
        loop.set_exception_handler(lambda _, context: fail(_fault_in(context)))
        places = self._options.workers or default_places()
        long = {spec for spec in specs if durations.get(spec, 0) >= LONG_MS}
        runs = PolicyRuns(
            self._launcher,
            str(self._root),
            # one place more than cores, so that what is quick need not wait for what takes long
            places + bool(long and places > 1),
            self._limits,
            self._python,
            self._options.minimum_tests,
            lambda: repository,
            emit,
            finish,
            lambda result: self._results.update({result.spec: result}),
            after,
            fail,
        )
        pool, split = runs.pool, runs.split
        try:
            loop.add_signal_handler(signal.SIGINT, interrupt)
        except (NotImplementedError, RuntimeError, ValueError):
            pass  # on Windows or off the main thread, ctrl+c raises KeyboardInterrupt as usual
        self._launcher.listen()
        sources = {
            name: (str(self._root / found.body), repository.files[found.body].content)
            for name, found in repository.globals.items()
            if found.body in repository.files
        }
        pool.set_globals(sources, ())
        self._launcher.set_modules(
            frozenset().union(*(modules_used(repository, spec) for spec in specs))
        )
        on_event(RunStarted(repository.generation, dict.fromkeys(specs, "asked for")))
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
                finish(policy, result_without_run(policy, repository.generation, Status.INVALID))
            else:
                jobs.append(job)
        if not over.is_set():
            # Policies that need heavy libraries take longest, so they go first.
            jobs.sort(key=lambda job: (-durations.get(job.spec, 0), not job.heavy))
            pool.submit(
                part
                for job in jobs
                for part in (
                    split.cut(job, repository) if places > 1 and job.spec in long else (job,)
                )
            )
            if pool.busy:
                await over.wait()
        pool.cancel()
        self._launcher.close()
        if faults:
            raise faults[0]
        return interrupted


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
