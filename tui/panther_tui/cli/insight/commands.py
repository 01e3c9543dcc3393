"""The options of `explain`, `probe`, `mutants` and `debug`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from panther_tui.cli.options import format_option, python_option, trust_option


@click.command(short_help="Tell why tests got their verdicts, and what would turn them.")
@click.argument("paths", metavar="PATH[:LINE]...", nargs=-1)
@click.option(
    "--test", "name", metavar="NAME", help="Only tests of this name, or with it in theirs."
)
@format_option("text", "json")
@python_option
@trust_option
def explain(
    paths: tuple[str, ...],
    name: str | None,
    format_name: Literal["text", "json"],
    python: str | None,
    trust: bool | None,
) -> int:
    """Tell which line decided each test in PATH, by which values, and what would turn the verdict.

    PATH is a directory, a spec or a body; PATH:LINE is the test of a spec that holds the line.
    """
    from panther_tui.cli.insight.insight_request import InsightRequest
    from panther_tui.cli.insight.run_explain import run_explain

    return run_explain(InsightRequest(paths, name, python, trust=trust), Path.cwd(), format_name)


@click.command(short_help="Find the fields that make a policy raise when they are null.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--fail", is_flag=True, help="Exit with 1 if a policy raises.")
@format_option("text", "json", "github")
@python_option
@trust_option
def probe(
    paths: tuple[str, ...],
    fail: bool,
    format_name: Literal["text", "json", "github"],
    python: str | None,
    trust: bool | None,
) -> int:
    """Find fields that make a policy in PATH raise when they are null.

    Of each resource Panther sends all top-level keys, but many of them may be null. Tried is each
    such field that a policy reads in its tests.
    """
    from panther_tui.cli.insight.insight_request import InsightRequest
    from panther_tui.cli.insight.run_probe import run_probe

    return run_probe(
        InsightRequest(paths, python=python, trust=trust), Path.cwd(), format_name, fail
    )


@click.command(short_help="Find what no test pins down.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "--minimum",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    help="Exit with 1 if less of a policy is pinned down.",
)
@click.option("--suggest", is_flag=True, help="Look for tests that would notice.")
@format_option("text", "json")
@python_option
@trust_option
def mutants(
    paths: tuple[str, ...],
    minimum: float | None,
    suggest: bool,
    format_name: Literal["text", "json"],
    python: str | None,
    trust: bool | None,
) -> int:
    """Find small changes of the bodies in PATH that no test notices.

    A comment `# not pinned: reason` on a line of a body sets what is found there aside.
    """
    from panther_tui.cli.insight.insight_request import InsightRequest
    from panther_tui.cli.insight.run_mutants import run_mutants

    request = InsightRequest(paths, python=python, trust=trust)
    return run_mutants(request, Path.cwd(), format_name, minimum, suggest)


@click.command(short_help="Run one test in pdb.")
@click.argument("path", metavar="PATH[:LINE]")
@click.option("--test", "name", metavar="NAME", help="The test's name, or a part of it.")
@click.option("--wait", is_flag=True, hidden=True)  # for the app, which takes the screen back
@python_option
@trust_option
def debug(path: str, name: str | None, python: str | None, trust: bool | None, wait: bool) -> int:
    """Run one test in pdb, stopped at the first line of `policy`.

    It runs with the same globals, Mocks and environment as ever, and without a limit of time.
    """
    from panther_tui.cli.insight.insight_request import InsightRequest
    from panther_tui.cli.insight.run_debug import run_debug, wait_for_enter

    code = run_debug(InsightRequest((path,), name, python, trust=trust), Path.cwd())
    if not wait:
        return code
    wait_for_enter()
    return 0
