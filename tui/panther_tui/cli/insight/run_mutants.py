"""`panther-tui mutants`: lists changes of the bodies that no test notices."""

from __future__ import annotations

import sys
from pathlib import Path

from panther_engine import InsightFormat, Paint, render_mutated
from panther_tui.cli.insight.insight_request import InsightRequest, workplace
from panther_tui.cli.streams import say, wants_colour


def run_mutants(
    request: InsightRequest,
    here: Path,
    form: InsightFormat,
    minimum: float | None,
    suggest: bool = False,
) -> int:
    """Report what is found; returns the exit code: 1 if a policy is pinned down less than that.

    Raises SelectionError, InterpreterError, OSError: what was asked for is not there.
    """
    with workplace(request, here) as place:
        mutated, suggestions = place.mutate(suggest)
        paint = Paint(wants_colour(sys.stdout))
        say(render_mutated(place, mutated, suggestions, form, paint, minimum))
    return int(minimum is not None and any(one.percent < minimum for one in mutated))
