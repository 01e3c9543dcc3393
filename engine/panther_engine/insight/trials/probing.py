"""The null probe: sets nullable fields to null and checks whether the policy still works.

Panther always sends the top-level keys of a resource type, but many of them may be null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from panther_engine.insight.runs.jobs import Case, observe_job, plain_job, spec_of, trials_job
from panther_engine.insight.runs.observed import source_texts, take_insights, was_stopped
from panther_engine.insight.runs.running import InsightJobs
from panther_engine.insight.trials.tried import Tried, take_tried
from panther_engine.model import Failure, FieldPath, Policy, TestResult, Verdict
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.spec.catalogue import RESOURCE_TYPES, fields_of
from panther_engine.running.jobs.pool import JobEnded
from panther_engine.values.findings import NullField as NullField
from panther_engine.values.findings import Probed as Probed

SECONDS = 5.0
EACH = 1.0


def nullable_fields(policy: Policy) -> frozenset[str]:
    """Top-level fields that may be null in a resource of one of the policy's types."""
    return frozenset(
        name
        for kind in policy.resource_types or RESOURCE_TYPES
        for name, field in fields_of(kind).items()
        if field.nullable
    )


def probe_cases(
    policy: Policy, read: Mapping[int, frozenset[str]], plain: Mapping[int, TestResult]
) -> list[Case]:
    """Each field that a test read, null; not in tests that give no verdict anyway.

    `read` holds the names of top-level fields by the tests' places.
    """
    nullable = nullable_fields(policy)
    return [
        (test, (("set", (name,), None),))
        for test, names in sorted(read.items())
        if (result := plain.get(test)) is not None and result.verdict is not Verdict.ERROR
        for name in sorted(names & nullable)
    ]


def take_probed(spec: str, cases: list[Case], ended: JobEnded) -> Probed:
    """What came of the cases, by field."""
    found: dict[FieldPath, NullField] = {}
    for tried in take_tried(ended):
        if tried.case >= len(cases):
            continue
        test, ((_, path, _),) = cases[tried.case]
        known = found.get(path)
        if known is None or (tried.verdict is Verdict.ERROR and not known.raises):
            found[path] = _null_field(path, test, tried)
    return Probed(spec, tuple(found[path] for path in sorted(found, key=str)))


def _null_field(path: FieldPath, test: int, tried: Tried) -> NullField:
    raised = tried.verdict is Verdict.ERROR
    error = (tried.type, tried.message) if raised else None
    return NullField(path, tried.verdict, test, tried.line, error)


async def probe_policies(
    repository: Repository,
    chosen: Mapping[str, frozenset[int]],
    jobs: InsightJobs,
    on_broken: Callable[[str, Failure], None],
) -> list[Probed]:
    """Probe the policies of these tests, sorted by spec.

    `on_broken` is told of policies whose body cannot be imported.
    """
    jobs.prepare(chosen)
    texts = source_texts(repository)
    plain: dict[str, dict[int, TestResult]] = {}
    read: dict[str, dict[int, frozenset[str]]] = {}
    probed: dict[str, Probed] = {spec: Probed(spec, ()) for spec in chosen}

    def keep_plain(ended: JobEnded) -> None:
        if ended.setup is not None:
            on_broken(ended.job.spec, ended.setup)
        plain[ended.job.spec] = dict(ended.results)

    def keep_reads(ended: JobEnded) -> None:
        spec = spec_of(ended.job.spec)
        for insight, _ in take_insights(ended, plain[spec], repository.policies[spec], texts):
            names = {str(one.field[0]) for one in insight.reads if one.field}
            read.setdefault(spec, {})[insight.test] = frozenset(names)

    policies = [repository.policies[spec] for spec in chosen]
    await jobs.run([plain_job(repository, policy) for policy in policies], keep_plain)
    observed = []
    for policy in policies:
        results = plain.get(policy.spec, {})
        tests = [at for at in chosen[policy.spec] if at in results and not was_stopped(results[at])]
        observed.append(observe_job(repository, policy, tests))
    await jobs.run(observed, keep_reads)
    cases = {
        policy.spec: probe_cases(policy, read[policy.spec], plain[policy.spec])
        for policy in policies
        if policy.spec in read
    }

    def keep_probed(ended: JobEnded) -> None:
        spec = spec_of(ended.job.spec)
        probed[spec] = take_probed(spec, cases[spec], ended)

    trials = [
        trials_job(
            repository, repository.policies[spec], tried, seconds=SECONDS, each=EACH, name="probe"
        )
        for spec, tried in cases.items()
    ]
    await jobs.run(trials, keep_probed)
    return [probed[spec] for spec in sorted(probed)]
