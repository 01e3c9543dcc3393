"""Explains the tests of whole policies: the plain run, the observed run and the flips."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from panther_engine.events import Explained as Explained
from panther_engine.insight.runs.jobs import observe_job, plain_job, spec_of
from panther_engine.insight.runs.observed import (
    source_texts,
    stopped_insight,
    take_insights,
    was_stopped,
)
from panther_engine.insight.runs.running import InsightJobs
from panther_engine.insight.trials.flips import FlipSearch
from panther_engine.model import Failure, Policy, TestResult
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.pool import JobEnded
from panther_engine.running.processes.job import Job
from panther_engine.values.insight import Flip, Insight


def _stopped(plain: Mapping[str, Mapping[int, TestResult]], policy: Policy) -> frozenset[int]:
    """Tests that a run of others had better leave out."""
    return frozenset(at for at, result in plain[policy.spec].items() if was_stopped(result))


async def explain_tests(
    repository: Repository,
    chosen: Mapping[str, frozenset[int]],
    jobs: InsightJobs,
    on_broken: Callable[[str, Failure], None],
    *,
    flips: bool = True,
) -> list[Explained]:
    """Explain tests, given by spec and place; in the order of the specs and their tests.

    `on_broken` is told of policies whose body cannot be imported.
    """
    jobs.prepare(chosen)
    plain: dict[str, dict[int, TestResult]] = {}
    insights: dict[tuple[str, int], Insight] = {}
    coarse: dict[str, set[int]] = {}
    texts = source_texts(repository)

    def keep_plain(ended: JobEnded) -> None:
        if ended.setup is not None:
            on_broken(ended.job.spec, ended.setup)
        plain[ended.job.spec] = dict(ended.results)

    def keep_insights(ended: JobEnded) -> None:
        spec = spec_of(ended.job.spec)
        for insight, trace in take_insights(ended, plain[spec], repository.policies[spec], texts):
            insights[spec, insight.test] = insight
            if trace is not None and trace.gave_up:
                coarse.setdefault(spec, set()).add(insight.test)

    policies = [repository.policies[spec] for spec in chosen]
    await jobs.run([plain_job(repository, policy) for policy in policies], keep_plain)
    runnable = [policy for policy in policies if plain.get(policy.spec)]
    watched = {
        policy.spec: frozenset(at for at in chosen[policy.spec] if at in plain[policy.spec])
        for policy in runnable
    }
    for spec, places in watched.items():
        for at in places:
            if (stopped := stopped_insight(plain[spec][at], at, repository, spec)) is not None:
                insights[spec, at] = stopped
        watched[spec] = places.difference(at for one, at in insights if one == spec)
    await jobs.run(
        [
            observe_job(repository, policy, watched[policy.spec], without=_stopped(plain, policy))
            for policy in runnable
        ],
        keep_insights,
    )
    again: list[Job | None] = []
    for spec, tests in coarse.items():
        again.append(observe_job(repository, repository.policies[spec], tests, "coarse"))
    await jobs.run(again, keep_insights)
    found: dict[tuple[str, int], tuple[Flip, ...]] = {}
    if flips:
        search = FlipSearch(repository)
        searched = [
            search.job(repository.policies[spec], insight)
            for (spec, _), insight in insights.items()
        ]

        def keep_flips(ended: JobEnded) -> None:
            spec, test, best = search.take(ended)
            found[spec, test] = best

        await jobs.run(searched, keep_flips)
    return [
        Explained(insight, found.get(key, ()))
        for key, insight in sorted(insights.items(), key=lambda one: one[0])
    ]
