"""The line that leads through the failing tests: where one is, and what to do."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from textual.binding import BindingType

from panther_engine.model import Status
from panther_engine.state import State
from panther_tui.keys.actions import TRIAGE
from panther_tui.keys.keymap import bindings_for
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.failure_walk import Item, Walk, is_fixed, selection_of
from panther_tui.triage.reasons import is_wrong_verdict
from panther_tui.triage.selection import result_at
from panther_tui.views.cut import cut_middle
from panther_tui.views.line import Line, Pieces
from panther_tui.views.one_line import OneLine

Keys: TypeAlias = tuple[tuple[str, str, str], ...]
"""A key, what it does in a word, and the action's name."""

_NEXT = ("enter", "next", "triage.next")
_SKIP = ("s", "skip", "triage.skip")
_SKIP_CAUSE = ("S", "skip cause", "triage.skip_cause")
_STOP = ("esc", "stop", "back")


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
    name = item.spec if policy is None else policy.entry.name or item.spec
    keys: Keys
    if is_fixed(state, item):
        doing = ("✓ fixed", "pass bold")
        keys = (_NEXT, _STOP)
    elif policy is not None and policy.status in (Status.RUNNING, Status.STALE):
        doing = ("● running", "running")
        keys = (_NEXT, _SKIP, _STOP)
    else:
        doing = ("✗ failing", "fail bold")
        skips = (_SKIP, _SKIP_CAUSE) if cause else (_SKIP,)
        accept = (("u", "accept", "test.accept"),) if _can_accept(state, item) else ()
        edit, run = ("e", "edit", "edit.code"), ("r", "run", "run.selected")
        keys = (_NEXT, edit, *accept, run, *skips, _STOP)
    if not here:
        keys = (("i", "goes on here", "triage.toggle"),)
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
        *((head, f"  {_cut(test or name, room)}", ()) for room in (24, 16) if here),
        (head, "", keys[:1]),
        (brief, "", keys[:1]),
    )
    return tuple(Line((*start, (it, ""), *_help(shown)), fill="bar") for start, it, shown in forms)


def _can_accept(state: State, item: Item) -> bool:
    """Whether the test got a verdict, and another than it expects."""
    where = selection_of(state, item)
    result = result_at(state.policies.get(where.spec), where.test)
    return item.test is not None and result is not None and is_wrong_verdict(result)


def _help(keys: Keys) -> Pieces:
    found: Pieces = ()
    for key, what, action in keys:
        found += (("  ", ""), (key, f"key bold @{action}"), (f" {what}", f"muted @{action}"))
    return found


def _cut(text: str, room: int) -> str:
    return cut_middle(printable(text, 200), room)
