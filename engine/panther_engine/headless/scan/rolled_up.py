"""Counts what a kept scan found by policy, resource, account, region, type, severity or cause."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from panther_engine.headless.scan.numbers import scan_number
from panther_engine.reading.repository.walk.discover import find_root
from panther_engine.report.text.paint import DOT, Paint
from panther_engine.scan.store.rollups import Count, Group, causes, counts, worst_resources
from panther_engine.scan.store.schema import open_store, store_file
from panther_engine.text.clean import clean_line

NOTHING = {
    "cause": "nothing errs",
    "resource": "no resource is kept as failing: nothing fails, or the scan is of an older version",
}
"""What to say where there is nothing to count."""


def roll_up(
    here: Path, name: str, by: str, rows: int, form: Literal["text", "json"], paint: Paint
) -> str:
    """The counts of a scan, given by number or `last`, the worst first; `rows` of them as text.

    `by` is `cause`, `resource`, or the name of a `Group` in small letters.

    Raises StoreError, and SelectionError for a scan that is not kept.
    """
    store = open_store(store_file(find_root(here)))
    try:
        number = scan_number(store, name)
        match by:
            case "cause":
                found = [
                    Count(_place(f"{one.type}: {one.message}", one.path, one.line), 0, 0, n, 0, 0)
                    for one, n in causes(store, number)
                ]
            case "resource":
                found = worst_resources(store, number)
            case _:
                found = counts(store, number, Group[by.upper()])
    finally:
        store.close()
    if form == "json":
        groups = [_group(one) for one in found]
        document = {"version": 1, "scan": str(number), "by": by, "groups": groups}
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    lines = [_line(one, of=by != "cause", paint=paint) for one in found[:rows]]
    if len(found) > rows:
        lines.append(paint.quiet(f"… {len(found) - rows:,} more"))
    return "".join(f"{line}\n" for line in lines) or f"{NOTHING.get(by, 'nothing fails or errs')}\n"


def _place(said: str, path: str, line: int) -> str:
    return f"{said}  {path}:{line}" if path else said


def _group(one: Count) -> dict[str, object]:
    return {
        "name": one.name,
        "PASS": one.passed,
        "FAIL": one.failed,
        "ERROR": one.erred,
        "suppressed": one.suppressed,
        "unverified": one.unverified,
        "ignored": one.ignored,
    }


def count_words(one: Count) -> str:
    """`12 fail · 3 err · 1 suppressed`; empty if all pass."""
    parts = (
        (one.failed, "fail"),
        (one.erred, "err"),
        (one.suppressed, "suppressed"),
        (one.ignored, "ignored"),
        (one.unverified, "unverified"),
    )
    return f" {DOT} ".join(f"{number:,} {word}" for number, word in parts if number)


def _line(one: Count, *, of: bool, paint: Paint) -> str:
    told = count_words(one) or "all pass"
    told += f" of {one.passed + one.failed + one.erred:,}" if of else ""
    name = clean_line(one.name) or "none"
    return f"{paint.strong(name)}  {told if one.heard else paint.quiet(told)}"
