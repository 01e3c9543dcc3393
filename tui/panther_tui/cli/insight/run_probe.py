"""`panther-tui probe`: which nullable fields make a policy raise."""

from __future__ import annotations

import sys
from pathlib import Path

from panther_engine.insight.report.findings import probe_github, probe_json, probe_text
from panther_engine.insight.trials.probing import probe_policies
from panther_engine.report.text.paint import Paint
from panther_tui.cli.insight.insight_request import InsightRequest, workplace
from panther_tui.cli.streams import say, wants_colour


def run_probe(request: InsightRequest, here: Path, format_name: str, fail: bool) -> int:
    """Report what is found; returns the exit code: 1 for a finding if `fail` asks for it.

    Raises SelectionError, InterpreterError, OSError: what was asked for is not there.
    """
    with workplace(request, here) as place:
        repository = place.repository
        probed = place.run(
            lambda jobs: probe_policies(repository, place.chosen, jobs, place.on_broken)
        )
        match format_name:
            case "json":
                say(probe_json(repository, place.python, probed))
            case "github":
                paint = Paint()
                say(probe_github(repository, probed))
                say(probe_text(repository, probed, paint).splitlines()[-1] + "\n")
            case _:
                say(probe_text(repository, probed, Paint(wants_colour(sys.stdout))))
    return int(fail and any(field.raises for one in probed for field in one.fields))
