"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

python_option = click.option(
    "--python",
    metavar="EXE",
    help="The Python that runs the policies, or its environment [the repository's].",
)
timeout_option = click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(0, 86_400, min_open=True),
    help="Limit of a test's time [10].",
)
workers_option = click.option(
    "--workers", metavar="N", type=click.IntRange(1), help="Processes at once [one per core]."
)
trust_option = click.option(
    "--trust/--no-trust",
    default=None,
    help="Let the checkout's own settings reach further than yours, this time [as remembered].",
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Only the last line.")


def format_option(*names: str) -> Callable[[Command], Command]:
    """`--format`, as the argument `format_name`; the names are those the command can report in."""
    return click.option(
        "--format",
        "format_name",
        type=click.Choice(names),
        default="text",
        show_default=True,
        help="How to report.",
    )
