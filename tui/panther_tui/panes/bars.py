"""The lines above and below the panes: header, tabs, status bar and footer."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from panther_engine.events import ANNOUNCED, WatchMode
from panther_engine.state import State
from panther_tui.panes.badges import Badge, pieces_of
from panther_tui.terminal.safe_text import printable
from panther_tui.views.cut import cut_middle
from panther_tui.views.line import Line, Pieces
from panther_tui.views.one_line import OneLine

GAP: Pieces = (("  ", ""),)

SAVED_CELLS = 28
"""Cells of a saved file's name in the status bar."""

ALL = "@fail.list"
"""A click on a count of failures lists them."""

NAME_ROOM = 20
"""Cells for the name of what is switched on, where there is little room."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What the screen itself knows of the last run."""

    shown_ms: float | None = None
    """From the change on disk to its result on the screen."""
    engine_gone: bool = False
    notice: str = ""


def header_line(state: State) -> Line:
    """Which checkout, which branch, and which Python and why."""
    python = ""
    if state.python_version:
        reason = state.python_reason
        shown = f" · {reason}" if "(" in reason else f" ({reason})" if reason else ""
        python = f"python {state.python_version}{shown} "
    return Line(
        text=(
            (" panther-tui", "title bold"),
            *GAP,
            (printable(_short_home(state.root)), ""),
            *GAP,
            (printable(state.branch), "key"),
        ),
        tail=((printable(python), "muted"),),
        fill="bar",
    )


def status_lines(
    state: State,
    timing: Timing,
    badges: Sequence[Badge] = (),
    *,
    watch: WatchMode | None = None,
    note: str = "",
) -> tuple[Line, ...]:
    """How changes are noticed, what the tests came to, and what the last change did.

    The widest form first, then those for less room; the counts are in all of them. `badges` say
    what is switched on. `watch` stands in for the engine's word, `note` is what the screen did by
    itself.
    """
    if timing.engine_gone:
        stopped: Pieces = ((" ✗ engine stopped", "fail bold"), ("   q quit", "muted"))
        why = (f"   {printable(timing.notice, 300)}", "muted")
        return (Line((*stopped, why)), Line(stopped))
    watch = watch or state.watch
    paused = watch is WatchMode.PAUSED
    dot = "running" if state.running else "warning" if paused else "pass"
    head: Pieces = ((f" {'‖' if paused else '●'} ", dot), (watch.value, "@watch.pause"))
    counts = [*_counts(state), *pieces_of(it for it in badges if it.counts)]
    policies: Pieces = ((f"{len(state.policies)} policies", "muted"),)
    stale: Pieces = ()
    if state.totals.stale:
        stale = ((f"{state.totals.stale} stale", "warning bold @run.all"),)
    said: Pieces = ((printable(note, 200), "key"),) if note else ()
    if timing.notice or state.watch_note:
        said = ((printable(timing.notice or state.watch_note, 300), "warning"),)
    wide = _spaced("  ", [*counts, policies, stale])
    tight = _spaced(" ", [*counts, stale])
    switched = [it for it in badges if not it.counts]
    on = _spaced("  ", pieces_of(switched))
    named = _spaced(" ", pieces_of(switched, room=NAME_ROOM))
    brief = _spaced(" ", pieces_of(switched, room=0))
    run, short = _last_run(state, timing), _last_run(state, timing, short=True)
    found = (
        Line(_spaced("   ", [head, on, wide, run, said])),
        Line(_spaced("   ", [head, on, wide, run])),
        Line(_spaced("  ", [head, named, tight, said])) if note else Line(),
        Line(_spaced("  ", [head, brief, tight, said])) if note else Line(),
        *(_with_names(head, named, tight, run, short) if named != brief else ()),
        Line(_spaced("  ", [head, brief, tight, run])),
        Line(_spaced("  ", [head, brief, tight, short])),
        Line(_spaced("  ", [head, brief, tight])),
        Line(((" ", ""), *_spaced("  ", [brief, tight]))),
        Line(((" ", ""), *tight)),
    )
    return tuple(line for line in found if line.text)


def _with_names(head: Pieces, named: Pieces, tight: Pieces, *runs: Pieces) -> tuple[Line, ...]:
    """Forms that keep the names of what is switched on; the last run gives way to them."""
    return (
        *(Line(_spaced("  ", [head, named, tight, run])) for run in runs),
        Line(_spaced("  ", [head, named, tight])),
        Line(((" ", ""), *_spaced("  ", [named, tight]))),
    )


def _counts(state: State) -> list[Pieces]:
    totals = state.totals
    found: list[Pieces] = [
        ((f"{totals.passed} passed", "pass" if totals.passed else "muted"),),
        ((f"{totals.failed} failed", f"fail bold {ALL}" if totals.failed else "muted"),),
        ((f"{totals.errored} errored", f"error bold {ALL}" if totals.errored else "muted"),),
    ]
    if totals.invalid:
        found.append(((f"{totals.invalid} invalid", f"invalid bold {ALL}"),))
    return found


def _last_run(state: State, timing: Timing, *, short: bool = False) -> Pieces:
    run = state.last_run
    if state.running:
        return (("running", "running"),)
    if state.generation == ANNOUNCED:
        return (("reading", "running"),)
    if run is None:
        return ()
    if run.cancelled:
        return (("cancelled", "warning"),)
    if run.changed_at is None:
        return ((f"ran {run.affected} · {_show_ms(run.seconds * 1000)}", "muted"),)
    clock = time.strftime("%H:%M:%S", time.localtime(run.changed_at))
    shown = _show_ms(run.seconds * 1000 if timing.shown_ms is None else timing.shown_ms)
    if short:
        return ((f"{clock} · {shown}", "muted"),)
    return ((f"saved {_saved(state)}{clock} · {run.affected} affected · {shown}", "muted"),)


def _saved(state: State) -> str:
    """The name of the file that was saved, and of how many it was one."""
    if not state.saved:
        return ""
    name = cut_middle(printable(state.saved[0].rpartition("/")[2], 200), SAVED_CELLS)
    more = f" and {len(state.saved) - 1} more" if len(state.saved) > 1 else ""
    return f"{name}{more} "


def _spaced(space: str, groups: Iterable[Pieces]) -> Pieces:
    """The groups that are not empty, with a space between them."""
    found: list[tuple[str, str]] = []
    for group in groups:
        if group:
            found += [(space, ""), *group] if found else group
    return tuple(found)


def footer_lines(keys: Sequence[tuple[str, str, str]]) -> tuple[Line, ...]:
    """Keys with what they do and the action's name; with less room those in the middle go first."""
    found = []
    shown = list(keys)
    while shown:
        parts: list[tuple[str, str]] = [(" ", "")]
        for key, what, action in shown:
            parts += [
                (printable(key), f"key bold @{action}"),
                (f" {what}", f"muted @{action}"),
                *GAP,
            ]
        found.append(Line(tuple(parts)))
        del shown[len(shown) // 2]
    return tuple(found) or (Line(),)


class TabBar(OneLine):
    """The panes by number and name where only one of them fits on the screen."""

    class TabClicked(Message):
        """A tab was clicked, counted from 1."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def show(self, labels: Iterable[str], active: int) -> None:
        """Show these labels, the active one (from 1) marked."""
        parts: list[tuple[str, str]] = []
        self._ends: list[int] = []
        for number, label in enumerate(labels, start=1):
            text = f" {number} {label} "
            parts += [(text, "title bold reverse" if number == active else "muted"), (" ", "")]
            self._ends.append(sum(len(it) for it, _ in parts))
        self.say(Line(tuple(parts), fill="bar"))

    def on_click(self, event: events.Click) -> None:
        """Go to what was clicked."""
        event.prevent_default()
        number = next((n for n, end in enumerate(self._ends, start=1) if event.x < end), 0)
        if number:
            self.post_message(self.TabClicked(number))


def _short_home(path: str) -> str:
    home = os.path.expanduser("~")  # as it is, where none is known
    return f"~{path[len(home) :]}" if path == home or path.startswith(home + "/") else path


def _show_ms(milliseconds: float) -> str:
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds / 1000:.1f} s"
