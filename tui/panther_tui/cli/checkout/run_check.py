"""`panther-tui check`: reports what is wrong with specs and bodies without running them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from panther_engine import (
    WARN_MARK,
    CheckFormat,
    NothingToCheckError,
    Paint,
    check_paths,
    clean_text,
    render_findings,
)
from panther_tui.cli.streams import say, say_document, wants_colour


def run_check(
    paths: Sequence[str], here: Path, form: CheckFormat, verbosity: int, allow_empty: bool = False
) -> int:
    """Report what is found; returns the exit code: 0, or 1 if something cannot run.

    Raises SelectionError when there is no such path, and NothingFoundError when there is nothing to
    check, unless `allow_empty` is set.
    """
    try:
        findings = check_paths(paths, here)
    except NothingToCheckError as nothing:
        if form != "text":
            say_document(render_findings(nothing.findings, form))
        if not allow_empty:
            raise
        say(f"{WARN_MARK} {clean_text(str(nothing))}\n", sys.stderr)
        return 0
    if form == "text":
        paint = Paint(wants_colour(sys.stdout))
        say(render_findings(findings, paint=paint, verbosity=verbosity, here=str(here)))
    else:
        say_document(render_findings(findings, form))
    return int(not findings.passed)
