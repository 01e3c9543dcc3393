"""Lists, compares and forgets the scans of a checkout that are kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from panther_engine.headless.scan.changes import change_json, change_lines
from panther_engine.headless.scan.numbers import scan_number
from panther_engine.reading.repository.walk.discover import find_root
from panther_engine.report.text.paint import DOT, Paint
from panther_engine.report.text.words import count_of
from panther_engine.scan.inventory.kept import forget_inventories, kept_inventories
from panther_engine.scan.store.compare import changed
from panther_engine.scan.store.forget import forget_before
from panther_engine.scan.store.interrupted import found_by_then
from panther_engine.scan.store.rollups import Group, Scan, counts, scans
from panther_engine.scan.store.schema import open_store, store_file
from panther_engine.text.clean import clean_line

INTERRUPTED = "interrupted"
FormerFormat = Literal["text", "json"]


def list_scans(here: Path, form: FormerFormat, paint: Paint) -> str:
    """The scans of the checkout that holds `here`, the newest first. Raises StoreError."""
    file = store_file(find_root(here))
    inventories = kept_inventories(file)
    store = open_store(file)
    try:
        kept = []
        for one in scans(store):
            by_severity = counts(store, one.number, Group.SEVERITY)
            failed = sum(count.failed for count in by_severity)
            erred = sum(count.erred for count in by_severity)
            ignored = sum(count.ignored for count in by_severity)
            if one.state == INTERRUPTED:
                failed, erred = found_by_then(store, one.number)
            kept.append((one, failed, erred, ignored, one.number in inventories))
    finally:
        store.close()
    if form == "json":
        return json.dumps({"version": 1, "scans": [_scan(*one) for one in kept]}, indent=2) + "\n"
    if not kept:
        return "no scan is kept yet: `panther-tui scan INVENTORY` makes one\n"
    return "".join(f"{_line(*one, paint)}\n" for one in kept)


def compare_scans(here: Path, before: str, after: str, form: FormerFormat, paint: Paint) -> str:
    """What changed between two scans, given by number or `last`.

    Raises StoreError, and SelectionError for a scan that is not kept.
    """
    store = open_store(store_file(find_root(here)))
    try:
        first, second = scan_number(store, before), scan_number(store, after)
        moved = list(changed(store, min(first, second), max(first, second)))
    finally:
        store.close()
    if form == "json":
        document = {
            "version": 1,
            "before": min(first, second),
            "after": max(first, second),
            "changes": [change_json(one) for one in moved],
        }
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return "".join(f"{line}\n" for line in change_lines(moved, paint)) or "nothing changed\n"


def forget_scans(here: Path, keep: int) -> int:
    """Forget all but the newest so many scans; how many are kept then. Raises StoreError."""
    file = store_file(find_root(here))
    store = open_store(file)
    try:
        known = [one.number for one in scans(store)]
        store.execute("BEGIN IMMEDIATE")
        forget_before(
            store, known[keep - 1] if 0 < keep <= len(known) else 1 + max(known, default=0)
        )
        store.execute("COMMIT")
        store.execute("VACUUM")
        left = {one.number for one in scans(store)}
        forget_inventories(file, left)
        return len(left)
    finally:
        store.close()


def _scan(one: Scan, failed: int, erred: int, ignored: int, inventory: bool) -> dict[str, object]:
    return {
        "id": str(one.number),
        "started": one.started,
        "state": one.state,
        "scope": one.scope,
        "resources": one.resources,
        "passed_over": one.passed_over,
        "FAIL": failed,
        "ERROR": erred,
        "seconds": round(one.seconds, 3),
        "ignored": ignored,
        "inventory_kept": inventory,
    }


def _line(one: Scan, failed: int, erred: int, ignored: int, inventory: bool, paint: Paint) -> str:
    told = f"{count_of(one.resources, 'resource')} {DOT} {failed:,} FAIL {DOT} {erred:,} ERROR"
    told += f" {DOT} {ignored:,} ignored" if ignored else ""
    told += f" {DOT} kept as scan:{one.number}" if inventory else ""
    state = "" if one.state == "complete" else f"  {paint.warn(one.state)}"
    if one.state == INTERRUPTED:
        state += paint.quiet("; `scan --resume` goes on")
    scope = f"  {paint.quiet(clean_line(one.scope))}" if one.scope else ""
    return f"{one.number:>4}  {one.started}  {told}{state}{scope}"
