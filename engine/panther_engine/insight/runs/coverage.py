"""Which lines and branches of a body its tests reach, and which tests reach each line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from panther_engine.insight.runs.jobs import observe_job, spec_of
from panther_engine.insight.runs.observed import source_texts
from panther_engine.insight.runs.running import InsightJobs
from panther_engine.insight.trace.replay import is_statement
from panther_engine.insight.trace.trace import Site, SourceTexts, Trace, take_trace
from panther_engine.model import Failure, JsonValue, Policy
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.pool import JobEnded
from panther_engine.running.processes.untrusted import NonsenseError
from panther_engine.values.findings import Branch as Branch
from panther_engine.values.findings import Covered as Covered

BRANCHING = frozenset({"If", "For", "AsyncFor", "While", "Match"})


async def cover_policies(
    repository: Repository,
    chosen: Mapping[str, frozenset[int]],
    jobs: InsightJobs,
    on_broken: Callable[[str, Failure], None],
) -> list[Covered]:
    """What these tests reach, given by spec and place; sorted by spec.

    `on_broken` is told of policies whose body cannot be imported.
    """
    jobs.prepare(chosen)
    texts = source_texts(repository)
    found: list[Covered] = []

    def keep(ended: JobEnded) -> None:
        policy = repository.policies[spec_of(ended.job.spec)]
        if ended.setup is not None:
            on_broken(policy.spec, ended.setup)
        elif (covered := take_covered(ended, policy, texts)) is not None:
            found.append(covered)

    await jobs.run(
        [
            observe_job(repository, repository.policies[spec], tests, "cover")
            for spec, tests in chosen.items()
        ],
        keep,
    )
    return sorted(found, key=lambda one: one.spec)


def take_covered(ended: JobEnded, policy: Policy, texts: SourceTexts) -> Covered | None:
    """What a job of mode `cover` found; None if nothing of it makes sense."""
    traces: dict[int, Trace] = {}
    for finding in ended.findings:
        index, told = finding.get("index"), finding.get("traces")
        if isinstance(index, int) and isinstance(told, dict):
            try:
                traces[index] = take_trace(_covered(told), texts)
            except NonsenseError:
                continue
    try:
        return _count(traces, policy) if traces else None
    except (LookupError, ValueError):
        return None  # no worker of ours reports such sites


def _count(traces: Mapping[int, Trace], policy: Policy) -> Covered:
    sites = next(iter(traces.values())).sites
    body = [site for site in sites.values() if site.path == policy.body]
    reached = {
        site.number: frozenset(at for at, trace in traces.items() if site.number in trace.reached)
        for site in body
    }
    lines: dict[int, frozenset[int]] = {}
    for site in sorted(body, key=lambda one: one.line):
        if is_statement(site) and site.parent >= 0 and not _does_nothing(site):
            lines[site.line] = lines.get(site.line, frozenset()) | reached[site.number]
    branches = tuple(
        Branch(line, way, frozenset().union(*(reached[one] for one in numbers)))
        for line, way, numbers in _branches(body)
    )
    return Covered(policy.spec, policy.body, lines, branches)


def _covered(told: Mapping[str, JsonValue]) -> JsonValue:
    return told.get("covered")


def _does_nothing(site: Site) -> bool:
    """Whether it is a pseudo-site, or but a text, such as a docstring."""
    text = site.kind == "Expr" and site.text[:1] in ("'", '"')
    return text or site.kind in ("Else", "Fell")


def _branches(body: list[Site]) -> Iterator[tuple[int, str, list[int]]]:
    """Line, way and the sites that tell whether it was gone."""
    by_parent: dict[int, dict[str, int]] = {}
    for site in body:
        by_parent.setdefault(site.parent, {})[site.role] = site.number
    for site in sorted(body, key=lambda one: (one.line, one.column)):
        parts = by_parent.get(site.number, {})
        if site.kind == "Match":
            for role, number in parts.items():
                if role.startswith("cases.") and role.endswith(".body.0"):
                    yield site.line, f"case {int(role.split('.')[1]) + 1}", [number]
        elif site.kind in BRANCHING:
            other = parts.get("orelse.0", parts.get("else"))
            if "body.0" in parts and other is not None:
                yield site.line, "body", [parts["body.0"]]
                yield site.line, "else", [other]
