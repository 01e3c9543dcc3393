"""A job for a worker: the tests of one policy, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from enum import StrEnum
from pathlib import Path

from panther_engine.model import TestCase
from panther_engine.reading.storage.user_folders import USER_FOLDERS, user_folder
from panther_engine.running import worker
from panther_engine.running.worker.wire import frames
from panther_engine.running.worker.wire.messages import JobMessage, JobTest, Surroundings
from panther_engine.values.frozen import dataclass

WORKER = str(Path(worker.__file__).parent / "__main__.py")
"""What an interpreter is started with to run policies."""


class Sandbox(StrEnum):
    """What holds policies back."""

    KERNEL = "kernel"
    """The kernel's walls, as many as it has, and the seat-belt."""
    SEAT_BELT = "seat-belt"
    """Audit events of Python: enough against mistakes, not against harm that is meant."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may take, and what it may reach."""

    timeout: float = 10.0
    """Seconds for each test, and for importing the body."""
    memory: int = 2 << 30
    """Bytes that a child may allocate beyond what its zygote holds; 0 for no limit."""
    network: bool = False
    start: float = 60.0
    """Seconds for an interpreter to start; a job waits twice as long, for libraries may be imported
    before it can begin."""
    sandbox: Sandbox = Sandbox.KERNEL
    read: tuple[str, ...] = ()
    """Absolute paths outside the checkout that policies may read."""
    write: tuple[str, ...] = ()
    """Absolute paths that policies may write."""


@dataclass(frozen=True, slots=True)
class Job:
    """The tests of one policy at one generation."""

    spec: str
    generation: int
    policy_id: str
    body: str
    """Absolute path."""
    source: bytes
    tests: tuple[tuple[int, TestCase], ...]
    """Each with its place in the spec."""
    heavy: bool = False
    """Needs libraries that are slow to import."""
    needs: frozenset[str] = frozenset()
    """Modules that a worker had better hold before it begins."""
    niceness: int = 0
    tame: bool = False
    """Its code leaves nothing behind: another such job may follow in the same worker."""
    mode: str = ""
    """What else to do than run the tests; see `panther_engine.insight.runs.jobs`."""
    request: Mapping[str, object] = field(default_factory=dict)
    """What the mode has to know."""
    real: tuple[str, str] = ("", "")
    """For a test of a real resource: its `inventory` and `unfilled`."""

    def without_first(self, count: int) -> Job:
        """The job that is left when the first `count` tests are done."""
        return replace(self, tests=self.tests[count:])


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """What every worker of a checkout is started with."""

    python: str
    """The interpreter."""
    root: str
    """Absolute path of the checkout."""
    environment: Mapping[str, str]
    limits: Limits = field(default_factory=Limits)
    destinations: tuple[str, ...] = ()
    """Names that the function `destinations` may return; any, if there are none."""


def surroundings(root: str, limits: Limits, globals_folder: str) -> Surroundings:
    """What a worker has to know before any job, so that it can settle in.

    `globals_folder` is where copies of the globals lie; see `GlobalsFolder`.
    """
    return {
        "root": root,
        "network": limits.network,
        "memory": limits.memory,
        "globals_folder": globals_folder,
        "belt": limits.sandbox is not Sandbox.OFF,
        "own": [str(user_folder(kind)) for kind in USER_FOLDERS],
    }


def pack_tests(tests: Iterable[tuple[int, TestCase]]) -> bytes:
    """Tests, each with its place in the spec, as a worker takes them."""
    packed: list[JobTest] = [
        {
            "index": index,
            "expected": test.expected,
            "resource": test.resource,
            "mocks": [(mock.object_name, mock.return_value) for mock in test.mocks],
        }
        for index, test in tests
    ]
    return frames.pack_values(packed)


def pack(
    job: Job,
    destinations: Iterable[str],
    marker: bytes,
    extra: Mapping[str, object] | None = None,
) -> bytes:
    """The bytes that start a worker on the job.

    It prints `marker` before each report, so that output finds its test; `extra` is for a worker
    that knows nothing yet: its surroundings and the globals.
    """
    message: JobMessage = {
        "policy_id": job.policy_id,
        "path": job.body,
        "source": job.source,
        "tests": pack_tests(job.tests),
        "mode": job.mode,
        "request": dict(job.request),
        "real": job.real,
        "nice": job.niceness,
        "more": job.tame,
        "destinations": tuple(destinations),
        "marker": marker,
    }
    return frames.pack_job({**message, **(extra or {})})
