"""Runs insight jobs in a pool of workers and waits for their results."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from types import TracebackType

from panther_engine.reading.repository.dependencies import modules_used
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.plan import served_globals
from panther_engine.running.jobs.pool import JobEnded, Pool, PoolEvent, default_places
from panther_engine.running.jobs.warm_up import WarmWorkers
from panther_engine.running.processes.job import Job


class InsightJobs:
    """A pool of workers for one repository; use it with `async with`."""

    def __init__(
        self, repository: Repository, workers: WarmWorkers, places: int | None = None
    ) -> None:
        self._repository = repository
        self._workers = workers
        self._places = places or default_places()
        self._on_end: Callable[[JobEnded], None] = lambda ended: None
        self._idle = asyncio.Event()
        self._fault: Exception | None = None

    async def __aenter__(self) -> InsightJobs:
        """Start."""
        repository, launcher = self._repository, self._workers.launcher
        self._pool = Pool(
            launcher, str(repository.root), self._places, self._workers.limits, self._on_event
        )
        launcher.listen()
        self._pool.set_globals(served_globals(repository), ())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the workers."""
        self._pool.close()

    def prepare(self, specs: Iterable[str]) -> None:
        """Have workers import what these policies need."""
        needed = (modules_used(self._repository, spec) for spec in specs)
        self._workers.launcher.set_modules(frozenset().union(*needed))

    async def run(self, jobs: Iterable[Job | None], on_end: Callable[[JobEnded], None]) -> None:
        """Run jobs; `on_end` is told of each as it ends, and what it raises is raised."""
        self._on_end = on_end
        self._idle.clear()
        self._pool.submit(job for job in jobs if job is not None)
        if self._pool.busy:
            await self._idle.wait()
        if self._fault is not None:
            raise self._fault

    def _on_event(self, event: PoolEvent) -> None:
        if isinstance(event, JobEnded):
            try:
                self._on_end(event)
            except Exception as error:  # else nobody would wake `run`
                self._fault = error
                self._pool.cancel()
            if not self._pool.busy:
                self._idle.set()
