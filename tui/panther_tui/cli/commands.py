"""The command line as a whole: the table of commands, and how a call ends.

Before a command runs, only click and the standard library are imported.
"""

from __future__ import annotations

from pathlib import Path

import click

import panther_tui
from panther_tui.cli.app.commands import app, demo
from panther_tui.cli.app.version import asks_more, version_text
from panther_tui.cli.authoring.commands import new, types
from panther_tui.cli.checkout.commands import check, trust
from panther_tui.cli.command_group import Commands
from panther_tui.cli.handover.commands import pack, upload
from panther_tui.cli.insight.commands import debug, explain, mutants, probe
from panther_tui.cli.scan.commands import reports, scan, scans
from panther_tui.cli.test.command import test

USAGE_ERROR = 2
INTERRUPTED = 130

EPILOG = """\
Exit codes: 0 all passed, 1 a test failed or a spec is invalid, 2 wrong usage or nothing to do,
130 interrupted."""


@click.group(
    cls=Commands,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Test Panther cloud policies while you write them.

    Without a command the app opens on the repository that holds PATH, or the current directory,
    with the cursor at PATH.
    """,
)
@click.version_option(
    panther_tui.__version__,
    "-V",
    "--version",
    message="panther-tui %(version)s",
    help="Show the version and exit; with -v the machine and what holds policies back, too.",
)
def commands() -> None:
    """Take the options that belong to no command."""


for command in (
    app,
    test,
    check,
    explain,
    probe,
    mutants,
    debug,
    scan,
    scans,
    reports,
    pack,
    upload,
    trust,
    types,
    new,
    demo,
):
    commands.add_command(command)


def run(args: list[str]) -> int:
    """Run a command line (without the program's name); returns the exit code."""
    if asks_more(args):
        click.echo(version_text(Path.cwd()))
        return 0
    try:
        code = commands.main(args, prog_name="panther-tui", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return USAGE_ERROR
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except _user_errors() as error:
        click.echo(f"panther-tui: {_in_words(error)}", err=True)
        return USAGE_ERROR
    return code if isinstance(code, int) else 0


def _user_errors() -> tuple[type[Exception], ...]:
    """Exceptions whose message is for the user. Imported only when something was raised."""
    from panther_engine import (
        ExchangeError,
        FilterError,
        InterpreterError,
        NewPolicyError,
        SelectionError,
        StoreError,
        UnknownExportError,
        UnknownTypeError,
    )

    own = (
        SelectionError,
        FilterError,
        InterpreterError,
        NewPolicyError,
        ExchangeError,
        StoreError,
        UnknownExportError,
        UnknownTypeError,
    )
    return (*own, OSError)


def _in_words(error: Exception) -> str:
    from panther_engine import clean_text

    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return clean_text(f"{place}{error.strerror}")
    return clean_text(str(error))
