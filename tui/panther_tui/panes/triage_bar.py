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
            self.say(*triage_lines(walk.counter, current, state, here=self.has_focus))


def triage_lines(counter: str, item: Item, state: State, *, here: bool) -> tuple[Line, ...]:
    """The counter, which test, how it is doing and which keys help; the widest form first."""
    policy = state.policies.get(item.spec)
    name = item.spec if policy is None else policy.entry.name or item.spec
    head: Pieces = ((f" triage {counter} ", "title bold reverse"), ("  ", ""))
    keys: tuple[tuple[str, str], ...]
    if is_fixed(state, item):
        head += (("✓ fixed", "pass bold"),)
        keys = (("enter", "next"), ("esc", "stop"))
    elif policy is not None and policy.status in (Status.RUNNING, Status.STALE):
        head += (("● running", "running"),)
        keys = (("enter", "next"), ("s", "skip"), ("esc", "stop"))
    else:
        head += (("✗ failing", "fail bold"),)
        keys = (("e", "edit"), ("r", "run"), ("s", "skip"), ("enter", "next"), ("esc", "stop"))
    if not here:
        keys = (("i", "goes on here"),)
    help_: Pieces = ()
    for key, what in keys:
        help_ += (("  ", ""), (key, "key bold"), (f" {what}", "muted"))
    test = "" if item.test is None else item.test
    full = f"  {_cut(name, 60)}" + (f" ─ {_cut(test, 60)}" if test else "")
    names = (full, *(f"  {_cut(test or name, room)}" for room in (60, 40, 24)))
    return (
        *(Line((*head, (it, ""), *help_), fill="bar") for it in names),
        *(Line((*head, (it, ""), *help_[:6]), fill="bar") for it in names[2:]),
        Line((*head, *help_[:6]), fill="bar"),
    )


def _cut(text: str, room: int) -> str:
    text = printable(text, 200)
    return text if len(text) <= room else f"{text[: room - 1]}…"
