"""The command line. Before a command runs, only click and the standard library are imported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

import panther_tui
from panther_tui.cli.command_group import APP, AppCommand, Commands

if TYPE_CHECKING:
    from panther_engine import Place
    from panther_tui.app.app_request import AppRequest

USAGE_ERROR = 2
INTERRUPTED = 130

EPILOG = """\
Exit codes: 0 all passed, 1 a test failed or a spec is invalid, 2 wrong usage or nothing to do,
130 interrupted."""


TIMEOUT = click.FloatRange(0, 86_400, min_open=True)


@click.group(
    cls=Commands,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Test Panther cloud policies while you write them.

    Without a command the app opens on the repository that holds PATH, or the current directory,
    with the cursor at PATH.
    """,
)
@click.version_option(panther_tui.__version__, "-V", "--version", message="panther-tui %(version)s")
def commands() -> None:
    """Take the options that belong to no command."""


@commands.command(APP, hidden=True, cls=AppCommand)
@click.argument("paths", nargs=-1)
@click.option(
    "--python",
    metavar="EXE",
    help="The Python that runs the policies, or its environment [the repository's].",
)
@click.option("--timeout", metavar="SECONDS", type=TIMEOUT, help="Limit of a test's time [10].")
@click.option(
    "--workers", metavar="N", type=click.IntRange(1), help="Processes at once [one per core]."
)
@click.option(
    "--filter",
    "filters",
    metavar="KEY=VALUE",
    multiple=True,
    help="Begin with this filter on the policies; all must hold.",
)
@click.option("--failed", is_flag=True, help="Begin with only failures on the list.")
@click.option("--theme", metavar="NAME", help="The colours, for this time.")
@click.option("--poll", is_flag=True, help="Look for changes on the disk instead of being told.")
def app(
    paths: tuple[str, ...],
    python: str | None,
    timeout: float | None,
    workers: int | None,
    filters: tuple[str, ...],
    failed: bool,
    theme: str | None,
    poll: bool,
) -> int:
    """Open the app on the checkout that holds PATH, with the cursor there."""
    from panther_engine import locate, parse_filters
    from panther_tui.app.app_request import AppRequest

    places = [locate(path, Path.cwd(), commands.commands) for path in paths or (".",)]
    parse_filters(filters)
    request = AppRequest(
        python=python,
        timeout=timeout,
        workers=workers,
        filters=filters,
        failed=failed,
        theme=theme,
        poll=poll,
    )
    return _open(places, request)


@commands.command(short_help="Run unit tests without a screen.")
@click.argument("paths", metavar="[PATH[:LINE]]...", nargs=-1)
@click.option(
    "--filter",
    "filters",
    metavar="KEY=VALUE",
    multiple=True,
    help="Only policies whose spec has it; also KEY!=VALUE and KEY=A,B. All filters must hold.",
)
@click.option(
    "--name",
    "names",
    metavar="TEXT",
    multiple=True,
    help="Only tests with TEXT in their name, whatever its case.",
)
@click.option(
    "--test", "tests", metavar="NAME", multiple=True, help="Only tests of exactly this name."
)
@click.option("--failed", is_flag=True, help="Only tests that failed when they last ran.")
@click.option(
    "--minimum-tests",
    metavar="N",
    type=click.IntRange(0),
    help="Fail policies with fewer tests; from 2 on, both results must be expected.",
)
@click.option(
    "--skip-disabled/--no-skip-disabled",
    default=None,
    help="Leave out policies with `Enabled: false`.",
)
@click.option(
    "--available-destination",
    "destinations",
    metavar="NAME",
    multiple=True,
    help="A name that `destinations` may return; without any, all names are fine.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "junit", "github"]),
    default="text",
    show_default=True,
    help="How to report.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the report to FILE, and print it as text.",
)
@click.option(
    "--coverage",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write which lines the tests reach to FILE: .json, or .info or .lcov for LCOV.",
)
@click.option(
    "--workers", metavar="N", type=click.IntRange(1), help="Processes at once [one per core]."
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=TIMEOUT,
    help="Limit of a test's time [10].",
)
@click.option(
    "--memory", metavar="MIB", type=click.IntRange(0), help="Limit of memory, 0 for none [2048]."
)
@click.option("--network/--no-network", default=None, help="Let policies use the network [no].")
@click.option(
    "--python",
    metavar="EXE",
    help="The Python that runs the policies, or its environment [the repository's].",
)
@click.option("--watch", is_flag=True, help="Go on: run what each change affects, until ctrl+c.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first failure.")
@click.option("--allow-empty", is_flag=True, help="Nothing to test is exit code 0, for hooks.")
@click.option("-q", "--quiet", is_flag=True, help="Only the last line.")
@click.option("-v", "--verbose", is_flag=True, help="Passes and the slowest tests too.")
def test(
    paths: tuple[str, ...],
    filters: tuple[str, ...],
    names: tuple[str, ...],
    tests: tuple[str, ...],
    failed: bool,
    minimum_tests: int | None,
    skip_disabled: bool | None,
    destinations: tuple[str, ...],
    format_name: Literal["text", "json", "junit", "github"],
    output: Path | None,
    coverage: Path | None,
    workers: int | None,
    timeout: float | None,
    memory: int | None,
    network: bool | None,
    python: str | None,
    watch: bool,
    fail_fast: bool,
    allow_empty: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Run the unit tests of the policies in PATH.

    PATH is a directory, a spec, a body or a global (then: every policy that it affects), by
    default the current directory. PATH:LINE is the test of a spec that holds the line. Other
    files are passed over and counted.
    """
    from panther_engine import RunRequest
    from panther_tui.cli.test.run_tests import TestRequest, run_tests

    if watch and (format_name != "text" or output is not None):
        raise click.UsageError("--watch prints text as it goes; it takes no --format or --output")
    output = None if output == Path("-") else output
    if output is not None and (output.is_dir() or not output.absolute().parent.is_dir()):
        raise click.BadParameter(f"{output} cannot be written to", param_hint="--output")
    if coverage is not None:
        from panther_tui.cli.test.run_coverage import check_coverage_file

        if watch or failed:
            raise click.UsageError("--coverage is of one whole run: without --watch and --failed")
        check_coverage_file(coverage)
    request = TestRequest(
        Path.cwd(),
        RunRequest(paths, filters, names, tests, failed, skip_disabled),
        minimum_tests=minimum_tests,
        destinations=destinations,
        format=format_name,
        output=output,
        workers=workers,
        timeout=timeout,
        memory=memory,
        network=network,
        python=python,
        fail_fast=fail_fast,
        allow_empty=allow_empty,
        watch=watch,
        verbosity=-1 if quiet else int(verbose),
        coverage=coverage,
    )
    return run_tests(request)


@commands.command(short_help="Find faults in specs and bodies without running any code.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to report.",
)
@click.option("--allow-empty", is_flag=True, help="Nothing to check is exit code 0, for hooks.")
@click.option("--fix", is_flag=True, help="Mend what needs nobody's decision, then check.")
@click.option("--diff", is_flag=True, help="With --fix: only show what would change.")
@click.option("-q", "--quiet", is_flag=True, help="Only the last line.")
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
    from panther_tui.cli.run_check import run_check

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


@commands.command(short_help="Tell why tests got their verdicts, and what would turn them.")
@click.argument("paths", metavar="PATH[:LINE]...", nargs=-1)
@click.option(
    "--test", "name", metavar="NAME", help="Only tests of this name, or with it in theirs."
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to report.",
)
@click.option("--python", metavar="EXE", help="The Python that runs the policies.")
def explain(
    paths: tuple[str, ...],
    name: str | None,
    format_name: Literal["text", "json"],
    python: str | None,
) -> int:
    """Tell which line decided each test in PATH, by which values, and what would turn the verdict.

    PATH is a directory, a spec or a body; PATH:LINE is the test of a spec that holds the line.
    """
    from panther_tui.cli.insight.insight_request import InsightRequest
    from panther_tui.cli.insight.run_explain import run_explain

    return run_explain(InsightRequest(paths, name, python), Path.cwd(), format_name)


@commands.command(short_help="Find the fields that make a policy raise when they are null.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--fail", is_flag=True, help="Exit with 1 if a policy raises.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to report.",
)
@click.option("--python", metavar="EXE", help="The Python that runs the policies.")
def probe(
    paths: tuple[str, ...],
    fail: bool,
    format_name: Literal["text", "json", "github"],
    python: str | None,
) -> int:
    """Find fields that make a policy in PATH raise when they are null.

    Of each resource Panther sends all top-level keys, but many of them may be null. Tried is each
    such field that a policy reads in its tests.
    """
    from panther_tui.cli.insight.insight_request import InsightRequest
    from panther_tui.cli.insight.run_probe import run_probe

    return run_probe(InsightRequest(paths, python=python), Path.cwd(), format_name, fail)


@commands.command(short_help="Find what no test pins down.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "--minimum",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    help="Exit with 1 if less of a policy is pinned down.",
)
@click.option("--suggest", is_flag=True, help="Look for tests that would notice.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to report.",
)
@click.option("--python", metavar="EXE", help="The Python that runs the policies.")
def mutants(
    paths: tuple[str, ...],
    minimum: float | None,
    suggest: bool,
    format_name: Literal["text", "json"],
    python: str | None,
) -> int:
    """Find small changes of the bodies in PATH that no test notices.

    A comment `# not pinned: reason` on a line of a body sets what is found there aside.
    """
    from panther_tui.cli.insight.insight_request import InsightRequest
    from panther_tui.cli.insight.run_mutants import run_mutants

    request = InsightRequest(paths, python=python)
    return run_mutants(request, Path.cwd(), format_name, minimum, suggest)


@commands.command(short_help="Run one test in pdb.")
@click.argument("path", metavar="PATH[:LINE]")
@click.option("--test", "name", metavar="NAME", help="The test's name, or a part of it.")
@click.option("--wait", is_flag=True, hidden=True)  # for the app, which takes the screen back
@click.option("--python", metavar="EXE", help="The Python that runs the policy.")
def debug(path: str, name: str | None, python: str | None, wait: bool) -> int:
    """Run one test in pdb, stopped at the first line of `policy`.

    It runs with the same globals, Mocks and environment as ever, and without a limit of time.
    """
    from panther_tui.cli.insight.insight_request import InsightRequest
    from panther_tui.cli.insight.run_debug import run_debug, wait_for_enter

    code = run_debug(InsightRequest((path,), name, python), Path.cwd())
    if not wait:
        return code
    wait_for_enter()
    return 0


@commands.command(short_help="Allow a checkout's own settings to reach further.")
@click.argument("path", metavar="[PATH]", default=".")
@click.option("--yes", is_flag=True, help="Allow them without being asked.")
def trust(path: str, yes: bool) -> int:
    """Show the settings of a checkout that reach further than yours, and allow them if you say so.

    They are remembered with their values: if one changes, none of them counts until they are
    allowed again.
    """
    from panther_tui.cli.run_trust import run_trust

    return run_trust(Path(path), yes)


@commands.command(short_help="Tell the fields of a resource type, with an example.")
@click.argument("name", required=False, default="")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to report.",
)
def types(name: str, format_name: Literal["text", "json"]) -> int:
    """Tell the fields of the resource type NAME, what they mean and which can be null.

    Without NAME all types are listed. `AWS.` can be left out.
    """
    from panther_tui.cli.authoring.run_types import run_types

    return run_types(name, format_name)


@commands.command(short_help="Write the two files of a new policy.")
@click.argument("name")
@click.option("--id", "policy_id", metavar="ID", default="", help="Its ID [made from the name].")
@click.option(
    "--type", "types_", metavar="TYPE", multiple=True, help="A resource type; see `types`."
)
@click.option(
    "--severity",
    type=click.Choice(["Info", "Low", "Medium", "High", "Critical"], case_sensitive=False),
    default="Medium",
    show_default=True,
    help="How bad a failure is.",
)
@click.option("--enabled/--disabled", default=True, show_default=True, help="Whether it judges.")
@click.option("--field", metavar="NAME", default="", help="What its first tests differ in.")
@click.option("--description", metavar="TEXT", default="", help="What it checks, and why.")
@click.option("--runbook", metavar="TEXT", default="", help="What to do about a failure.")
@click.option("--reference", metavar="URL", default="", help="Where to read more.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="A label.")
@click.option("--report", "reports", metavar="KEY=VALUE", multiple=True, help="As in CIS=1.2.")
@click.option("--ignore", "ignored", metavar="PATTERN", multiple=True, help="IDs to leave out.")
@click.option("--destination", "outputs", metavar="ID", multiple=True, help="Where alerts go.")
@click.option("--folder", metavar="DIR", default="", help="Where to write [by the type].")
@click.option("--file", "filename", metavar="FILE.py", default="", help="The body [by the ID].")
def new(
    name: str,
    policy_id: str,
    types_: tuple[str, ...],
    severity: str,
    enabled: bool,
    field: str,
    description: str,
    runbook: str,
    reference: str,
    tags: tuple[str, ...],
    reports: tuple[str, ...],
    ignored: tuple[str, ...],
    outputs: tuple[str, ...],
    folder: str,
    filename: str,
) -> int:
    """Write spec and body of a policy called NAME, with a compliant and a non-compliant test.

    ID, files and folder follow the names of Panther's own policies. Nothing is written if the ID
    or a file is taken.
    """
    from panther_engine import NewPolicy
    from panther_tui.cli.authoring.run_new import read_reports, run_new

    try:
        sections = read_reports(reports)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--report") from None
    policy = NewPolicy(
        policy_id, filename, name, enabled, types_, severity.capitalize(), tags, sections,
        description, runbook, reference, ignored, outputs, field,
    )  # fmt: skip
    return run_new(policy, folder, Path.cwd())


@commands.command(short_help="Open the app on a copy of ten broken policies.")
def demo() -> int:
    """Copy the triage example to a temporary folder and open the app there."""
    from panther_engine import Place
    from panther_tui.app.app_request import AppRequest
    from panther_tui.cli.demo import copy_triage, find_triage

    triage = find_triage()
    if triage is None:
        raise click.ClickException("the examples are not installed with this panther-tui")
    copy = copy_triage(triage)
    click.echo(f"This is a copy to break and mend: {copy}", err=True)
    return _open([Place(copy)], AppRequest())


def run(args: list[str]) -> int:
    """Run a command line (without the program's name); returns the exit code."""
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


def _open(places: Sequence[Place], request: AppRequest) -> int:
    """Open the app; returns the exit code."""
    from panther_tui.app.start import open_app

    return open_app(places, request)


def _user_errors() -> tuple[type[Exception], ...]:
    """Exceptions whose message is for the user. Imported only when something was raised."""
    from panther_engine import (
        FilterError,
        InterpreterError,
        NewPolicyError,
        SelectionError,
        UnknownTypeError,
    )

    own = (SelectionError, FilterError, InterpreterError, NewPolicyError, UnknownTypeError)
    return (*own, OSError)


def _in_words(error: Exception) -> str:
    from panther_engine import clean_text

    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return clean_text(f"{place}{error.strerror}")
    return clean_text(str(error))
