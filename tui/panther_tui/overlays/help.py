"""All keys of the focused pane, with what each does, and what the marks mean."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from panther_tui.keys.actions import Action
from panther_tui.keys.keymap import show_keys
from panther_tui.overlays.choose import MOVES
from panther_tui.style.marks import EXPLAINED
from panther_tui.views.line import Line, Pieces
from panther_tui.views.line_view import LineView


class KeysView(LineView):
    """The list of keys."""

    BINDINGS: ClassVar[list[BindingType]] = [*MOVES]

    def __init__(self, label: str, actions: Sequence[Action], keys: Mapping[str, str]) -> None:
        """The actions of one part of the screen, its own first. `keys` are the settings' own."""
        super().__init__(id="keys")
        self.add_class("-active")
        self._lines: list[Line] = []
        title = ""
        for action in actions:
            group = label if action.panes else "Everywhere"
            if group != title:
                title = group
                self._lines += [Line(), Line(((f" {title}", "title bold"),))]
            shown: Pieces = ((f"  {'  '.join(show_keys(action, keys)):<16}", "key"),)
            self._lines.append(Line((*shown, (action.tooltip, ""))))
        panes = ("The next pane, the one before", "")
        self._lines += [Line(), Line((("  tab  shift+tab  ", "key"), panes))]
        self._lines += mark_lines()

    def on_mount(self) -> None:
        """Begin."""
        self.set_rows(range(1, len(self._lines)))

    def line(self, key: Hashable) -> Line:
        """One action, or a heading."""
        return self._lines[key] if isinstance(key, int) else Line()

    def is_stop(self, key: Hashable) -> bool:
        """Actions and marks; headings are read in passing."""
        return len(self.line(key).text) > 1


def mark_lines() -> list[Line]:
    """What each mark means, below a heading."""
    shown = ((f"  {mark.shape} {mark.word:<14}", mark.token, text) for mark, text in EXPLAINED)
    return [
        Line(),
        Line(((" Marks", "title bold"),)),
        *(Line(((mark, token), (text, ""))) for mark, token, text in shown),
    ]


class HelpScreen(ModalScreen[None]):
    """A list of keys over the screen; escape, `?` or q closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q", "dismiss", "close", id="help.close", tooltip="Close"),
        Binding("ctrl+q", "app.quit", "quit", id="help.quit", tooltip="Leave"),
    ]

    def __init__(self, label: str, actions: Sequence[Action], keys: Mapping[str, str]) -> None:
        """As `KeysView`."""
        super().__init__()
        self._view = KeysView(label, actions, keys)
        self._view.border_title = Content.assemble(("Keys ", "bold"), f"─ {label}")
        self._view.border_subtitle = Content("esc closes")

    def compose(self) -> ComposeResult:
        """The parts of the screen, top to bottom."""
        yield self._view
