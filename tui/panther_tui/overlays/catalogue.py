"""What the catalogue says: of a field in a few lines, of a type field by field, of all types."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from panther_engine import ResourceType, holds_of, said_of
from panther_tui.overlays.choose import MOVES
from panther_tui.overlays.typed_list import TypedRows
from panther_tui.terminal.safe_text import printable
from panther_tui.views.line import Line
from panther_tui.views.line_view import LineView

_KEY = "key"
_KEYS_SHOWN = 200
WIDTH = 100
"""Cells that the lines on a field take at most."""


class CatalogueRows(TypedRows):
    """The types, or the fields of one, narrowed by typing."""

    def __init__(self, kinds: Sequence[ResourceType], shown: str, field: str) -> None:
        """Begin with the type `shown` and the cursor on its `field`; without a type, with all."""
        super().__init__(Content(), id="catalogue")
        self._kinds = {kind.name: kind for kind in kinds}
        self._field = field
        self._lines: dict[Hashable, Line] = {}
        self.shown = shown
        """The type whose fields are listed; empty for the list of types."""

    def on_mount(self) -> None:
        """Begin at the field that was asked for."""
        super().on_mount()
        self.call_after_refresh(self.move_to_key, self._field)

    def narrow(self) -> str:
        """List what has all words that are typed."""
        kind = self._kinds.get(self.shown)
        self._title = Content.assemble(("Resource types" if kind is None else kind.name, "bold"))
        entries = (
            [(it.name, it.description, "") for it in self._kinds.values()]
            if kind is None
            else [(it.name, said_of(it), holds_of(it)) for it in kind.fields]
        )
        words = self.query_text.casefold().split()
        found = [it for it in entries if all(word in " ".join(it).casefold() for word in words)]
        width = max((len(name) for name, _, _ in found), default=0)
        self._lines = {
            name: Line(
                ((f" {name:{width}}  ", _KEY), (said, ""), (f"  {holds}"[:_KEYS_SHOWN], "muted"))
            )
            for name, said, holds in found
        }
        nothing = "nothing fits"
        if kind is not None and all(it.common for it in kind.fields) and not words:
            nothing = "nothing public tells its own fields"
            self._lines[nothing] = Line(((f" {nothing}", "muted"),))
            self.set_rows([nothing, *(name for name, _, _ in found)])
        else:
            self._lines.setdefault(nothing, Line(((f" {nothing}", "muted"),)))
            self.set_rows([name for name, _, _ in found] or [nothing])
        count = f"{len(found)} of {len(entries)}" if words else f"{len(found)}"
        goes = "enter its fields · esc closes" if kind is None else "esc all types"
        return f"{count} · type to find · {goes}"

    def line(self, key: Hashable) -> Line:
        """A type or a field."""
        return self._lines.get(key, Line())

    def go_into(self) -> None:
        """List the fields of the type under the cursor."""
        if not self.shown and self.cursor_key in self._kinds:
            self._list(str(self.cursor_key), "")

    def go_back(self) -> bool:
        """List all types again; False if they are listed."""
        if not self.shown:
            return False
        self._list("", self.shown)
        return True

    def _list(self, shown: str, cursor: str) -> None:
        self.shown, self.query_text = shown, ""
        self.narrow_again()
        self.move_to_key(cursor or self.keys[0])

    def activate(self, key: Hashable) -> None:
        """A double click goes into a type."""
        self.go_into()


class CatalogueScreen(ModalScreen[None]):
    """Enter goes into a type, escape back to all of them and then away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "into", "fields", id="catalogue.into", tooltip="The fields of this type"),
        Binding("escape", "back", "back", id="catalogue.back", tooltip="All types, then close"),
        Binding("ctrl+q", "app.quit", "quit", id="catalogue.quit", tooltip="Leave"),
    ]

    def __init__(self, kinds: Sequence[ResourceType], shown: str = "", field: str = "") -> None:
        """As `CatalogueRows`."""
        super().__init__()
        self._view = CatalogueRows(kinds, shown, field)

    def compose(self) -> ComposeResult:
        """The list alone."""
        yield self._view

    def action_into(self) -> None:
        """Go into a type."""
        self._view.go_into()

    def action_back(self) -> None:
        """Back by one step."""
        if not self._view.go_back():
            self.dismiss()


class FieldRows(LineView):
    """A few lines on a field."""

    BINDINGS: ClassVar[list[BindingType]] = [*MOVES]

    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__(id="field")
        self.add_class("-active")
        self.wrap = True
        self._text = lines

    def on_mount(self) -> None:
        """Begin, as high as the lines are."""
        self.set_rows(range(len(self._text)))
        room = max(20, min(WIDTH, self.app.size.width) - 6)
        rows = sum(max(1, -(-len(line.plain) // room)) for line in self._text)
        self.styles.height = rows + 3

    def line(self, key: Hashable) -> Line:
        """One of the lines."""
        return self._text[key] if isinstance(key, int) else Line()


class FieldScreen(ModalScreen[None]):
    """What a field is; enter goes to the whole type."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "whole", "all fields", id="field.whole", tooltip="The whole type"),
        Binding("escape,q,J", "dismiss", "close", id="field.close", tooltip="Close"),
        Binding("ctrl+q", "app.quit", "quit", id="field.quit", tooltip="Leave"),
    ]

    def __init__(self, title: str, lines: Sequence[Line], whole: Callable[[], None]) -> None:
        """`whole` opens the whole type."""
        super().__init__()
        self._view = FieldRows(lines)
        self._view.border_title = Content.assemble((printable(title, 100), "bold"))
        self._view.border_subtitle = Content("enter all fields · esc closes")
        self._whole = whole

    def compose(self) -> ComposeResult:
        """The lines alone."""
        yield self._view

    def action_whole(self) -> None:
        """Go to the whole type."""
        self.dismiss()
        self._whole()
