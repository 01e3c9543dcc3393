"""What of a resource becomes a test: which of several, what is redacted, under which name."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from panther_engine import Pastable
from panther_tui.overlays.ask import AskScreen
from panther_tui.overlays.choose import MOVES
from panther_tui.terminal.safe_text import printable
from panther_tui.views.line import Line
from panther_tui.views.line_view import LineView

NAME = "name"
REDUCTION = ("reduction",)
"""The row that says whether only what decides is taken."""
LOOKING = "looking for what decides …"


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody wants of it."""

    at: int = 0
    """Which resource, 0-based."""
    kept: tuple[str, ...] = ()
    """Texts that are not redacted."""
    name: str = ""
    """What was typed over the generated name; empty if nothing was."""
    reduced: bool = False
    """Only what decides is wanted."""


class PastedRows(LineView):
    """The name, the resources if there are several, and each replacement."""

    BINDINGS: ClassVar[list[BindingType]] = [*MOVES]

    def __init__(
        self, found: Sequence[Pastable], name_of: Callable[[Pastable, Sequence[str]], str]
    ) -> None:
        super().__init__(id="pasted")
        self.add_class("-active")
        self._listed = found
        self._name_of = name_of
        self.taken = Taken()
        self.name_shown = ""
        self.reduction: str | None = None
        """What is said of the part that decides; None where nobody looks for it."""
        self.is_reducible = False

    def on_mount(self) -> None:
        """Begin with everything redacted."""
        self.take(self.taken)

    def take(self, taken: Taken) -> None:
        """Show this choice."""
        self.taken = taken
        chosen = self._listed[taken.at]
        self.name_shown = taken.name or self._name_of(chosen, taken.kept)
        several = range(len(self._listed)) if len(self._listed) > 1 else ()
        reduction = () if self.reduction is None else (REDUCTION,)
        self.set_rows([NAME, *reduction, *several, *(one.found for one in chosen.offers)])
        self.repaint()

    def line(self, key: Hashable) -> Line:
        """A row: what it is, and whether it is taken."""
        if key == NAME:
            said = (("Name  ", "muted"), (printable(self.name_shown, 200), "bold"))
            return Line(said, gutter=(("   ", ""),))
        if key == REDUCTION:
            mark = (" [x]" if self.taken.reduced else " [ ]") if self.is_reducible else "    "
            token = "" if self.is_reducible else "muted"
            return Line(((self.reduction or "", token),), gutter=((mark, "key"), (" ", "")))
        if isinstance(key, int):
            here = key == self.taken.at
            label = (printable(self._listed[key].label, 200), "bold" if here else "")
            return Line((label,), gutter=((" ● " if here else " ○ ", "key"),))
        one = next(it for it in self._listed[self.taken.at].offers if it.found == key)
        kept = one.found in self.taken.kept
        places = f"in {one.times} place{'s' if one.times > 1 else ''}"
        return Line(
            (
                (f"{one.kind}  ", "muted"),
                (printable(one.found, 80), "warning" if kept else ""),
                ("  stays" if kept else f" → {one.placeholder}", "muted"),
                (f"  {places}", "faint"),
            ),
            gutter=((" [ ]" if kept else " [x]", "key"), (" ", "")),
        )

    def activate(self, key: Hashable) -> None:
        """A double click is as good as space."""
        if isinstance(self.screen, PastedScreen):
            self.screen.action_switch()


class PastedScreen(ModalScreen[None]):
    """Enter proposes the test, escape drops it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take", id="pasted.take", tooltip="Make a test of it"),
        Binding("space", "switch", "switch", id="pasted.switch", tooltip="Redact this, or not"),
        Binding("a", "all", "all", id="pasted.all", tooltip="Redact all, or nothing"),
        Binding("n", "name", "name", id="pasted.name", tooltip="Type another name"),
        Binding("escape,q", "dismiss", "back", id="pasted.back", tooltip="Back"),
        Binding("ctrl+q", "app.quit", "quit", id="pasted.quit", tooltip="Leave"),
    ]

    def __init__(
        self,
        found: Sequence[Pastable],
        name_of: Callable[[Pastable, Sequence[str]], str],
        wrong: Callable[[str], str],
        done: Callable[[Taken], None],
        *,
        title: str = "New test",
        reduces: bool = False,
    ) -> None:
        """`name_of` gives a name from what is kept, `wrong` says why one cannot be.

        With `reduces` a row waits for what decides: see `show_reduction`.
        """
        super().__init__()
        self._listed = found
        self._wrong = wrong
        self._done = done
        self._view = PastedRows(found, name_of)
        self._view.border_title = Content(printable(title, 100))
        self._view.reduction = LOOKING if reduces else None
        self._view.border_subtitle = Content(
            "enter takes it · space switches · a all · n name · esc goes back"
        )
        rows = max(len(one.offers) for one in found) + (len(found) if len(found) > 1 else 0)
        self._view.styles.height = rows + 3 + reduces

    def compose(self) -> ComposeResult:
        """The list alone."""
        yield self._view

    @property
    def name_shown(self) -> str:
        """The name that the test gets as things are."""
        return self._view.name_shown

    def show_reduction(self, said: str, *, known: bool) -> None:
        """Say what decides; if it is known it is taken unless somebody switches it off."""
        self._view.reduction, self._view.is_reducible = said, known
        self._view.take(replace(self._view.taken, reduced=known))

    def action_take(self) -> None:
        """Take it as it is shown."""
        self.dismiss()
        self._done(self._view.taken)

    def action_switch(self) -> None:
        """Change what the cursor is on."""
        key, taken = self._view.cursor_key, self._view.taken
        if key == NAME:
            self.action_name()
        elif key == REDUCTION:
            if self._view.is_reducible:
                self._view.take(replace(taken, reduced=not taken.reduced))
        elif isinstance(key, int):
            self._view.take(replace(taken, at=key, kept=()))
        elif isinstance(key, str):
            others = tuple(one for one in taken.kept if one != key)
            kept = others if key in taken.kept else (*others, key)
            self._view.take(replace(taken, kept=kept))

    def action_all(self) -> None:
        """Redact all; if all are, none."""
        taken = self._view.taken
        texts = tuple(one.found for one in self._listed[taken.at].offers)
        self._view.take(replace(taken, kept=() if taken.kept else texts))

    def action_name(self) -> None:
        """Ask for a name."""

        def done(name: str) -> None:
            self._view.take(replace(self._view.taken, name=name))

        self.app.push_screen(
            AskScreen("Name of the new test:", self._view.name_shown, done, self._wrong)
        )
