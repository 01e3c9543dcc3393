"""What the status bar says of how one works at the moment: a word for everything switched on."""

from __future__ import annotations

from dataclasses import dataclass

from panther_tui.terminal.safe_text import printable
from panther_tui.views.line import Pieces

NAME_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Mode:
    """What is switched on."""

    paused: bool = False
    """The user paused; a pinned policy alone does not count."""
    pinned: str = ""
    """The name of the policy that alone runs on a change."""
    following: bool = False
    only_failures: bool = False
    triage: str = ""
    """The walk's counter."""
    remembered: bool = False
    """Some results are of an earlier session and not yet verified."""
    note: str = ""
    """What the screen did by itself, until the next change."""


def badges(mode: Mode, *, short: bool = False) -> list[Pieces]:
    """A word for each thing that is switched on; `short` leaves names out."""
    name = "" if short else f" {printable(mode.pinned, NAME_LIMIT)}"
    words = (
        (mode.triage, f"triage {mode.triage}", "key bold"),
        (mode.pinned, f"pinned{name}", "warning bold"),
        (mode.only_failures, "only failures", "warning bold"),
        (mode.following, "following", "key"),
        (mode.remembered, "remembered", "stale"),
    )
    return [((text, token),) for on, text, token in words if on]


def note_of(mode: Mode) -> Pieces:
    """What the screen did by itself."""
    return ((printable(mode.note, 200), "key"),) if mode.note else ()
