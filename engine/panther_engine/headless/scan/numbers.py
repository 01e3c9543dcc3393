"""Finds the scan that the user names."""

from __future__ import annotations

from collections.abc import Sequence

from panther_engine.reading.selection.targets import SelectionError


def scan_number(name: str, known: Sequence[int]) -> int:
    """The scan that a number or `last` names. Raises SelectionError if it is not among `known`."""
    if name == "last" and known:
        return known[0]
    if name.isdigit() and int(name) in known:
        return int(name)
    there = ", ".join(map(str, known)) or "none"
    raise SelectionError(f"there is no scan {name}: {there} are kept, or `last`")
