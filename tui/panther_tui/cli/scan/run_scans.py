"""`panther-tui scans`: former scans listed, compared and forgotten."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from panther_engine import (
    Paint,
    check_exports,
    compare_scans,
    export_kept,
    forget_scans,
    list_scans,
    roll_up,
)
from panther_tui.cli.streams import say, say_document, wants_colour, warn


def run_scans(
    here: Path,
    compared: Sequence[str],
    keep: int | None,
    exports: Sequence[Path],
    form: Literal["text", "json"],
) -> int:
    """Do what is asked for; returns the exit code.

    Raises SelectionError, StoreError, UnknownExportError, OSError.
    """
    if exports:
        check_exports(exports)
        for told in export_kept(here, compared[0] if compared else "last", exports):
            warn(told)
        return 0
    if keep is not None:
        forget_scans(here, keep)
    paint = Paint(wants_colour(sys.stdout))
    if compared:
        text = compare_scans(here, compared[0], (*compared, "last")[1], form, paint)
    else:
        text = list_scans(here, form, paint)
    (say_document if form == "json" else say)(text)
    return 0


def run_by(here: Path, name: str, by: str, rows: int, form: Literal["text", "json"]) -> int:
    """Count what a scan found; returns the exit code. Raises SelectionError, StoreError."""
    text = roll_up(here, name, by, rows, form, Paint(wants_colour(sys.stdout)))
    (say_document if form == "json" else say)(text)
    return 0
