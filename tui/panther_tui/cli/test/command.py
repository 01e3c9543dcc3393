"""The options of `panther-tui test`, and how they combine."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from panther_tui.cli.options import (
    format_option,
    python_option,
    quiet_option,
    timeout_option,
    trust_option,
    workers_option,
)


@click.command(short_help="Run unit tests without a screen.")
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
@format_option("text", "json", "junit", "github")
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
@workers_option
@timeout_option
@click.option(
    "--memory", metavar="MIB", type=click.IntRange(0), help="Limit of memory, 0 for none [2048]."
)
@click.option("--network/--no-network", default=None, help="Let policies use the network [no].")
@python_option
@trust_option
@click.option("--watch", is_flag=True, help="Go on: run what each change affects, until ctrl+c.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first failure.")
@click.option("--allow-empty", is_flag=True, help="Nothing to test is exit code 0, for hooks.")
@quiet_option
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
    trust: bool | None,
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
        trust=trust,
        fail_fast=fail_fast,
        allow_empty=allow_empty,
        watch=watch,
        verbosity=-1 if quiet else int(verbose),
        coverage=coverage,
    )
    return run_tests(request)
