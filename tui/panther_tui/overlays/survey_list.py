"""What no test pins down across the repository, as a list that fills as it is found."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from panther_tui.overlays.typed_list import TypedRows
from panther_tui.style.marks import NULL, PASSED, UNPINNED, UNREACHED
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.survey import Finding, Survey, Surveyed, narrow_survey
from panther_tui.views.cut import cut_middle
from panther_tui.views.line import Line

COLUMNS = ((15, "muted"), (10, NULL.token), (12, UNPINNED.token), (15, UNREACHED.token))
"""Cells and colour of what stands after a policy's name."""
NAME_CELLS = 48
LEAST_NAME = 12
FINDING_LIMIT = 300


class SurveyRows(TypedRows):
    """Policies, each with its findings below it once it is opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "unfold", "open", show=False, id="survey.open", tooltip="Its findings"),
        Binding("left", "fold", "close", show=False, id="survey.close", tooltip="No findings"),
    ]

    def __init__(self, survey: Survey, here: str) -> None:
        """With the cursor on the policy `here`, by its spec, once that was inspected."""
        super().__init__(Content.styled("What no test pins down", "bold"), id="survey")
        self._survey = survey
        self._here = here
        self._opened: frozenset[str] = frozenset()
        self._shown: dict[Hashable, Surveyed | Finding] = {}

    @property
    def chosen(self) -> Finding | str | None:
        """The finding under the cursor; of a policy the first, or its spec if it has none."""
        found = self._shown.get(self.cursor_key)
        if isinstance(found, Surveyed):
            return found.findings[0] if found.findings else found.spec
        return found

    def on_mount(self) -> None:
        """Begin at what is selected."""
        super().on_mount()
        self.call_after_refresh(self.move_to_key, self._here)

    def show(self, survey: Survey) -> None:
        """This much is known now; the cursor stays on its row."""
        if survey != self._survey:
            self._survey = survey
            self.narrow_again()

    def narrow(self) -> str:
        """What fits the words that are typed, and how far the inspection is."""
        found, total = self._survey.found, self._survey.total
        rows = narrow_survey(found, self.query_text, self._opened)
        self._shown = {it.spec if isinstance(it, Surveyed) else it: it for it in rows}
        nothing = "nothing fits" if found else "nothing is inspected yet: it goes on by itself"
        if not total:
            nothing = "no policy has tests that can run"
        self.set_rows(list(self._shown) or [nothing])
        listed = sum(isinstance(it, Surveyed) for it in self._shown.values())
        count = f"{listed} of {len(found)}" if self.query_text else f"{len(found)} inspected"
        if len(found) < total:
            count += f", {total - len(found)} to come"
        return f"{count} · type to filter · → opens · enter goes · esc back"

    def line(self, key: Hashable) -> Line:
        """A policy with its counts, or a finding with its line."""
        match self._shown.get(key):
            case Surveyed() as policy:
                return self._policy_line(policy)
            case Finding() as finding:
                number = f"{finding.line:>4} " if finding.line else "   – "
                return Line(
                    ((number, "gutter"), (printable(finding.said, FINDING_LIMIT), "")),
                    gutter=((f"     {finding.mark.shape} ", finding.mark.token),),
                )
            case _:
                return Line(((str(key), "muted"),))

    def activate(self, key: Hashable) -> None:
        """A double click goes there."""
        if isinstance(self.screen, SurveyScreen):
            self.screen.action_go()

    def action_unfold(self) -> None:
        """Show the findings of the policy under the cursor."""
        self._fold(opened=True)

    def action_fold(self) -> None:
        """Show the policy alone."""
        self._fold(opened=False)

    def on_resize(self) -> None:
        """Columns are shares of the width."""
        self.repaint()

    def _fold(self, *, opened: bool) -> None:
        found = self._shown.get(self.cursor_key)
        if found is None:
            return
        one = frozenset({found.spec})
        self._opened = self._opened | one if opened else self._opened - one
        self.narrow_again()
        if not opened:
            self.move_to_key(found.spec)

    def _policy_line(self, policy: Surveyed) -> Line:
        mark = policy.mark or PASSED
        room = self.size.width - 4 - sum(cells for cells, _ in COLUMNS)
        cells = max(LEAST_NAME, min(NAME_CELLS, room))
        parts = zip((policy.pinned, *policy.words), COLUMNS, strict=True)
        return Line(
            (
                (_column(policy.name, cells), ""),
                *((set_cell_size(text, width), token) for text, (width, token) in parts),
            ),
            gutter=((f" {mark.shape} ", mark.token),),
        )


class SurveyScreen(ModalScreen[None]):
    """Enter goes to a finding, escape back to where one was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "go there", id="survey.go", tooltip="Go to this line"),
        Binding("escape", "dismiss", "back", id="survey.back", tooltip="Back"),
        Binding("ctrl+q", "app.quit", "quit", id="survey.quit", tooltip="Leave"),
    ]

    def __init__(self, survey: Survey, here: str, go: Callable[[Finding | str], None]) -> None:
        """`go` takes the screen below to a finding, or to the policy of a spec."""
        super().__init__()
        self._view = SurveyRows(survey, here)
        self._go = go

    def compose(self) -> ComposeResult:
        """The list alone."""
        yield self._view

    def show(self, survey: Survey) -> None:
        """This much is known now."""
        self._view.show(survey)

    def action_go(self) -> None:
        """Go to what is under the cursor."""
        chosen = self._view.chosen
        if chosen is not None:
            self.dismiss()
            self._go(chosen)


def _column(text: str, cells: int) -> str:
    shown = cut_middle(printable(text, 300), cells - 1)
    return set_cell_size(shown, cells) if cell_len(shown) <= cells else shown
