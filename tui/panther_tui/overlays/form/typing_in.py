"""Fields in which one types. Each key takes effect before the next is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.actions import parse
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Checkbox, Input, TextArea

from panther_tui.views.prompt import TakesText

Changed = Callable[[], None]


if TYPE_CHECKING:

    class _Base(Widget, TakesText):
        pass
else:
    _Base = TakesText  # Textual takes styles and keys from the first base that is a widget


class FormWidget(_Base):
    """What all fields share: keys that type, keys that edit, and the way to the next field."""

    def type_text(self, text: str) -> None:
        """Put text where the cursor is."""

    def own_key(self, key: str) -> bool:
        """Do what a key does only here."""
        return False

    def tell(self) -> None:
        """The text may be another one."""

    def go_on(self, *, back: bool = False) -> None:
        """Go to the next field, or to the one before."""
        found = self.screen.focus_previous() if back else self.screen.focus_next()
        if isinstance(found, FormWidget):
            found.begin()

    def begin(self) -> None:
        """Somebody came here by a key."""

    def take_key(self, key: events.Key) -> bool:
        """Type, edit, or go to the next field; all else is the screen's."""
        if key.key in ("tab", "shift+tab"):
            self.go_on(back=key.key == "shift+tab")
            return True
        if self.own_key(key.key):
            return True
        if key.is_printable and key.character:
            self.type_text(key.character)
            self.tell()
            return True
        return self._edit(key.key)

    def _edit(self, key: str) -> bool:
        for binding in self._bindings.key_to_bindings.get(key, ()):
            _, name, arguments = parse(binding.action)
            action = getattr(self, f"action_{name}", None)
            if action is not None and name not in ("submit", "copy", "toggle_button"):
                action(*arguments)
                self.tell()
                return True
        return False


class LineField(FormWidget, Input):
    """A field of one line. Up and down go through what fits, enter takes it."""

    def __init__(
        self, text: str, changed: Changed, chooses: Callable[[str], bool], *, whole: bool
    ) -> None:
        """`chooses` does with a key what the list of what fits does with it, if anything.

        `whole`: what is typed first takes the place of what is there.
        """
        super().__init__(text, compact=True, select_on_focus=False)
        self._whole = whole
        self._changed = changed
        self._chooses = chooses

    def begin(self) -> None:
        """What is typed first takes the place of all, where only a whole is right."""
        if self._whole:
            self.select_all()

    def go_on(self, *, back: bool = False) -> None:
        """Go to the next field, with what was begun here taken."""
        if not back:
            self._chooses("tab")
        super().go_on(back=back)

    def type_text(self, text: str) -> None:
        """Put text where the cursor is."""
        self.insert_text_at_cursor(text) if self.selection.is_empty else self.replace(
            text, *self.selection
        )

    def own_key(self, key: str) -> bool:
        """Go through what fits, take it, or go on to the next field."""
        if key in ("up", "down", "enter", "pageup", "pagedown") and not self._chooses(key):
            back = key in ("up", "pageup")
            self.go_on(back=back)
            return True
        return key in ("up", "down", "enter", "pageup", "pagedown")

    def tell(self) -> None:
        """The text may be another one, or the cursor at another place."""
        self._changed()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something was pasted, or a mouse moved the cursor."""
        event.stop()
        self._changed()


class TextField(FormWidget, TextArea):
    """A field of several lines, as high as its text up to a limit."""

    def __init__(self, text: str, changed: Changed) -> None:
        super().__init__(text, compact=True, highlight_cursor_line=False)
        self._changed = changed

    def type_text(self, text: str) -> None:
        """Put text where the cursor is."""
        start, end = sorted(self.selection)
        self.replace(text, start, end, maintain_selection_offset=False)

    def own_key(self, key: str) -> bool:
        """Break the line; leave by up or down at the ends."""
        if key == "enter":
            self.type_text("\n")
            self.tell()
            return True
        if key == "down" and self.cursor_at_last_line and self._lowest():
            self.go_on()
            return True
        if key == "up" and self.cursor_at_first_line and self._highest():
            self.go_on(back=True)
            return True
        return False

    def tell(self) -> None:
        """The text may be another one."""
        self._changed()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Something was pasted."""
        event.stop()
        self._changed()

    def _lowest(self) -> bool:
        return self.get_cursor_down_location()[0] == self.cursor_location[0] and (
            self.get_cursor_down_location() == self.get_cursor_line_end_location()
        )

    def _highest(self) -> bool:
        return self.get_cursor_up_location() == (0, 0)


class SwitchField(FormWidget, Checkbox):
    """Yes or no; space changes it."""

    BINDINGS: ClassVar[list[BindingType]] = []
    BUTTON_INNER = "✓"

    def __init__(self, value: bool, changed: Changed) -> None:
        super().__init__("yes" if value else "no", value, compact=True)
        self._changed = changed

    def own_key(self, key: str) -> bool:
        """Change it, or go on."""
        match key:
            case "space":
                self.toggle()
                self.tell()
            case "enter" | "down":
                self.go_on()
            case "up":
                self.go_on(back=True)
            case _:
                return False
        return True

    def tell(self) -> None:
        """It is another one now."""
        self.label = "yes" if self.value else "no"
        self._changed()

    def on_checkbox_changed(self, event: Checkbox.Changed) -> None:
        """It was clicked."""
        event.stop()
        self.tell()
