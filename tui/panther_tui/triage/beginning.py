"""How the screen begins, as the command line asked for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Beginning:
    """How the screen begins."""

    places: tuple[str, ...] = ()
    """Where the cursor goes: the first of these that a policy has, `path` or `path:line`."""
    query: str = ""
    """The filter of the policies."""
    failed: bool = False
    """List only failures when the first run is over."""
