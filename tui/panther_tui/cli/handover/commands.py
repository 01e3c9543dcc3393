"""`pack` and `upload`: their options."""

from __future__ import annotations

from pathlib import Path

import click

from panther_tui.cli.options import python_option, timeout_option, trust_option, workers_option

filter_option = click.option(
    "--filter", "filters", metavar="KEY=VALUE", multiple=True, help="Only specs with this, as PAT."
)
skip_option = click.option("--skip-tests", is_flag=True, help="Do not run the tests first.")


@click.command(short_help="Write the zip that Panther's bulk uploader takes.")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("."),
    help="Where to [here].",
)
@filter_option
@skip_option
@timeout_option
@workers_option
@python_option
@trust_option
def pack(
    out: Path,
    filters: tuple[str, ...],
    skip_tests: bool,
    timeout: float | None,
    workers: int | None,
    python: str | None,
    trust: bool | None,
) -> int:
    """Run the tests, then write what PAT's `zip` would: each spec with its Python.

    The same checkout always makes the same bytes under the same name. What a server would refuse is
    said.
    """
    from panther_tui.cli.handover.run_pack import PackCall, run_pack

    call = PackCall(filters, skip_tests, timeout, workers, python, trust)
    return run_pack(call, Path.cwd(), out)


@click.command(
    short_help="Upload with your own PAT, after showing what goes.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("options", metavar="[PAT_OPTION]...", nargs=-1, type=click.UNPROCESSED)
@click.option("--pat", metavar="EXE", help="The PAT to run [the one on the PATH].")
@click.option("--yes", is_flag=True, help="Upload without being asked.")
@filter_option
@skip_option
@timeout_option
@workers_option
@python_option
@trust_option
def upload(
    options: tuple[str, ...],
    pat: str | None,
    yes: bool,
    filters: tuple[str, ...],
    skip_tests: bool,
    timeout: float | None,
    workers: int | None,
    python: str | None,
    trust: bool | None,
) -> int:
    """Run the tests, show what goes, ask, then run `panther_analysis_tool upload`.

    PAT_OPTION is handed to PAT, such as `--batch`; it takes its token from where it always does.
    """
    from panther_tui.cli.handover.run_pack import PackCall
    from panther_tui.cli.handover.run_upload import run_upload

    call = PackCall(filters, skip_tests, timeout, workers, python, trust)
    return run_upload(call, Path.cwd(), pat, options, yes)
