"""`panther-tui debug`: runs one test in pdb."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from panther_engine import debug_chosen
from panther_tui.cli.insight.insight_request import InsightRequest, workplace


def run_debug(request: InsightRequest, here: Path) -> int:
    """Debug the one test that is asked for; returns the exit code.

    Raises SelectionError when it is not one test, InterpreterError, OSError.
    """
    with workplace(request, here) as place:
        debug = debug_chosen(place)
    return debug()


def wait_for_enter() -> None:
    """Leave on the screen what the debugger said until the user has read it."""
    with suppress(EOFError, KeyboardInterrupt):
        input("\npress enter to go back to panther-tui ")
