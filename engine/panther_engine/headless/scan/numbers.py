"""Finds the scan that the user names."""

from __future__ import annotations

import sqlite3

from panther_engine.reading.selection.targets import SelectionError
from panther_engine.scan.store.rollups import scans


def scan_number(store: sqlite3.Connection, name: str) -> int:
    """The scan that a number or `last` names. Raises SelectionError if it is not kept whole."""
    known = [one.number for one in scans(store) if one.state == "complete"]
    if name == "last" and known:
        return known[0]
    if name.isdigit() and int(name) in known:
        return int(name)
    there = ", ".join(map(str, known)) or "none"
    raise SelectionError(f"there is no scan {name}: {there} are kept, or `last`")
