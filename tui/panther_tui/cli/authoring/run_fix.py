"""`panther-tui check --fix`: applies the fixes that need no decision, and reports them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from panther_engine import Fixes, clean_line, fix_paths
from panther_tui.cli.streams import say, warn


def show_fixes(paths: Sequence[str], here: Path) -> int:
    """Print what would be mended as a difference; returns 1 if anything would."""
    fixes = fix_paths(paths, here, write=False)
    say(fixes.difference)
    _tell(fixes, "would be fixed", to_error=True)
    return int(bool(fixes.done))


def make_fixes(paths: Sequence[str], here: Path) -> int:
    """Mend, and say what was done; returns 1 if a file could not be written."""
    fixes = fix_paths(paths, here, write=True)
    _tell(fixes, "fixed")
    return int(bool(fixes.refused))


def _tell(fixes: Fixes, what: str, to_error: bool = False) -> None:
    stream = sys.stderr if to_error else sys.stdout
    for one in fixes.done:
        say(f"{clean_line(one.path)}:{one.line} {one.code}: {clean_line(one.said)}\n", stream)
    files = len({one.path for one in fixes.done})
    faults = len(fixes.done)
    say(
        f"{faults} {'fault' if faults == 1 else 'faults'} {what}"
        f" in {files} {'file' if files == 1 else 'files'}\n",
        stream,
    )
    for reason in fixes.refused:
        warn(reason)
