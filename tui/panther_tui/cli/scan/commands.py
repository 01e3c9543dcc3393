"""`scan` and `scans`: their options."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import click

from panther_tui.cli.options import (
    format_option,
    python_option,
    timeout_option,
    trust_option,
    workers_option,
)

GROUPS = ("policy", "resource", "account", "region", "type", "severity", "cause")
"""What `scans --by` counts by."""
SEVERITIES = ("info", "low", "medium", "high", "critical", "never")
EXPORTS = ".html, .csv, .json, .jsonl, .sarif, .ocsf.jsonl or .xml (JUnit)"
"""Ends of names that `--export` knows, for people."""


@click.command(short_help="Judge real resources with the policies, and say what changed.")
@click.argument("inventory", metavar="INVENTORY...", nargs=-1, required=True)
@click.option(
    "--policies", metavar="PATH", multiple=True, help="Only policies here [all of the checkout]."
)
@click.option("--filter", "filters", metavar="KEY=VALUE", multiple=True, help="As in `test`.")
@click.option("--all", "disabled", is_flag=True, help="Policies that are not enabled too.")
@click.option("--partial", is_flag=True, help="INVENTORY is a part: what is not in it is not gone.")
@click.option(
    "--keep-inventory", is_flag=True, help="Keep INVENTORY too, to be scanned again as scan:ID."
)
@click.option("--plan", is_flag=True, help="Only say what would be evaluated, and what it takes.")
@click.option("--resume", is_flag=True, help="Go on from the scan that was interrupted.")
@click.option(
    "--since", metavar="last|ID", default="", help="Tell each change since that scan, and why."
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="info",
    show_default=True,
    help="Exit with 1 if a policy of this severity or above fails or errs.",
)
@click.option(
    "--rows",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="Resources that are named of each policy.",
)
@click.option(
    "--export",
    "exports",
    metavar="FILE",
    multiple=True,
    help=f"Write what fails, errs or is unverified; FILE ends with {EXPORTS}.",
)
@click.option(
    "--mapping",
    "mappings",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Read another shape as FILE says; AWS Config's needs none. See docs/mappings.md.",
)
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Ignore the results that are in FILE; see docs/scan.md.",
)
@click.option("--extend-baseline", is_flag=True, help="Add what is found to the baseline.")
@click.option("--no-ignores", is_flag=True, help="Ignore nothing, whatever the files say.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, and only the last line.")
@click.option(
    "--cluster",
    "processes",
    metavar="N",
    type=click.IntRange(1),
    help="Judge in N processes of a Dask cluster on this machine.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Judge on the Dask cluster of this scheduler; see docs/scan-at-scale.md.",
)
@click.option(
    "--exchange",
    metavar="FOLDER",
    help="Where the machines of a cluster find work and leave results: a path, or s3://… and such.",
)
@click.option(
    "--shard",
    metavar="N",
    type=click.IntRange(1),
    help="Resources that a cluster judges at a time, at most.",
)
@format_option("text", "json")
@timeout_option
@workers_option
@python_option
@trust_option
def scan(
    inventory: tuple[str, ...],
    policies: tuple[str, ...],
    filters: tuple[str, ...],
    disabled: bool,
    partial: bool,
    keep_inventory: bool,
    plan: bool,
    resume: bool,
    since: str,
    fail_on: str,
    rows: int,
    exports: tuple[str, ...],
    mappings: tuple[Path, ...],
    baseline: Path | None,
    extend_baseline: bool,
    no_ignores: bool,
    quiet: bool,
    processes: int | None,
    scheduler: str | None,
    exchange: str | None,
    shard: int | None,
    format_name: Literal["text", "json"],
    timeout: float | None,
    workers: int | None,
    python: str | None,
    trust: bool | None,
) -> int:
    """Judge the resources in INVENTORY with the enabled policies of their types.

    INVENTORY is a file, a folder, a glob, `-` for standard input, or `scan:ID` for one that a scan
    kept: documents as Panther's console copies them, answers of its API, rows of
    `resource_history`; JSON, JSON lines or CSV, also gzipped. What is found is kept for this user,
    and the next scan says what changed.
    """
    from panther_tui.cli.scan.run_scan import ScanCall, run_scan

    if extend_baseline and (baseline is None or no_ignores):
        raise click.UsageError("--extend-baseline adds to a --baseline, with ignores in force")
    cluster = None
    if scheduler is not None or processes is not None:
        from panther_engine import Cluster

        if scheduler is not None and processes is not None:
            raise click.UsageError("--cluster makes a cluster of its own: leave --scheduler out")
        if resume:
            raise click.UsageError(
                "--resume is of this machine's scans; --exchange keeps a cluster's"
            )
        cluster = Cluster(scheduler or "", processes or 1, exchange or "", python=python)
        cluster = cluster if shard is None else replace(cluster, resources=shard)
    elif exchange is not None or shard is not None:
        raise click.UsageError("--exchange and --shard are of --cluster or --scheduler")
    call = ScanCall(
        inventory=inventory,
        policies=policies,
        filters=filters,
        disabled=disabled,
        partial=partial,
        keep_inventory=keep_inventory,
        fail_on=fail_on,
        rows=rows,
        exports=tuple(map(Path, exports)),
        quiet=quiet,
        format_name=format_name,
        timeout=timeout,
        workers=workers,
        python=python,
        trust=trust,
        no_ignores=no_ignores,
        baseline=baseline,
        extend_baseline=extend_baseline,
        cluster=cluster,
        mappings=mappings,
        resume=resume,
        since=since,
    )
    return run_scan(call, Path.cwd(), plan)


@click.command(short_help="List the scans that are kept, compare two, or forget old ones.")
@click.argument("compared", metavar="[BEFORE [AFTER]]", nargs=-1)
@click.option("--keep", type=click.IntRange(0), help="Forget all but the newest so many.")
@click.option(
    "--by",
    type=click.Choice(GROUPS),
    help="Count what scan BEFORE [the last] found by this, the worst first.",
)
@click.option(
    "--rows",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="Lines that --by prints.",
)
@click.option(
    "--export",
    "exports",
    metavar="FILE",
    multiple=True,
    help=f"Write what scan BEFORE [the last] found; FILE ends with {EXPORTS}.",
)
@format_option("text", "json")
def scans(
    compared: tuple[str, ...],
    keep: int | None,
    by: str | None,
    rows: int,
    exports: tuple[str, ...],
    format_name: Literal["text", "json"],
) -> int:
    """List the scans of this checkout, or tell what changed from scan BEFORE to AFTER, and why.

    AFTER is the last scan unless it is named.
    """
    from panther_tui.cli.scan.run_scans import run_by, run_scans

    if len(compared) > 2:
        raise click.UsageError("two scans are compared: BEFORE and AFTER")
    if exports and (len(compared) > 1 or keep is not None):
        what = "a second scan" if keep is None else "`--keep`"
        raise click.UsageError(f"`--export` writes one scan: leave {what} out")
    if by is not None:
        if exports or keep is not None or len(compared) > 1:
            raise click.UsageError("`--by` counts one scan: leave all else out")
        return run_by(Path.cwd(), (*compared, "last")[0], by, rows, format_name)
    return run_scans(Path.cwd(), compared, keep, tuple(map(Path, exports)), format_name)


@click.command(short_help="Tell which sections of frameworks policies cover, and what scans say.")
@click.argument("names", metavar="[REPORT]...", nargs=-1)
@click.option("-v", "--verbose", is_flag=True, help="Name the policies of each section.")
@format_option("text", "json")
def reports(names: tuple[str, ...], verbose: bool, format_name: Literal["text", "json"]) -> int:
    """Tell of each report that specs name, such as CIS, which sections are covered and by what.

    With the policies' tests, and what the last scan says of them. Sections that nothing covers are
    told where there is a list: docs/scan.md says how to give one.
    """
    from panther_tui.cli.scan.run_reports import run_reports

    return run_reports(Path.cwd(), names, format_name, verbose)
