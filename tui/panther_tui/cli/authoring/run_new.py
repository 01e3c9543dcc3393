"""`panther-tui new`: writes the two files of a new policy without asking questions."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from panther_engine import NewPolicy, clean_line, new_policy
from panther_tui.cli.streams import say


def run_new(policy: NewPolicy, folder: str, here: Path) -> int:
    """Write the pair and say where it is. Raises NewPolicyError and OSError."""
    made = new_policy(policy, here, folder)
    say(f"{clean_line(made.id)}\n")
    for file in (made.spec, made.body):
        say(f"  {clean_line(os.path.relpath(file, here))}\n")
    return 0


def read_reports(pairs: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Frameworks with their sections from `CIS=1.2`. Raises ValueError for what is no pair."""
    reports: dict[str, list[str]] = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator or not key.strip() or not value.strip():
            raise ValueError(f"{pair} is no report: write it as CIS=1.2")
        reports.setdefault(key.strip(), []).append(value.strip())
    return tuple((key, tuple(values)) for key, values in reports.items())
