"""The form over the screen: filled in by keyboard or mouse, written by ctrl+s or its button."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.screen import ModalScreen
from textual.widgets import Button, OptionList, Static

from panther_engine import Completion, Filling, FormField, FormKind, complete, fill
from panther_tui.overlays.form.fitting import Fitting
from panther_tui.overlays.form.row import Row
from panther_tui.terminal.safe_text import printable

_LISTED = ("ResourceTypes", "Severity", "Field")
"""Fields in which hardly anything but what is listed is right: enter takes the first that fits."""
FEW = 5
"""With fewer fields the form is no higher than they need."""
HINT = "ctrl+s writes · tab next · esc back"
LOST = "esc again throws away what you typed · ctrl+s writes it"


class FormScreen(ModalScreen[None]):
    """The fields, and beside or below them what is to be known of the one with the focus."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "write", "write", id="form.write", tooltip="Show what would be written"),
        Binding("escape", "leave", "back", id="form.back", tooltip="Leave without writing"),
        Binding("ctrl+q", "leave", "back", id="form.quit", show=False),
    ]

    def __init__(
        self,
        title: str,
        filling: Filling,
        write: Callable[[Filling], None],
        facts: Callable[[Filling], str] = lambda filling: "",
    ) -> None:
        """`write` is asked to write what stands in it; it closes the form once that is done.

        `facts` is a line on what follows from what stands in it.
        """
        super().__init__()
        self.filling = filling
        self._write = write
        self._facts = facts
        self._title = title
        self._rows = {
            it.key: Row(
                it, filling.texts.get(it.key, ""), self._typed, self._choose,
                filling.locked.get(it.key, ""),
            )
            for it in filling.fields
        }  # fmt: skip
        self._visited: set[str] = set()
        self._now: Row | None = None
        self._warned = False
        self._hinted = HINT
        self._said = ""
        self._told: FormField | None = None
        self._fitting = Fitting()
        self._meaning = Static(id="meaning")
        self._follows = Static(id="facts")
        self._frame = Container(id="form", classes="-few" if len(self._rows) < FEW else "")
        self._button = Button("Write", id="write", compact=True)

    def compose(self) -> ComposeResult:
        """The fields and the button, and what is to be known."""
        self._frame.border_title = Content.assemble((printable(self._title, 200), "bold"))
        self._frame.border_subtitle = Content(HINT)
        with self._frame:
            with VerticalScroll(id="fields", can_focus=False):
                yield from self._rows.values()
                yield self._follows
                yield self._button
            with Vertical(id="aside"):
                yield self._meaning
                yield self._fitting

    def on_mount(self) -> None:
        """Begin in the first field."""
        self._show()
        first = next((row.input for row in self._rows.values() if row.input is not None), None)
        self.set_focus(first)

    # What is typed ---------------------------------------------------------------------------

    def _typed(self, row: Row) -> None:
        """Something was typed, or the cursor moved."""
        if row.input is self.focused:  # else this is late news of a field that was left
            self._go_to(row)
        if row.text != self.filling.texts.get(row.field.key, ""):
            self._warn(False)
        before = self.filling
        self.filling = fill(self.filling, row.field.key, row.text)
        for key in before.texts.keys() | self.filling.texts.keys():
            if key != row.field.key and before.texts.get(key) != self.filling.texts.get(key):
                self._rows[key].become(self.filling.texts.get(key, ""))
        self._offer()
        self._show()

    def _choose(self, row: Row, key: str) -> bool:
        """Go through what fits, or take it; `tab` takes it where little else is right."""
        self._go_to(row)
        if key == "tab":
            if row.field.key in _LISTED and self._fitting.chosen is not None:
                self._take(row, self._fitting.chosen)
            return False
        if key != "enter":
            moved = self._fitting.move(key)
            self._hint()
            return moved
        chosen = self._fitting.chosen
        if chosen is None:
            return False
        self._take(row, chosen)
        return True

    def _take(self, row: Row, chosen: Completion) -> None:
        row.become(chosen.text, chosen.cursor)
        self._typed(row)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._now is not None:
            self._take(self._now, self._fitting.fitting[event.option_index])

    # What is shown ---------------------------------------------------------------------------

    @on(DescendantFocus)
    def _focused(self, event: DescendantFocus) -> None:
        if event.widget is self.focused:  # else the focus has gone on since
            self._go_to(next((it for it in self._rows.values() if it.input is event.widget), None))

    def _go_to(self, row: Row | None) -> None:
        """Know that a field has the keys; the news of the focus comes later than keys do."""
        if row is self._now and row is not None:
            return
        if self._now is not None:
            self._visited.add(self._now.field.key)
            self._tidy(self._now)
            self._now.remove_class("-now")
        self._now = row
        if row is not None:
            row.add_class("-now")
            row.scroll_visible(animate=False)
        self._offer()
        self._show()

    def _tidy(self, row: Row) -> None:
        """Without the comma that waited for another item."""
        if row.field.kind in (FormKind.LIST, FormKind.PAIRS):
            row.become(row.text.rstrip(" ,"))
            self.filling = fill(self.filling, row.field.key, row.text)

    def _show(self) -> None:
        faults = self.filling.faults
        for key, row in self._rows.items():
            begun = key in self._visited or self.filling.texts.get(key, "").strip()
            goes_on = row is self._now and key in _LISTED and self._fitting.fitting
            row.say_fault(faults.get(key, "") if begun and not goes_on else "")
        said = self._facts(self.filling)
        if said != self._said:
            self._said = said
            self._follows.update(Content(said))
            self._follows.display = bool(said)
        label = "Write" if self.filling.has_changed else "Nothing to write yet"
        if str(self._button.label) != label:
            self._button.label = label

    def _hint(self) -> None:
        """Say in the frame which keys do something now."""
        if self._warned:
            said = LOST
        elif self._fitting.chosen is not None:
            said = f"enter takes · {HINT}"
        else:
            said = f"↓ enter takes one · {HINT}" if self._fitting.fitting else HINT
        if said != self._hinted:
            self._hinted = said
            self._frame.border_subtitle = Content(said)

    def _offer(self) -> None:
        row = self._now
        if row is None:
            self._told = None
            self._meaning.update(Content("Shows what would be written; enter there writes it."))
            self._fitting.show((), first=False)
            self._hint()
            return
        if row.field is not self._told:
            self._told = row.field
            self._meaning.update(_meaning(row.field))
        texts = self.filling.texts
        fitting = complete(row.field, row.text, row.cursor, texts, self.filling.around)
        begun = row.text[: row.cursor].rpartition(",")[2].strip() != ""
        listed = row.field.key in _LISTED and row.text not in [it.label for it in fitting]
        whole = row.field.key != "ResourceTypes" and row.text == self.filling.before.get(
            row.field.key
        )
        self._fitting.show(fitting, first=listed and begun and not whole)
        self._hint()

    # Leaving ---------------------------------------------------------------------------------

    @on(Button.Pressed)
    def _pressed(self) -> None:
        self.action_write()

    def action_write(self) -> None:
        """Have it written, or go to what is wrong."""
        if self._now is not None:
            self._tidy(self._now)
        faults = self.filling.faults
        if faults:
            self._visited |= self._rows.keys()
            self._show()
            row = next(row for key, row in self._rows.items() if key in faults)
            self.set_focus(row.input)
            return
        self._write(self.filling)

    def action_leave(self) -> None:
        """Leave, asking first if something would be lost."""
        if self.filling.has_changed and not self._warned:
            self._warn(True)
        else:
            self.dismiss()

    def _warn(self, warned: bool) -> None:
        if warned != self._warned:
            self._warned = warned
            self._frame.set_class(warned, "-warned")
            self._hint()


def _meaning(field: FormField) -> Content:
    said = Content.assemble((f"{field.label}. ", "bold"), field.meaning)
    if field.example and field.kind is not FormKind.ONE_OF:
        return Content.assemble(said, (f" Such as {field.example}", "$pt-muted"))
    return said
