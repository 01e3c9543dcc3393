"""`panther-tui reports`: sections of frameworks, and what covers them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from panther_engine import Paint, find_coverage, render_coverage
from panther_tui.cli.streams import say, say_document, wants_colour


def run_reports(
    here: Path, names: Sequence[str], form: Literal["text", "json"], verbose: bool
) -> int:
    """Tell it; returns the exit code. Raises SelectionError, StoreError, OSError."""
    text = render_coverage(
        find_coverage(here, names), form, Paint(wants_colour(sys.stdout)), verbose
    )
    (say_document if form == "json" else say)(text)
    return 0
