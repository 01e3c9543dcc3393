"""Validates the results of trials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from panther_engine.model import Verdict
from panther_engine.running.jobs.pool import JobEnded
from panther_engine.running.processes.untrusted import take_list
from panther_engine.text.clean import clean_line


@dataclass(frozen=True, slots=True)
class Tried:
    """One run on a changed resource."""

    case: int
    verdict: Verdict
    type: str
    """Of what was raised."""
    message: str
    line: int
    """Of the body; 0 if it is not known."""


def take_tried(ended: JobEnded) -> Iterator[Tried]:
    """The runs of a job of trials, as far as it got; what makes no sense is left out."""
    for finding in ended.findings:
        tried = finding.get("tried")
        for one in take_list(tried) if isinstance(tried, list) else ():
            match one:
                case [
                    int(case),
                    "PASS" | "FAIL" | "ERROR" as verdict,
                    str(kind),
                    str(message),
                    int(line),
                ] if case >= 0:
                    yield Tried(
                        case, Verdict(verdict), clean_line(kind[:80]), clean_line(message), line
                    )
