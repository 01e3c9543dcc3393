"""`panther-tui trust`: shows a checkout's settings that need permission, and allows them."""

from __future__ import annotations

import sys
from pathlib import Path

from panther_engine import clean_line, find_root
from panther_tui.cli.streams import say
from panther_tui.settings.config import find_widening
from panther_tui.settings.trust import is_trusted, remember_trust


def run_trust(path: Path, yes: bool) -> int:
    """Show them, ask, remember; the exit code is 1 if they are not allowed now."""
    root = find_root(path)
    found = find_widening(root)
    if not found:
        say(f"{root}: no setting of this checkout reaches further than your own.\n")
        return 0
    values = {one.name: one.value for one in found}
    say(f"Settings of {root} that reach further than your own:\n\n")
    for one in found:
        place = f"{one.shown}:{one.line}"
        say(f"  {place:<24}  {one.name} = {clean_line(repr(one.value))}\n")
    if is_trusted(root, values):
        say("\nThey are allowed.\n")
        return 0
    if not yes:
        if not sys.stdin.isatty():
            say("\nThey do not count: there is nobody to ask (`--yes` allows them).\n")
            return 1
        say("\nAllow them? [y/N] ")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            say("They do not count.\n")
            return 1
    remember_trust(root, values)
    say("\nThey count from now on, as long as none of them changes.\n")
    return 0
