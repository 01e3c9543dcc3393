"""`panther-tui probe`: lists nullable fields that make a policy raise."""

from __future__ import annotations

import sys
from pathlib import Path

from panther_engine import Paint, ProbeFormat, render_probed
from panther_tui.cli.insight.insight_request import InsightRequest, workplace
from panther_tui.cli.streams import say, wants_colour


def run_probe(request: InsightRequest, here: Path, form: ProbeFormat, fail: bool) -> int:
    """Report what is found; returns the exit code: 1 for a finding if `fail` asks for it.

    Raises SelectionError, InterpreterError, OSError: what was asked for is not there.
    """
    with workplace(request, here) as place:
        probed = place.probe()
        say(render_probed(place, probed, form, Paint(wants_colour(sys.stdout))))
    return int(fail and any(field.raises for one in probed for field in one.fields))
