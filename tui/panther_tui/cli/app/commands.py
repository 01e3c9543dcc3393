"""The command that opens the app, and `demo`, which opens it on an example."""

from __future__ import annotations

from pathlib import Path

import click

from panther_tui.cli.command_group import APP, AppCommand, command_names
from panther_tui.cli.options import python_option, timeout_option, trust_option, workers_option


@click.command(APP, hidden=True, cls=AppCommand)
@click.argument("paths", nargs=-1)
@python_option
@timeout_option
@workers_option
@trust_option
@click.option(
    "--filter",
    "filters",
    metavar="KEY=VALUE",
    multiple=True,
    help="Begin with this filter on the policies; all must hold.",
)
@click.option("--failed", is_flag=True, help="Begin with only failures on the list.")
@click.option("--theme", metavar="NAME", help="The colours, for this time.")
@click.option(
    "--inventory",
    metavar="PATH",
    multiple=True,
    help="Judge the real resources in PATH, or of a scan (scan:ID), after every change.",
)
@click.option("--poll", is_flag=True, help="Look for changes on the disk instead of being told.")
@click.pass_context
def app(
    context: click.Context,
    paths: tuple[str, ...],
    python: str | None,
    timeout: float | None,
    workers: int | None,
    trust: bool | None,
    filters: tuple[str, ...],
    failed: bool,
    theme: str | None,
    inventory: tuple[str, ...],
    poll: bool,
) -> int:
    """Open the app on the checkout that holds PATH, with the cursor there."""
    from panther_engine import locate, parse_filters
    from panther_tui.app.app_request import AppRequest
    from panther_tui.app.start import open_app

    places = [locate(path, Path.cwd(), command_names(context)) for path in paths or (".",)]
    parse_filters(filters)
    request = AppRequest(
        python=python,
        timeout=timeout,
        workers=workers,
        trust=trust,
        filters=filters,
        failed=failed,
        theme=theme,
        inventory=tuple(map(_absolute, inventory)),
        poll=poll,
    )
    return open_app(places, request)


def _absolute(path: str) -> str:
    from panther_engine import is_kept_name

    return path if is_kept_name(path) else str(Path.cwd() / path)


@click.command(short_help="Open the app on a copy of ten broken policies.")
def demo() -> int:
    """Copy the triage example to a temporary folder and open the app there."""
    from panther_engine import Place
    from panther_tui.app.app_request import AppRequest
    from panther_tui.app.start import open_app
    from panther_tui.cli.app.demo import copy_triage, find_triage

    triage = find_triage()
    if triage is None:
        raise click.ClickException("the examples are not installed with this panther-tui")
    copy = copy_triage(triage)
    click.echo(f"This is a copy to break and mend: {copy}", err=True)
    return open_app([Place(copy)], AppRequest())
