"""How any feature changes files: it proposes, the user sees the difference and says yes or no.

The engine plans and writes, so that neither YAML nor a slow disk holds up a key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from panther_engine.events import (
    EditProposed,
    EditRefused,
    EditWritten,
    Event,
    ProposeEdit,
    TakeBackEdit,
    WriteEdit,
)
from panther_engine.values.edits import EditRequest
from panther_tui.features.host import Host
from panther_tui.keys.actions import ACTIONS
from panther_tui.keys.keymap import show_keys
from panther_tui.terminal.safe_text import printable

SMALL = 8
"""Changed lines of one file up to which a change is small."""

Told: TypeAlias = EditWritten | EditRefused | None
"""What became of a proposal: None if the user did not want it."""

Heard: TypeAlias = Callable[[Told], None]


class Proposals:
    """Asks for one change at a time, and says what became of it on the screen."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._number = 0
        self._heard: Heard | None = None
        self._redoes = False

    def propose(self, request: EditRequest, heard: Heard | None = None) -> None:
        """Show what a request would write; it is written if the user wants it.

        `heard` is told what became of it, once. A reason why not is on the screen already then.
        """
        self._begin(heard)
        self._host.send(ProposeEdit(self._number, request))

    def take_back(self, *, redo: bool = False) -> None:
        """Undo the last change, or do again what was undone last."""
        self._begin(None)
        self._redoes = redo
        self._host.send(TakeBackEdit(self._number, redo))

    def take(self, event: Event) -> None:
        """Hear what the engine says of it; all other events are none of its business."""
        if not isinstance(event, EditProposed | EditWritten | EditRefused):
            return
        if event.number != self._number:
            return
        match event:
            case EditProposed():
                self._show(event)
            case EditWritten():
                self._say_written(event)
                self._end(event)
            case EditRefused():
                self._say_refused(event)
                self._end(event)

    def forget(self) -> None:
        """The engine is another one and knows of no proposal."""
        self._begin(None)

    def _begin(self, heard: Heard | None) -> None:
        self._end(None)
        self._number += 1
        self._heard = heard
        self._redoes = False

    def _end(self, told: Told) -> None:
        heard, self._heard = self._heard, None
        if heard is not None:
            heard(told)

    def _show(self, proposed: EditProposed) -> None:
        if self._host.config.confirm_edits == "large" and is_small(proposed):
            self._host.send(WriteEdit(proposed.number))
            return
        from panther_tui.overlays.difference import DifferenceScreen

        def decide(wanted: bool) -> None:
            if proposed.number != self._number:
                return
            if wanted:
                self._host.send(WriteEdit(proposed.number))
            else:
                self._end(None)

        self._host.push_screen(DifferenceScreen(proposed, decide))

    def _say_written(self, written: EditWritten) -> None:
        keys = {it.id: show_keys(it, self._host.config.keys) for it in ACTIONS}
        title = printable(written.title, 100)
        if written.taken_back:
            said, then, action = "Undone", "does it again", "edit.redo"
        else:
            said, then, action = (
                "Done again" if self._redoes else "Written",
                "undoes it",
                "edit.undo",
            )
        how = f" {keys[action][0]} {then}." if keys[action] else ""
        self._host.notify(f"{said}: {title}.{how}", timeout=4, markup=False)

    def _say_refused(self, refused: EditRefused) -> None:
        where = f"{refused.path}:{refused.line}: " if refused.path and refused.line > 1 else ""
        hint = f"\n{refused.hint}" if refused.hint else ""
        text = "\n".join(printable(it, 300) for it in f"{where}{refused.reason}{hint}".split("\n"))
        self._host.notify(text, severity="warning", timeout=8, markup=False)


def is_small(proposed: EditProposed) -> bool:
    """Whether a change is one of a few lines in one file, with nothing to be told of it."""
    return (
        len(proposed.paths) == 1
        and proposed.changed <= SMALL
        and not proposed.whole
        and not proposed.notes
    )
