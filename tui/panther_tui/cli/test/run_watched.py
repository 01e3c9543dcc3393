"""`panther-tui test --watch`: runs the tests again as files change."""

from __future__ import annotations

import sys

from panther_engine import Asked, Paint, watch_tests
from panther_tui.cli.streams import say, wants_colour


def run_watched(asked: Asked, poll: bool) -> int:
    """Watch until it is interrupted. Raises SelectionError.

    Returns the exit code, which is that of the last state: 0 if everything passed, 1 if not, 2 if
    no test ran.
    """
    lines = watch_tests(asked, Paint(wants_colour(sys.stdout)), say, poll=poll)
    if lines.tested_nothing:
        return 2
    return 0 if lines.green else 1
