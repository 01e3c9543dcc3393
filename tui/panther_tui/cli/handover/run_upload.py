"""`panther-tui upload`: shows what goes, asks, and runs the user's own PAT."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from panther_engine import clean_line, find_pack_root
from panther_tui.cli.handover.run_pack import PackCall, prepare
from panther_tui.cli.streams import say

NAMES = ("panther_analysis_tool", "pat")
"""What PAT is called on a PATH."""


def run_upload(
    call: PackCall, here: Path, pat: str | None, options: Sequence[str], yes: bool
) -> int:
    """Upload; returns PAT's exit code, 1 if it was not run, 2 if there is no PAT.

    Raises SelectionError, FilterError, InterpreterError, OSError.
    """
    program = _find(pat)
    if program is None:
        named = f"no {clean_line(pat)}" if pat else f"neither {NAMES[0]} nor {NAMES[1]} on the PATH"
        say(f"panther-tui: there is {named}: `pip install panther-analysis-tool`\n", sys.stderr)
        return 2
    root = find_pack_root(here)
    code, ready = prepare(call, root)
    if ready is None:
        return code
    filters = [part for one in call.filters for part in ("--filter", one)]
    command = [program, "upload", *filters, *options]
    say(f"\n  {clean_line(shlex.join(command))}\n  in {clean_line(str(root))}\n\n")
    if not yes and not _agreed():
        say("nothing was uploaded\n")
        return 1
    return subprocess.run(command, cwd=root, check=False).returncode


def _find(pat: str | None) -> str | None:
    if pat is not None:
        return shutil.which(pat)
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def _agreed() -> bool:
    if not sys.stdin.isatty():
        say("there is nobody to ask: `--yes` uploads without\n")
        return False
    say("Upload? [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")
