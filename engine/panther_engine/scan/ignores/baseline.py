"""A baseline: what did not pass on a day, one JSON object a line, known by policy and resource.

It is only ever added to: a rewrite keeps every line as it is, those that nobody understands too,
and those of resources that are away for a while.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from panther_engine.model import Diagnostic, Level
from panther_engine.reading.storage.atomic import replace_file
from panther_engine.reading.storage.read_regular import read_regular
from panther_engine.scan.ignores.entries import Ignore
from panther_engine.scan.ignores.reading import MALFORMED, take_entry

LARGEST = 256 << 20
"""Bytes of a baseline."""
PROBLEMS = 20
"""Malformed lines that are told; the rest is counted."""

Pair = tuple[str, str]
"""IDs of a policy and of a resource."""


def read_baseline(file: Path, shown: str) -> tuple[list[Ignore], list[Diagnostic]]:
    """The entries of a baseline, and what is wrong with other lines. Raises OSError."""
    entries: list[Ignore] = []
    problems: list[Diagnostic] = []
    more = 0
    for found in _entries(read_regular(file, LARGEST), shown):
        if isinstance(found, Ignore):
            entries.append(found)
        elif len(problems) < PROBLEMS:
            problems.append(found)
        else:
            more += 1
    if more:
        text = f"{more:,} more lines are no entries"
        problems.append(Diagnostic(shown, 1, 0, Level.WARNING, MALFORMED, text))
    return entries, problems


def extend_baseline(file: Path, pairs: Iterable[Pair]) -> int:
    """Add what is not in it yet, after all that it holds; how many were added. Raises OSError."""
    try:
        held = read_regular(file, LARGEST)
        mode = stat.S_IMODE(os.stat(file).st_mode)
    except FileNotFoundError:
        held, mode = b"", 0o600
    found = _entries(held, file.name)
    known = {(one.policy, one.resource) for one in found if isinstance(one, Ignore)}
    fresh = dict.fromkeys(pair for pair in pairs if pair not in known)
    if not fresh:
        return 0
    between = b"" if not held or held.endswith(b"\n") else b"\n"
    lines = (
        json.dumps({"policy": policy, "resource": resource}, ensure_ascii=False) + "\n"
        for policy, resource in fresh
    )
    added = (line.encode("utf-8", "surrogatepass") for line in lines)
    pieces = (piece for part in ((held, between), added) for piece in part)
    replace_file(file, pieces, lambda descriptor: os.chmod(descriptor, mode))
    return len(fresh)


def _entries(content: bytes, shown: str) -> Iterator[Ignore | Diagnostic]:
    why = f"in the baseline {shown}"
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            text = "not a JSON object: nothing is ignored by it"
            hint = 'lines are {"policy": "ID", "resource": "ID"}'
            yield Diagnostic(shown, number, 0, Level.WARNING, MALFORMED, text, hint)
            continue
        yield take_entry(value, shown, number, exact=True, why=why)
