"""Turns the results of an observed job into insights of its tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from panther_engine.insight.reason.decide import Explanation
from panther_engine.insight.trace.same import tell_difference
from panther_engine.insight.trace.trace import SourceTexts, Trace, take_trace
from panther_engine.model import (
    ALERT_FUNCTIONS,
    JsonValue,
    Policy,
    TestResult,
    Verdict,
)
from panther_engine.reading.repository.repository import Repository
from panther_engine.report.text.words import STOPS, expected_verdict, failed_functions
from panther_engine.running.jobs.pool import JobEnded
from panther_engine.running.processes.untrusted import NonsenseError, take_mapping
from panther_engine.values.insight import Insight

STOPPED = STOPS - {"NetworkBlocked"}
DIFFERS = "The policy behaves differently when it is observed"


def source_texts(repository: Repository) -> SourceTexts:
    """The texts that places are cut from."""
    contents = {path: source.content for path, source in repository.files.items()}
    return SourceTexts(contents, str(repository.root))


def take_insights(
    ended: JobEnded,
    plain: Mapping[int, TestResult],
    policy: Policy,
    texts: SourceTexts,
) -> Iterator[tuple[Insight, Trace | None]]:
    """The insights of the watched tests, each with its trace; without one it tells what is wrong.

    `plain` holds the results of the plain run by the tests' places.
    """
    watched = ended.job.request["watch"]
    assert isinstance(watched, list)
    traces = {
        finding.get("index"): finding.get("traces")
        for finding in ended.findings
        if finding.get("kind") == "finding"
    }
    observed = dict(ended.results)
    for index in watched:
        result = plain.get(index)
        if result is not None:
            seen = observed.get(index)
            yield _take(ended, index, result, seen, policy, traces.get(index), texts)


def was_stopped(result: TestResult) -> bool:
    """Whether a test came to an end from outside: it would when it is observed, too."""
    return result.error is not None and result.error.type in STOPPED


def stopped_insight(
    result: TestResult, index: int, repository: Repository, spec: str
) -> Insight | None:
    """The insight of a test that was stopped, which needs no observing; None for any other."""
    if not was_stopped(result):
        return None
    policy = repository.policies[spec]
    insight = _bare(policy, index, result, repository.generation)
    nothing = Trace({}, (), 0, False, False, frozenset())
    explanation = Explanation(nothing, policy.tests[index], result, policy.body)
    return explanation.explain(insight, coarse=False)


def _bare(policy: Policy, index: int, plain: TestResult, generation: int) -> Insight:
    test = policy.tests[index]
    return Insight(
        spec=policy.spec,
        generation=generation,
        test=index,
        name=test.name,
        line=test.line,
        expected=test.expected,
        verdict=plain.verdict,
        same_as_plain=True,
        reason="",
    )


def _take(
    ended: JobEnded,
    index: int,
    plain: TestResult,
    observed: TestResult | None,
    policy: Policy,
    told: JsonValue,
    texts: SourceTexts,
) -> tuple[Insight, Trace | None]:
    test = policy.tests[index]
    coarse = ended.job.mode == "coarse"
    insight = _bare(policy, index, plain, ended.job.generation)
    if observed is None:
        return _different(insight, "the observed run gave no result"), None
    if difference := tell_difference(plain, observed):
        return _different(insight, difference), None
    function, trace = "policy", None
    try:
        traces = take_mapping(told) if told is not None else {}
        function = _function_to_explain(plain, traces)
        if function in traces:
            trace = take_trace(traces[function], texts)
    except (NonsenseError, RecursionError) as error:
        return _different(insight, f"what it told is not to be trusted: {error}"), None
    if trace is None:
        trace = Trace({}, (), 0, False, False, frozenset())
    try:
        explanation = Explanation(trace, test, plain, policy.body, function)
        return explanation.explain(insight, coarse), trace
    except (LookupError, RecursionError, TypeError, ValueError) as error:
        # a policy can tamper with its process, so the report may make no sense
        how = f"what it told makes no sense ({type(error).__name__})"
        return _different(insight, how), None


def _function_to_explain(plain: TestResult, traces: Mapping[str, JsonValue]) -> str:
    """`policy`, unless its verdict was right and an alert function made the test fail."""
    if plain.verdict is expected_verdict(plain.expected) and plain.verdict is Verdict.FAIL:
        for name, _ in failed_functions(plain):
            if name in traces and name in ALERT_FUNCTIONS:
                return name
    return "policy"


def _different(insight: Insight, how: str) -> Insight:
    return replace(insight, same_as_plain=False, reason=f"{DIFFERS}: {how}.")
