"""What fits in the focused field, to be gone through with arrows and taken with enter."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from panther_engine import Completion
from panther_tui.terminal.safe_text import printable


class Fitting(OptionList, can_focus=False):
    """A list that the field above it moves in; a click takes."""

    def __init__(self) -> None:
        super().__init__(id="fitting", markup=False, compact=True)
        self.fitting: tuple[Completion, ...] = ()

    def show(self, fitting: Sequence[Completion], *, first: bool) -> None:
        """Show these; with `first` the first is what enter takes."""
        if tuple(fitting) != self.fitting:
            self.fitting = tuple(fitting)
            width = max((len(it.label) for it in self.fitting), default=0)
            self.set_options(Option(_said(it, width)) for it in self.fitting)
        self.highlighted = 0 if first and self.fitting else None

    def move(self, key: str) -> bool:
        """Go through the list; False at its top, and where there is none."""
        if not self.fitting or (self.highlighted is None and key in ("up", "pageup")):
            return False
        if self.highlighted == 0 and key in ("up", "pageup"):
            self.highlighted = None
            return True
        if self.highlighted is None:
            self.highlighted = 0
            return True
        step = {"up": -1, "down": 1, "pageup": -5, "pagedown": 5}[key]
        self.highlighted = max(0, min(self.highlighted + step, len(self.fitting) - 1))
        return True

    @property
    def chosen(self) -> Completion | None:
        """What enter takes."""
        return None if self.highlighted is None else self.fitting[self.highlighted]


def _said(completion: Completion, width: int) -> Content:
    label = printable(completion.label, 100)
    room = " " * (min(width, 34) + 2 - len(label))
    note = printable(completion.note, 200)
    return Content.assemble(label, (f"{room}{note}" if note else "", "$pt-muted"))
