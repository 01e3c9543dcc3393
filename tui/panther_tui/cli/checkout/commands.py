"""The options of `check` and `trust`, which run none of a checkout's code."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from panther_tui.cli.options import format_option, quiet_option


@click.command(short_help="Find faults in specs and bodies without running any code.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@format_option("text", "json", "github")
@click.option("--allow-empty", is_flag=True, help="Nothing to check is exit code 0, for hooks.")
@click.option("--fix", is_flag=True, help="Mend what needs nobody's decision, then check.")
@click.option("--diff", is_flag=True, help="With --fix: only show what would change.")
@quiet_option
@click.option("-v", "--verbose", is_flag=True, help="Findings that only inform, too.")
def check(
    paths: tuple[str, ...],
    format_name: Literal["text", "json", "github"],
    allow_empty: bool,
    fix: bool,
    diff: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Find faults in the specs, bodies and globals in PATH without running any code.

    Other files are passed over and counted. Exit code 0: nothing keeps a policy from running. 1:
    something does. 2: there is nothing to check. With `--fix --diff`, 1 means: something would
    change.
    """
    from panther_tui.cli.checkout.run_check import run_check

    if diff and not fix:
        raise click.UsageError("--diff shows what --fix would do; give both")
    if fix and format_name != "text":
        raise click.UsageError("--fix prints text; it takes no --format")
    refused = 0
    if fix:
        from panther_tui.cli.authoring.run_fix import make_fixes, show_fixes

        if diff:
            return show_fixes(paths, Path.cwd())
        refused = make_fixes(paths, Path.cwd())
    verbosity = -1 if quiet else int(verbose)
    return max(refused, run_check(paths, Path.cwd(), format_name, verbosity, allow_empty))


@click.command(short_help="Allow a checkout's own settings to reach further.")
@click.argument("path", metavar="[PATH]", default=".")
@click.option("--yes", is_flag=True, help="Allow them without being asked.")
def trust(path: str, yes: bool) -> int:
    """Show the settings of a checkout that reach further than yours, and allow them if you say so.

    They are remembered with their values: if one changes, none of them counts until they are
    allowed again.
    """
    from panther_tui.cli.checkout.run_trust import run_trust

    return run_trust(Path(path), yes)
