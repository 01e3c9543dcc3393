"""The jobs that judge resources, and what their reports say. Nothing of a report is believed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from panther_engine.insight.runs.jobs import key_of
from panther_engine.model import Failure, Frame, JsonValue, Policy, Verdict
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.plan import make_job
from panther_engine.running.processes.job import Job
from panther_engine.running.processes.untrusted import (
    NonsenseError,
    take_list,
    take_mapping,
    take_number,
    take_text,
)
from panther_engine.scan.inventory.spool import Stored
from panther_engine.scan.store.alerts import spec_alert
from panther_engine.values.scanned import Alert, Evaluation

MODE = "judge"
CONTEXT_KEYS = 1000
"""Keys kept of an alert's context."""

LOOKUPS = 50
"""Resources kept that one evaluation looked up."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some resources of one type that one worker judges with one policy."""

    policy: Policy
    resources: tuple[Stored, ...]
    documents: tuple[bytes, ...]
    suppressed: frozenset[int]
    start: int = 0
    careful: bool = False
    """Each evaluation is reported by itself: the last worker ended in one of them."""
    number: int = 0
    begin: int = 0
    """Place of the first of them among all resources of the policy."""

    @property
    def unfilled(self) -> list[str]:
        """Of each resource what its mapping could not fill; empty if none was mapped."""
        mapped = any(one.unfilled for one in self.resources)
        return [one.unfilled for one in self.resources] if mapped else []

    @property
    def key(self) -> str:
        """What the pool knows its job by."""
        return key_of(self.policy.spec, MODE, self.number, self.start, self.careful)


@dataclass(frozen=True, slots=True)
class Told:
    """What a job came to: how far it got, and what did not pass up to there."""

    done: int
    evaluations: tuple[Evaluation, ...]


def judge_job(
    repository: Repository, part: Part, folder: str, each: float, niceness: int = 0
) -> Job | None:
    """The job of a part; None if the policy cannot run.

    `folder` is where the inventory lies, and `each` is seconds for one evaluation.
    """
    job = make_job(repository, part.policy)
    if job is None:
        return None
    return replace(
        job,
        spec=part.key,
        tests=(),
        tame=False,
        niceness=niceness,
        mode=MODE,
        request={
            "documents": list(part.documents),
            "unfilled": part.unfilled,
            "folder": folder,
            "suppressed": sorted(part.suppressed),
            "start": part.start,
            "careful": part.careful,
            "each": each,
        },
    )


def take_told(
    findings: Iterable[Mapping[str, JsonValue]], part: Part, relative: Callable[[str], str]
) -> Told:
    """What a job's reports say, as far as they make sense.

    `relative` gives paths as results show them.
    """
    done = part.start
    causes: list[Failure] = []
    found: dict[int, Evaluation] = {}
    try:
        for finding in findings:
            causes += [_failure(one, relative) for one in take_list(finding.get("causes"))]
            reached = int(take_number(finding.get("next")))
            if not done <= reached <= len(part.documents):
                raise NonsenseError("a part that goes backwards")
            for one in take_list(finding.get("told")):
                index, evaluation = _evaluation(one, part, causes)
                if done <= index < reached:
                    found[index] = evaluation
            for index, missing, looked_up in map(_leant, take_list(finding.get("leant"))):
                if done <= index < reached:
                    bare = found.get(index) or _bare(part, index, Verdict.PASS)
                    found[index] = replace(bare, missing=missing, looked_up=looked_up)
            done = reached
    except NonsenseError:
        pass  # what was told up to there stands; the rest is judged again, one by one
    return Told(done, tuple(found.values()))


def reached_in(findings: Sequence[Mapping[str, JsonValue]], part: Part) -> int:
    """How many documents of a part are done by its reports so far."""
    reached = findings[-1].get("next") if findings else None
    if not isinstance(reached, int):
        return part.start
    return max(part.start, min(reached, len(part.documents)))


def erred(part: Part, indices: Sequence[int], failure: Failure) -> Iterator[Evaluation]:
    """Evaluations that came to an error that no worker could tell."""
    for index in indices:
        yield _bare(part, index, Verdict.ERROR, error=failure)


def _bare(
    part: Part,
    index: int,
    verdict: Verdict,
    error: Failure | None = None,
    alert: Alert | None = None,
) -> Evaluation:
    policy = part.policy
    return Evaluation(
        spec=policy.spec,
        policy_id=policy.id,
        resource_id=part.resources[index].id,
        resource_key=part.resources[index].key,
        verdict=verdict,
        suppressed=index in part.suppressed,
        error=error,
        alert=alert,
    )


def _evaluation(value: JsonValue, part: Part, causes: Sequence[Failure]) -> tuple[int, Evaluation]:
    match value:
        case [int(index), "ERROR", int(cause)] if 0 <= index < len(
            part.resources
        ) and 0 <= cause < len(causes):
            return index, _bare(part, index, Verdict.ERROR, error=causes[cause])
        case [int(index), "FAIL", said] if 0 <= index < len(part.resources):
            alert = None
            if index not in part.suppressed:
                alert = make_alert(part.policy, {} if said is None else take_mapping(said))
            return index, _bare(part, index, Verdict.FAIL, alert=alert)
    raise NonsenseError("an evaluation of no resource of the part")


def _leant(value: JsonValue) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    match value:
        case [int(index), list(missing), list(found)]:
            return index, _ids(missing), _ids(found)
    raise NonsenseError("lookups of no evaluation")


def _ids(values: list[JsonValue]) -> tuple[str, ...]:
    return tuple(take_text(one).replace("\n", " ") for one in values[:LOOKUPS])


def make_alert(policy: Policy, said: Mapping[str, JsonValue]) -> Alert:
    """The alert of a FAIL: what the functions said, else the spec.

    The title falls back to the policy's name; a title that raised to its ID.
    """

    def text(name: str, otherwise: str) -> str:
        value = said.get(name)
        return otherwise if value is None else take_text(value)

    spec = spec_alert(policy)
    destinations = said.get("destinations")
    named = None if destinations is None else tuple(map(take_text, take_list(destinations)))
    context = said.get("alert_context")
    return Alert(
        title=text("title", policy.id) if "title" in said else spec.title,
        severity=text("severity", spec.severity).capitalize(),
        description=text("description", spec.description),
        reference=text("reference", spec.reference),
        runbook=text("runbook", spec.runbook),
        dedup=text("dedup", spec.dedup),
        destinations=named if named is not None else spec.destinations,
        context={} if context is None else dict(list(take_mapping(context).items())[:CONTEXT_KEYS]),
    )


def _failure(value: JsonValue, relative: Callable[[str], str]) -> Failure:
    error = take_mapping(value)
    frames = tuple(
        Frame(
            relative(take_text(frame.get("path"))),
            int(take_number(frame.get("line"))),
            take_text(frame.get("function")),
            take_text(frame.get("source")),
        )
        for frame in map(take_mapping, take_list(error.get("frames")))
    )
    return Failure(
        take_text(error.get("type")) or "Exception",
        take_text(error.get("message")),
        relative(take_text(error.get("path"))),
        int(take_number(error.get("line"))),
        frames,
    )
