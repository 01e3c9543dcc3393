"""Builds the jobs of insight, whose mode tells the worker what to do besides.

`observe` runs the tests in instrumented code; `coarse` instruments only `policy` itself and not its
loops; `cover` records only which statements ran; `trials` judges modified resources; `mutants` runs
modified bodies against all tests.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypeAlias

from panther_engine.model import FieldPath, JsonValue, Policy
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.plan import make_job
from panther_engine.running.jobs.split import forgets
from panther_engine.running.processes.job import Job, pack_tests
from panther_engine.running.worker.wire import frames

NICENESS = 10
"""Insight can wait for whatever else the machine has to do."""
MARK = "\0"
"""Between a spec and what else a job's key says."""

Step: TypeAlias = tuple[str, FieldPath, JsonValue]
"""`set` or `remove`, where, and the new value."""
Case: TypeAlias = tuple[int, tuple[Step, ...]]
"""The place of a test in the spec, and how its resource is changed."""


def plain_job(repository: Repository, policy: Policy) -> Job | None:
    """The policy's tests as always; None if it cannot run."""
    return make_job(repository, policy)


def observe_job(
    repository: Repository,
    policy: Policy,
    tests: Collection[int],
    mode: str = "observe",
    without: Collection[int] = (),
) -> Job | None:
    """A job that observes these tests; None if the policy cannot run, or without tests.

    Those before them run too, `without` some, where tests share what body or globals keep.
    """
    job = make_job(repository, policy)
    if job is None or not tests:
        return None
    shared = not (job.tame and forgets(job, repository))
    chosen = tuple(
        (index, test)
        for index, test in job.tests
        if index in tests or (shared and index < max(tests) and index not in without)
    )
    return replace(
        job,
        spec=key_of(policy.spec, mode, min(tests), max(tests)),
        tests=chosen,
        tame=False,
        niceness=NICENESS,
        mode=mode,
        request={"watch": sorted(tests)},
    )


def reverse_job(repository: Repository, policy: Policy) -> Job | None:
    """A job that runs the tests last to first; None where none can see that there was another."""
    job = make_job(repository, policy)
    if job is None or len(job.tests) < 2 or (job.tame and forgets(job, repository)):
        return None
    return replace(
        job,
        spec=key_of(policy.spec, "reverse"),
        tests=job.tests[::-1],
        tame=False,
        niceness=NICENESS,
    )


def trials_job(
    repository: Repository,
    policy: Policy,
    cases: Sequence[Case],
    *,
    seconds: float,
    each: float,
    wanted: str = "",
    second_try: int | None = None,
    name: str = "trials",
) -> Job | None:
    """A job that judges changed resources, in this order, in at most so many seconds.

    Cases from `second_try` on are tried only if none before came to the verdict `wanted`.
    """
    job = make_job(repository, policy)
    if job is None or not cases:
        return None
    used = sorted({test for test, _ in cases})
    place = {test: at for at, test in enumerate(used)}
    return replace(
        job,
        spec=key_of(policy.spec, name, used[0]),
        tests=(),
        tame=False,
        niceness=NICENESS,
        mode="trials",
        request={
            "tests": pack_tests(one for one in job.tests if one[0] in place),
            "cases": frames.pack_values(
                [(place[test], frames.pack_values(list(steps))) for test, steps in cases]
            ),
            "seconds": seconds,
            "each": each,
            "wanted": wanted,
            "second_try": len(cases) if second_try is None else second_try,
        },
    )


def apart_job(
    repository: Repository, policy: Policy, number: int, cases: Sequence[Case], seconds: float
) -> Job | None:
    """A job that looks for the case of which this mutant says something else than the body."""
    job = trials_job(repository, policy, cases, seconds=seconds, each=seconds / 4, name="apart")
    if job is None:
        return None
    request = {**job.request, "number": number}
    return replace(job, spec=key_of(policy.spec, "apart", number), mode="apart", request=request)


def mutants_job(
    repository: Repository, policy: Policy, start: int = 0, careful: bool = False
) -> Job | None:
    """A job that runs the mutants from this one on; a careful one reports each by itself."""
    job = make_job(repository, policy)
    if job is None or not job.tests:
        return None
    return replace(
        job,
        spec=key_of(policy.spec, "mutants", start),
        tests=(),
        tame=False,
        niceness=NICENESS,
        mode="mutants",
        request={
            "tests": pack_tests(job.tests),
            "start": start,
            "careful": careful,
            "each": 1.0,
        },
    )


def key_of(spec: str, mode: str, *parts: int) -> str:
    """What the pool knows a job by; a spec alone is its plain run."""
    return MARK.join([spec, mode, *map(str, parts)])


def spec_of(key: str) -> str:
    """The spec in a job's key."""
    return key.partition(MARK)[0]
