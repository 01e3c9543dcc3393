"""The line that leads through the failing tests: where one is, and what to do."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from panther_engine.model import Status
from panther_engine.state import State
from panther_tui.keys.actions import TRIAGE
from panther_tui.keys.keymap import bindings_for
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.failure_walk import Item, Walk, is_fixed
from panther_tui.views.cut import cut_middle
from panther_tui.views.line import Line, Pieces
from panther_tui.views.one_line import OneLine


class TriageBar(OneLine, can_focus=True):
    """A line over the panes; while it has the focus its keys lead through the walk."""

    NAME: ClassVar[str] = TRIAGE
    LABEL: ClassVar[str] = "Triage"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(TRIAGE)]
    BINDING_GROUP_TITLE = "Triage"

    def show(self, walk: Walk, state: State) -> None:
        """Say where the walk is; with the focus elsewhere, how to come back."""
        current = walk.current
        if current is not None:
            lines = triage_lines(
                walk.counter, current, state, here=self.has_focus, cause=walk.cause
            )
            self.say(*lines)


def triage_lines(
    counter: str, item: Item, state: State, *, here: bool, cause: str = ""
) -> tuple[Line, ...]:
    """The counter, the cause, which test, how it is doing and which keys help.

    The widest form first; where there is little room keys go before names, names before the cause.
    """
    policy = state.policies.get(item.spec)
    name = item.spec if policy is None else policy.entry.id or item.spec
    keys: tuple[tuple[str, str], ...]
    if is_fixed(state, item):
        doing = ("✓ fixed", "pass bold")
        keys = (("enter", "next"), ("esc", "stop"))
    elif policy is not None and policy.status in (Status.RUNNING, Status.STALE):
        doing = ("● running", "running")
        keys = (("enter", "next"), ("s", "skip"), ("esc", "stop"))
    else:
        doing = ("✗ failing", "fail bold")
        skips = (("s", "skip"), ("S", "skip cause")) if cause else (("s", "skip"),)
        keys = (("enter", "next"), ("e", "edit"), ("r", "run"), *skips, ("esc", "stop"))
    if not here:
        keys = (("i", "goes on here"),)
    test = "" if item.test is None else item.test
    brief: Pieces = ((f" triage {counter} ", "title bold reverse"), ("  ", ""))
    shared: Pieces = ((cause, "warning bold"), ("  ", "")) if cause else ()
    head, brief = (*brief, *shared, doing), (*brief, doing)
    full = f"  {_cut(name, 60)}" + (f" ─ {_cut(test, 60)}" if test else "")
    names = (full, *(f"  {_cut(test or name, room)}" for room in (60, 40, 24)))
    some = range(len(keys) - 1, 0, -1)
    forms = (
        *((head, it, keys) for it in names[:3]),
        *((head, names[2], keys[:count]) for count in some),
        (head, names[3], keys),
        *((head, names[3], keys[:count]) for count in some),
        (head, "", keys[:1]),
        (brief, "", keys[:1]),
    )
    return tuple(Line((*start, (it, ""), *_help(shown)), fill="bar") for start, it, shown in forms)


def _help(keys: tuple[tuple[str, str], ...]) -> Pieces:
    found: Pieces = ()
    for key, what in keys:
        found += (("  ", ""), (key, "key bold"), (f" {what}", "muted"))
    return found


def _cut(text: str, room: int) -> str:
    return cut_middle(printable(text, 200), room)
