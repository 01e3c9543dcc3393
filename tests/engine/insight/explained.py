"""Explains small policies given as text, through real workers."""

from __future__ import annotations

import asyncio
import json
import sys
import textwrap
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from panther_engine.insight.explaining import Explained, explain_tests
from panther_engine.insight.runs.running import InsightJobs
from panther_engine.model import Failure
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import PatSettings
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.report import RunOptions
from panther_engine.running.jobs.warm_up import warm_up

T = TypeVar("T")


@dataclass(frozen=True)
class Sample:
    """A policy: its body, and the resources of its tests, each with what is expected."""

    source: str
    resources: Sequence[object] = ({},)
    expected: bool = True
    raw: bytes | None = None
    types: Sequence[str] = ("AWS.S3.Bucket",)
    mocks: Mapping[str, object] = field(default_factory=dict)


def write_checkout(
    root: Path, samples: Mapping[str, Sample], helpers: Mapping[str, str] | None = None
) -> Repository:
    """A checkout with these policies and globals, loaded."""
    folder = root / "policies"
    folder.mkdir(parents=True, exist_ok=True)
    for name, sample in samples.items():
        source = textwrap.dedent(sample.source).lstrip("\n").encode()
        (folder / f"{name}.py").write_bytes(source if sample.raw is None else sample.raw)
        spec = {
            "AnalysisType": "policy",
            "Filename": f"{name}.py",
            "PolicyID": f"Test.{name}",
            "Enabled": True,
            "ResourceTypes": list(sample.types),
            "Severity": "High",
            "Tests": [
                {
                    "Name": f"test {at}",
                    "ExpectedResult": sample.expected,
                    "Resource": resource,
                    "Mocks": [
                        {"objectName": key, "returnValue": value}
                        for key, value in sample.mocks.items()
                    ],
                }
                for at, resource in enumerate(sample.resources)
            ],
        }
        (folder / f"{name}.json").write_text(json.dumps(spec, indent=1))
    for name, text in (helpers or {}).items():
        place = root / "global_helpers"
        place.mkdir(exist_ok=True)
        (place / f"{name}.py").write_text(textwrap.dedent(text).lstrip("\n"))
        (place / f"{name}.yml").write_text(
            f"AnalysisType: global\nFilename: {name}.py\nGlobalID: {name}\n"
        )
    return load_repository(root, (".",), PatSettings())


def with_workers(
    repository: Repository,
    work: Callable[[InsightJobs], Awaitable[T]],
    python: str = sys.executable,
    **options: object,
) -> T:
    """Do work with real workers."""
    workers = warm_up(
        repository.root,
        python,
        RunOptions(**options),  # type: ignore[arg-type]
    )

    async def run() -> T:
        async with InsightJobs(repository, workers, 2) as jobs:
            return await work(jobs)

    try:
        return asyncio.run(run())
    finally:
        workers.close()


def explain_all(
    repository: Repository, *, flips: bool = False, python: str = sys.executable, **options: object
) -> dict[str, list[Explained]]:
    """Every test explained, by the name of its policy."""
    chosen = {
        spec: frozenset(range(len(policy.tests))) for spec, policy in repository.policies.items()
    }

    def refuse(spec: str, failure: Failure) -> None:
        raise AssertionError(f"{spec}: {failure}")

    found = with_workers(
        repository,
        lambda jobs: explain_tests(repository, chosen, jobs, refuse, flips=flips),
        python,
        **options,
    )
    by_name: dict[str, list[Explained]] = {}
    for one in found:
        by_name.setdefault(Path(one.insight.spec).stem, []).append(one)
    return by_name


def explain_one(
    root: Path,
    source: str,
    *resources: object,
    expected: bool = True,
    helpers: Mapping[str, str] | None = None,
    flips: bool = False,
    python: str = sys.executable,
    **options: object,
) -> Explained:
    """The last test of a policy explained."""
    sample = Sample(source, resources or ({},), expected)
    repository = write_checkout(root, {"body": sample}, helpers)
    return explain_all(repository, flips=flips, python=python, **options)["body"][-1]
