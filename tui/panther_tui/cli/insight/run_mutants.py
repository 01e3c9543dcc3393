"""`panther-tui mutants`: what no test pins down."""

from __future__ import annotations

import sys
from pathlib import Path

from panther_engine.insight.report.findings import mutants_json, mutants_text
from panther_engine.insight.runs.running import InsightJobs
from panther_engine.insight.trials.apart import suggest_tests
from panther_engine.insight.trials.mutating import mutate_policies
from panther_engine.report.text.paint import Paint
from panther_engine.values.findings import Mutated, Suggestion
from panther_tui.cli.insight.insight_request import InsightRequest, workplace
from panther_tui.cli.streams import say, wants_colour


def run_mutants(
    request: InsightRequest,
    here: Path,
    format_name: str,
    minimum: float | None,
    suggest: bool = False,
) -> int:
    """Report what is found; returns the exit code: 1 if a policy is pinned down less than that.

    Raises SelectionError, InterpreterError, OSError: what was asked for is not there.
    """
    with workplace(request, here) as place:
        repository = place.repository
        suggestions: dict[tuple[str, int], Suggestion] = {}

        async def mutate(jobs: InsightJobs) -> list[Mutated]:
            found = await mutate_policies(repository, place.chosen, jobs, place.on_broken)
            if suggest:
                suggestions.update(await suggest_tests(repository, found, jobs))
            return found

        mutated = place.run(mutate)
        if format_name == "json":
            say(mutants_json(repository, place.python, mutated, suggestions))
        else:
            paint = Paint(wants_colour(sys.stdout))
            say(mutants_text(repository, mutated, paint, minimum, suggestions))
    return int(minimum is not None and any(one.percent < minimum for one in mutated))
