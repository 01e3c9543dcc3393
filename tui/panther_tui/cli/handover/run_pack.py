"""`panther-tui pack`: tests, what goes, and the zip."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from panther_engine import (
    Pack,
    Paint,
    archive_bytes,
    collect_pack,
    find_pack_root,
    find_refusals,
    render_pack,
    write_archive,
)
from panther_tui.cli.streams import say, wants_colour
from panther_tui.cli.test.run_request import TestRequest
from panther_tui.cli.test.run_tests import run_tests


@dataclass(frozen=True, slots=True)
class PackCall:
    """The options that both commands share."""

    filters: tuple[str, ...] = ()
    skip_tests: bool = False
    timeout: float | None = None
    workers: int | None = None
    python: str | None = None
    trust: bool | None = None


def run_pack(call: PackCall, here: Path, out: Path) -> int:
    """Write the zip; the exit code is 1 if tests fail or there can be none, 2 if nothing goes.

    Raises SelectionError, FilterError, InterpreterError, OSError.
    """
    code, ready = prepare(call, find_pack_root(here))
    if ready is None:
        return code
    say(f"{write_archive(ready, out)}\n")
    return 0


def prepare(call: PackCall, root: Path) -> tuple[int, Pack | None]:
    """Test, then tell what goes; nothing goes if there is an exit code other than 0."""
    if not call.skip_tests:
        code = run_tests(
            TestRequest(
                here=root,
                timeout=call.timeout,
                workers=call.workers,
                python=call.python,
                trust=call.trust,
                allow_empty=True,
            )
        )
        if code:
            say("nothing was packed: the tests come first (`--skip-tests` leaves them out)\n")
            return code, None
    pack = collect_pack(root, call.filters)
    size = len(archive_bytes(pack))
    say(render_pack(pack, find_refusals(pack, size), size, Paint(wants_colour(sys.stdout))))
    if pack.problems:
        say("nothing was packed: mend what is said above\n")
        return 1, None
    return (0, pack) if pack.items else (2, None)
