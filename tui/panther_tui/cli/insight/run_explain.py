"""`panther-tui explain`: why tests got their verdicts, and what would turn them."""

from __future__ import annotations

import sys
from pathlib import Path

from panther_engine.insight.explaining import explain_tests
from panther_engine.report.text.paint import Paint
from panther_tui.cli.insight.insight_request import InsightRequest, workplace
from panther_tui.cli.streams import say, wants_colour


def run_explain(request: InsightRequest, here: Path, format_name: str) -> int:
    """Explain what is asked for; returns the exit code: 1 if a run differs when it is observed.

    Raises SelectionError, InterpreterError, OSError: what was asked for is not there.
    """
    with workplace(request, here) as place:
        explained = place.run(
            lambda jobs: explain_tests(place.repository, place.chosen, jobs, place.on_broken)
        )
        if format_name == "json":
            from panther_engine.insight.report.json import render_explained

            root = str(place.repository.root)
            say(render_explained(root, place.python, explained, place.policy_ids))
        else:
            from panther_engine.insight.report.text import render_explained_text

            say(render_explained_text(explained, place.policy_ids, Paint(wants_colour(sys.stdout))))
    return 0
