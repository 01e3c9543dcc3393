"""Splits the tests of one long policy among several workers.

This is done only where it cannot matter: the code is tame and keeps nothing between calls
(`reading.source.forgetting`), no test changes a resource that another may share, and every test
passes. Otherwise the whole job runs again in one worker, its tests in order, as in PAT.
"""

from __future__ import annotations

from dataclasses import replace

from panther_engine.model import Outcome
from panther_engine.reading.repository.dependencies import globals_used
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.source.forgetting import keeps_nothing
from panther_engine.running.jobs.pool import JobEnded
from panther_engine.running.processes.job import Job

LONG_MS = 500.0
"""A policy that took less the last time is not worth a second worker."""

_PART = "\0part "


class SplitJobs:
    """Cuts jobs into two, and puts together what came of them."""

    def __init__(self) -> None:
        self._whole: dict[str, Job] = {}
        self._ended: dict[str, list[JobEnded]] = {}

    def cut(self, job: Job, repository: Repository) -> tuple[Job, ...]:
        """The job's parts, or the job itself where it must stay in one."""
        if len(job.tests) < 2 or not job.tame or not forgets(job, repository):
            return (job,)
        self._whole[job.spec] = job
        middle = len(job.tests) // 2  # the first test often fills what the others find filled
        return tuple(
            replace(job, spec=f"{job.spec}{_PART}{number}", tests=tests)
            for number, tests in enumerate((job.tests[:middle], job.tests[middle:]))
        )

    def take(self, ended: JobEnded) -> JobEnded | Job | None:
        """The end of a whole job, the job to run again in one, or None while a part runs."""
        spec = spec_of(ended.job)
        if spec == ended.job.spec:
            return ended
        parts = self._ended.setdefault(spec, [])
        parts.append(ended)
        if len(parts) < 2:
            return None
        whole = self._whole[spec]
        results = sorted((it for part in parts for it in part.results), key=lambda it: it[0])
        fine = all(it.outcome is Outcome.PASSED and not it.mutated for _, it in results)
        if not fine or any(part.setup is not None for part in parts):
            return whole
        return JobEnded(
            whole,
            tuple(results),
            None,
            tuple(sorted({path for part in parts for path in part.loaded})),
            sum(part.duration_ms for part in parts),
        )


def spec_of(job: Job) -> str:
    """The spec that a job, or a part of one, is of."""
    return job.spec.partition(_PART)[0]


def is_later_part(job: Job) -> bool:
    """Whether another part of the same policy began before."""
    return _PART in job.spec and not job.spec.endswith(f"{_PART}0")


def forgets(job: Job, repository: Repository) -> bool:
    """Whether body and globals keep nothing from one test to the next."""
    bodies = (repository.globals[name].body for name in globals_used(repository, job.spec))
    sources = (job.source, *(repository.files[path].content for path in bodies))
    return all(map(keeps_nothing, sources))
