"""The options of `types` and `new`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from panther_tui.cli.options import format_option


@click.command(short_help="Tell the fields of a resource type, with an example.")
@click.argument("name", required=False, default="")
@format_option("text", "json")
def types(name: str, format_name: Literal["text", "json"]) -> int:
    """Tell the fields of the resource type NAME, what they mean and which can be null.

    Without NAME all types are listed. `AWS.` can be left out.
    """
    from panther_tui.cli.authoring.run_types import run_types

    return run_types(name, format_name)


@click.command(short_help="Write the two files of a new policy.")
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
@click.option(
    "--field",
    metavar="NAME",
    default=None,
    help="What its first tests differ in: `Versioning`, `not Public`, `A.State = on`; or empty.",
)
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
    field: str | None,
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
