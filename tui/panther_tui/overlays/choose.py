"""A short list over the screen to choose from, seeing each choice as one goes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from panther_tui.keys.actions import PANES
from panther_tui.keys.keymap import bindings_for
from panther_tui.terminal.safe_text import printable
from panther_tui.views.line import Line
from panther_tui.views.line_view import LineView
from panther_tui.views.row_view import RowView

MOVES = [it for it in bindings_for(PANES[1]) if str(it.id).startswith("nav.")]
"""The keys that move in any list."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: what it is known by, and what the list says of it."""

    value: str
    label: str
    note: str = ""


class ChoiceView(LineView):
    """The list of choices."""

    BINDINGS: ClassVar[list[BindingType]] = [*MOVES]

    def __init__(self, choices: Sequence[Choice], now: str) -> None:
        """With the cursor on the choice whose value is `now`."""
        super().__init__(id="choices")
        self.add_class("-active")
        self._choices = {choice.value: choice for choice in choices}
        self._now = now

    def on_mount(self) -> None:
        """Begin where things are now."""
        self.set_rows(list(self._choices))
        self.call_after_refresh(self.move_to_key, self._now)

    def line(self, key: Hashable) -> Line:
        """A choice; the one that was there at first has a mark."""
        choice = self._choices[str(key)]
        return Line(
            ((printable(choice.label, 200), ""), (f"  {printable(choice.note, 200)}", "muted")),
            gutter=((" • " if key == self._now else "   ", "key"),),
        )

    def activate(self, key: Hashable) -> None:
        """A double click chooses."""
        if isinstance(self.screen, ChooseScreen):
            self.screen.action_choose()


class ChooseScreen(ModalScreen[None]):
    """Moving previews a choice; enter keeps it, escape puts back what was there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "choose", id="choose.take", tooltip="Take this"),
        Binding("escape,q", "drop", "back", id="choose.drop", tooltip="Leave it as it was"),
        Binding("ctrl+q", "app.quit", "quit", id="choose.quit", tooltip="Leave"),
    ]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        now: str,
        preview: Callable[[str], None],
        restore: Callable[[], None],
        done: Callable[[str], None] | None = None,
        *,
        aside: bool = False,
    ) -> None:
        """`preview` shows a choice by its value, `restore` puts back what was there before.

        `done` is told what was taken. `aside` leaves the right and the top free.
        """
        super().__init__()
        self.set_class(aside, "-aside")
        self._view = ChoiceView(choices, now)
        self._view.border_title = Content(printable(title, 200))
        self._view.border_subtitle = Content("enter takes it · esc goes back")
        self._view.styles.height = len(choices) + 2
        self._preview = preview
        self._restore = restore
        self._done = done

    def compose(self) -> ComposeResult:
        """The list alone."""
        yield self._view

    def on_row_view_moved(self, event: RowView.Moved) -> None:
        """Show what the cursor is on."""
        self._preview(str(event.key))

    def action_choose(self) -> None:
        """Take what the cursor is on."""
        if self._done is not None and self._view.cursor_key is not None:
            self._done(str(self._view.cursor_key))
        self.dismiss()

    def action_drop(self) -> None:
        """Put back what was there."""
        self._restore()
        self.dismiss()
