"""The list of frameworks over the screen, narrowed by typing, live while tests and scans run."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from panther_engine import Framework
from panther_tui.overlays.frameworks.rows import (
    FrameworkRow,
    Key,
    PolicyRow,
    Row,
    SectionRow,
    key_of,
    mark_of,
    narrow_rows,
    words_of,
)
from panther_tui.overlays.typed_list import TypedRows
from panther_tui.terminal.safe_text import printable
from panther_tui.views.line import Line

NAME_LIMIT = 200


class FrameworkRows(TypedRows):
    """Sections, each with its policies below it once it is opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "unfold", "open", show=False, id="frameworks.open", tooltip="Policies"),
        Binding("left", "fold", "close", show=False, id="frameworks.close", tooltip="No policies"),
    ]

    def __init__(self, found: tuple[Framework, ...]) -> None:
        """With these frameworks, until `show` brings others."""
        super().__init__(Content.styled("Frameworks", "bold"), id="frameworks")
        self._frameworks = found
        self._opened: frozenset[Key] = frozenset()
        self._shown: dict[Hashable, Row] = {}

    @property
    def chosen(self) -> Row | None:
        """The row under the cursor."""
        return self._shown.get(self.cursor_key)

    def show(self, found: tuple[Framework, ...]) -> None:
        """This is known now; the cursor stays on its row."""
        if found != self._frameworks:
            self._frameworks = found
            self.narrow_again()

    def narrow(self) -> str:
        """What fits the words that are typed."""
        rows = list(narrow_rows(self._frameworks, self.query_text, self._opened))
        self._shown = {key_of(row): row for row in rows}
        nothing = "no section fits" if self._frameworks else "no policy names a report"
        self.set_rows(list(self._shown) or [nothing])
        self.repaint()
        count = sum(isinstance(row, SectionRow) for row in rows)
        sections = "1 section" if count == 1 else f"{count} sections"
        return f"{sections} · type to filter · → opens · enter goes · esc back"

    def line(self, key: Hashable) -> Line:
        """A row in one line: mark, name, and what is known."""
        row = self._shown.get(key)
        match row:
            case FrameworkRow():
                name = printable(row.framework.name, NAME_LIMIT)
                return Line(((f"{name}  ", "bold"), (words_of(row), "muted")))
            case SectionRow():
                return self._line(row, printable(row.section.id, NAME_LIMIT), "  ")
            case PolicyRow():
                policy = row.covering.policy
                name = f"{policy.id or policy.spec}  {policy.severity}"
                return self._line(row, printable(name, NAME_LIMIT), "      ")
            case None:
                return Line(((str(key), "muted"),))

    def activate(self, key: Hashable) -> None:
        """A double click is as good as enter."""
        if isinstance(self.screen, FrameworksScreen):
            self.screen.action_go()

    def action_unfold(self) -> None:
        """Show the policies of the section under the cursor."""
        row = self.chosen
        if isinstance(row, SectionRow):
            self._opened |= {key_of(row)}
            self.narrow_again()

    def action_fold(self) -> None:
        """Show the section alone."""
        row = self.chosen
        if isinstance(row, SectionRow | PolicyRow):
            section = (*key_of(row)[:2], "")
            self._opened -= {section}
            self.narrow_again()
            self.move_to_key(section)

    def _line(self, row: Row, name: str, indent: str) -> Line:
        mark = mark_of(row)
        return Line(
            ((f"{name:<18}  ", ""), (words_of(row), "muted")),
            gutter=((f"{indent}{mark.shape} ", mark.token),),
        )


class FrameworksScreen(ModalScreen[None]):
    """Enter goes to a policy, or opens a section; escape goes back to where one was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "go there", id="frameworks.go", tooltip="Go to this policy"),
        Binding("escape", "dismiss", "back", id="frameworks.back", tooltip="Back"),
        Binding("ctrl+q", "app.quit", "quit", id="frameworks.quit", tooltip="Leave"),
    ]

    def __init__(self, found: tuple[Framework, ...], go: Callable[[str], None]) -> None:
        """`go` takes the screen below to the policy of a spec."""
        super().__init__()
        self._view = FrameworkRows(found)
        self._go = go

    def compose(self) -> ComposeResult:
        """The list alone."""
        yield self._view

    def show(self, found: tuple[Framework, ...]) -> None:
        """This is known now."""
        self._view.show(found)

    def action_go(self) -> None:
        """Go to a policy: the one under the cursor, or the only one of a section."""
        match self._view.chosen:
            case PolicyRow(covering=covering):
                self._leave(covering.policy.spec)
            case SectionRow(section=section) if len(section.policies) == 1:
                self._leave(section.policies[0].policy.spec)
            case SectionRow():
                self._view.action_unfold()

    def _leave(self, spec: str) -> None:
        self.dismiss()
        self._go(spec)
