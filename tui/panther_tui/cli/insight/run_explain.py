"""`panther-tui explain`: says why tests got their verdicts, and what would change them."""

from __future__ import annotations

import sys
from pathlib import Path

from panther_engine import InsightFormat, Paint, render_explained
from panther_tui.cli.insight.insight_request import InsightRequest, workplace
from panther_tui.cli.streams import say, wants_colour


def run_explain(request: InsightRequest, here: Path, form: InsightFormat) -> int:
    """Explain what is asked for; returns the exit code.

    Raises SelectionError, InterpreterError, OSError: what was asked for is not there.
    """
    with workplace(request, here) as place:
        paint = Paint(wants_colour(sys.stdout))
        say(render_explained(place, place.explain(), form, paint))
    return 0
