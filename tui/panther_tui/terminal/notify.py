"""Notifies the user when the tests turn red or green, and not on every run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum

from panther_engine.state import State, Totals

BELL = "\a"

_OSC_777 = ("foot", "rxvt")
"""Terminals, by the start of `TERM`, that know OSC 777 and not OSC 9."""


class Turn(StrEnum):
    """What changed between two settled states."""

    RED = "red"
    GREEN = "green"


def is_settled(state: State) -> bool:
    """Whether the totals tell all: nothing runs and no result is older than its files."""
    return not state.running and not state.totals.stale


def turn(before: Totals, after: Totals) -> Turn | None:
    """What turned between the last settled state and this one; None if nothing did.

    A state without any result is neither red nor green, so the first run is never a turn.
    """
    was, now = _colour(before), _colour(after)
    return now if was and now and was is not now else None


def _colour(totals: Totals) -> Turn | None:
    if totals.failed or totals.errored or totals.invalid:
        return Turn.RED
    return Turn.GREEN if totals.passed else None


def signal_text(
    how: str,
    turned: Turn,
    totals: Totals,
    repository: str,
    environment: Mapping[str, str] = os.environ,
) -> str:
    """What to write to the terminal. `how` is the setting `notify`: `off`, `bell` or `desktop`.

    Inside tmux a notification is passed on to the terminal around it, with a bell for tmux itself.
    """
    if how == "bell":
        return BELL
    if how != "desktop":
        return ""
    title = _plain(repository) or "panther-tui"
    message = _summary(turned, totals)
    if environment.get("TERM", "").startswith(_OSC_777):
        sequence = f"\x1b]777;notify;{title};{message}\x1b\\"
    else:
        sequence = f"\x1b]9;{title}: {message}\x1b\\"
    if environment.get("TMUX"):
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\" + BELL
    return sequence


def _summary(turned: Turn, totals: Totals) -> str:
    if turned is Turn.GREEN:
        return f"all {totals.passed} tests pass"
    counts = {"failed": totals.failed, "errored": totals.errored, "invalid": totals.invalid}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count)


def _plain(text: str) -> str:
    """Text that can neither end the sequence nor be taken for its parts.

    A leading digit would make some terminals read OSC 9 as a command of another kind.
    """
    kept = "".join(c for c in text if c.isprintable() and c != ";")[:60]
    return f"repository {kept}" if kept[:1].isdigit() else kept
