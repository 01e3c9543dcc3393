"""Sets the terminal's title, and rings its bell when the tests turn red or green."""

from __future__ import annotations

from collections.abc import Callable

from panther_engine.state import State, Totals
from panther_tui.terminal.notify import is_settled, signal_text, turn
from panther_tui.terminal.safe_text import printable

_SAVE, _RESTORE = "\x1b[22;2t", "\x1b[23;2t"
"""xterm's stack of window titles; terminals without one keep the last title."""

NAME = "panther-tui"


class Signals:
    """Tells the terminal what the tests came to, only when that is another than before."""

    def __init__(self, write: Callable[[str], None]) -> None:
        """`write` sends control sequences to the terminal."""
        self._write = write
        self._title = ""
        self._settled = Totals()

    def show(self, state: State, notify: str) -> None:
        """Tell of this state; `notify` is the setting: `off`, `bell` or `desktop`."""
        if not is_settled(state):
            if not self._title:
                self._set_title(NAME)
            return
        self._set_title(title_of(state.totals))
        turned = turn(self._settled, state.totals)
        self._settled = state.totals
        if turned is not None:
            name = printable(state.root.rpartition("/")[2], 60)
            text = signal_text(notify, turned, state.totals, name)
            if text:
                self._write(text)

    def restore(self) -> None:
        """Give the terminal the title back that it had."""
        if self._title:
            self._title = ""
            self._write(_RESTORE)

    def _set_title(self, title: str) -> None:
        if title != self._title:
            self._write(f"{'' if self._title else _SAVE}\x1b]2;{title}\x1b\\")
            self._title = title


def title_of(totals: Totals) -> str:
    """The title of the terminal: `✗3 panther-tui`, `✓ panther-tui`, or the name alone."""
    failing = totals.failed + totals.errored + totals.invalid
    if failing:
        return f"✗{failing} {NAME}"
    return f"✓ {NAME}" if totals.passed else NAME
