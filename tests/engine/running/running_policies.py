"""Runs bodies given as text through real workers, for tests of what a policy can do."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from panther_engine.model import Mock, TestCase, TestResult
from panther_engine.running.interpreter.environment import policy_environment
from panther_engine.running.jobs.pool import JobEnded, Pool, PoolEvent
from panther_engine.running.processes.job import Job, Limits, WorkerConfig
from panther_engine.running.processes.launch import make_launcher

WORKER_PYTHON = os.environ.get("PANTHER_TUI_TEST_PYTHON", sys.executable)
"""What runs the policies: `make test-all` names each Python from 3.9 on that it finds."""


def _version() -> tuple[int, int]:
    if sys.executable == WORKER_PYTHON:
        return sys.version_info[:2]
    code = "import sys; print(*sys.version_info[:2])"
    asked = subprocess.run([WORKER_PYTHON, "-c", code], capture_output=True, text=True, check=True)
    major, minor = map(int, asked.stdout.split())
    return major, minor


WORKER_VERSION = _version()
"""And its major and minor version."""

T = TypeVar("T", bound=Callable[..., object])


@dataclass(frozen=True)
class Case:
    """A test that is not like its policy's others."""

    resource: object
    expected: bool = True
    mocks: Sequence[Mock] = ()


@dataclass(frozen=True)
class Body:
    """A policy as text, with what its tests judge: resources, or whole cases."""

    source: str
    resources: Sequence[object] = ({},)
    expected: bool = True
    mocks: Sequence[Mock] = ()
    heavy: bool = False
    tame: bool = False

    @property
    def cases(self) -> list[Case]:
        return [
            case if isinstance(case, Case) else Case(case, self.expected, self.mocks)
            for case in self.resources
        ]


class Bodies(dict[str, Body]):
    """Bodies that stand above the tests that judge them, so that all can run together."""

    def __call__(
        self, source: str, *resources: object, expected: bool = True, mocks: Sequence[Mock] = ()
    ) -> Callable[[T], T]:
        def add(test: T) -> T:
            self[test.__name__] = Body(source, resources or ({},), expected, mocks)
            return test

        return add


@dataclass
class Ran:
    """What the jobs came to, in the order in which they ended."""

    ended: dict[str, JobEnded] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)

    def results(self, name: str = "body") -> list[TestResult]:
        return [result for _, result in self.ended[name].results]

    @property
    def result(self) -> TestResult:
        (result,) = self.results()
        return result


def make_job(root: Path, name: str, body: Body) -> Job:
    source = textwrap.dedent(body.source).lstrip("\n").encode()
    path = root / "policies" / f"{name}.py"
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(source)
    tests = tuple(
        (
            index,
            TestCase(f"test {index}", index + 1, case.expected, case.resource, tuple(case.mocks)),
        )
        for index, case in enumerate(body.cases)
    )
    return Job(name, 1, f"Test.{name}", str(path), source, tests, body.heavy, tame=body.tame)


def run_bodies(
    root: Path,
    bodies: Mapping[str, Body],
    *,
    limits: Limits | None = None,
    sources: Mapping[str, str] | None = None,
    destinations: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    places: int = 2,
    python: str = WORKER_PYTHON,
) -> Ran:
    """Run every body's tests; returns when all jobs have ended."""
    served = {}
    for name, text in (sources or {}).items():
        path = root / "global_helpers" / f"{name}.py"
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"))
        served[name] = (str(path), path.read_bytes())
    return run_jobs(
        root,
        [make_job(root, name, body) for name, body in bodies.items()],
        served,
        limits=limits,
        destinations=destinations,
        environment=environment,
        places=places,
        python=python,
    )


def run_jobs(
    root: Path,
    jobs: Sequence[Job],
    served: Mapping[str, tuple[str, bytes]],
    *,
    limits: Limits | None = None,
    destinations: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    places: int = 2,
    python: str = WORKER_PYTHON,
) -> Ran:
    """Run jobs with these globals (absolute path and content by GlobalID) until all have ended."""
    ran = Ran()
    limits = limits or Limits()

    async def run() -> None:
        over = asyncio.Event()

        def on_event(event: PoolEvent) -> None:
            if isinstance(event, JobEnded):
                ran.ended[event.job.spec] = event
                if len(ran.ended) == len(jobs):
                    over.set()

        launcher = make_launcher(
            WorkerConfig(
                python,
                str(root),
                policy_environment(os.environ if environment is None else environment),
                limits,
                tuple(destinations),
            ),
            ran.notices.append,
            ran.versions.append,
        )
        launcher.listen()
        pool = Pool(launcher, str(root), places, limits, on_event)
        pool.set_globals(served, ())
        pool.submit(jobs)
        try:
            await over.wait()
        finally:
            pool.close()

    asyncio.run(run())
    return ran


def run_body(root: Path, source: str, *resources: object, **options: object) -> Ran:
    """Run one body; each resource is a test that expects True unless `expected` says otherwise."""
    body_options = {k: options.pop(k) for k in ("expected", "mocks", "heavy") if k in options}
    body = Body(source, resources or ({},), **body_options)  # type: ignore[arg-type]
    return run_bodies(root, {"body": body}, **options)  # type: ignore[arg-type]
