"""One field of the form: its label, where it is filled in, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from panther_engine import FormField, FormKind
from panther_tui.overlays.form.typing_in import LineField, SwitchField, TextField
from panther_tui.terminal.safe_text import printable

YES, NO = "yes", "no"


class Row(Vertical):
    """A field; one that is locked is only shown."""

    def __init__(
        self,
        field: FormField,
        text: str,
        changed: Callable[[Row], None],
        chooses: Callable[[Row, str], bool],
        locked: str = "",
    ) -> None:
        """`changed` is called when something was typed, `chooses` with the keys of the list."""
        super().__init__(id=f"field-{field.key}", classes="row")
        self.field = field
        self._fault = Static("", classes="fault")
        self._fault.display = False
        self._said = ""
        self.input: LineField | TextField | SwitchField | None = None
        if locked:
            self._shown: Static | LineField | TextField | SwitchField = Static(
                Content.assemble(
                    printable(text, 300), (f"  ({printable(locked, 200)})", "$pt-muted")
                )
            )
            return
        match field.kind:
            case FormKind.SWITCH:
                self.input = SwitchField(text == YES, lambda: changed(self))
            case FormKind.TEXT:
                self.input = TextField(text, lambda: changed(self))
            case _:
                self.input = LineField(
                    text,
                    lambda: changed(self),
                    lambda key: chooses(self, key),
                    whole=field.kind is FormKind.ONE_OF,
                )
        self._shown = self.input

    def compose(self) -> ComposeResult:
        """Label and field, and below them the fault."""
        mark = "*" if self.field.required and self.input is not None else " "
        with Horizontal():
            yield Static(Content(f"{self.field.label} {mark}"), classes="label")
            yield self._shown
        yield self._fault

    @property
    def text(self) -> str:
        """What stands in it."""
        match self.input:
            case SwitchField():
                return YES if self.input.value else NO
            case TextField():
                return self.input.text
            case LineField():
                return self.input.value
            case _:
                return ""

    @property
    def cursor(self) -> int:
        """Where the cursor is in a line."""
        return self.input.cursor_position if isinstance(self.input, LineField) else len(self.text)

    def become(self, text: str, cursor: int | None = None) -> None:
        """Hold another text, with the cursor at its end unless another place is named."""
        if isinstance(self.input, LineField) and text != self.input.value:
            with self.input.prevent(LineField.Changed):
                self.input.value = text
            self.input.cursor_position = len(text) if cursor is None else cursor

    def say_fault(self, fault: str) -> None:
        """Say what is wrong; nothing if it is empty."""
        if fault == self._said:
            return
        self._said = fault
        self._fault.display = bool(fault)
        self._fault.update(Content(f"✗ {printable(fault, 200)}") if fault else "")
        self.set_class(bool(fault), "-faulty")
