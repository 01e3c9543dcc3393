"""What the four panes have in common: a frame with a title, and a way to be shown a state."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, Self

from textual.content import Content
from textual.geometry import Region
from textual.message import Message

from panther_engine.state import State
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.selection import Place, Selection
from panther_tui.views.line import Line, Pieces
from panther_tui.views.line_view import LineView

TITLE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Remark:
    """The key of a row that only says something: why there is nothing else to show."""

    text: str


class Pane(LineView):
    """A numbered view in a frame. It shows what follows from the state and the selection."""

    NUMBER: ClassVar[int]
    NAME: ClassVar[str]
    """As in `actions.PANES`."""
    LABEL: ClassVar[str]

    FIND_LABEL: ClassVar[str] = "search"

    class PlaceWanted(Message):
        """The user wants to see a line of a file."""

        def __init__(self, place: Place) -> None:
            super().__init__()
            self.place = place

    _frame: tuple[Pieces, str] | None = None
    _frame_row: int | None = None

    @abstractmethod
    def show(self, state: State, selection: Selection) -> None:
        """Show this state. Called on every change, so what did not change must cost nothing."""

    def set_title(self, *parts: tuple[str, str], note: str = "") -> None:
        """The frame's title, text with Textual styles after the pane's number, and a lower note."""
        pieces = parts or ((self.LABEL, ""),)
        if self.search.query:
            note = "  ".join(filter(None, (f"/ {self.search.query}  {self.find_note()}", note)))
        old = self._frame or ((), "")
        if (pieces, note) == self._frame:
            return
        self._frame = (pieces, note)
        bottom = self.outer_size.height - 1
        if pieces != old[0]:
            with self._only_row(0):
                self.border_title = Content.assemble(
                    (f"{self.NUMBER} ", "bold"),
                    *((printable(text, TITLE_LIMIT), style) for text, style in pieces),
                )
        if note != old[1]:
            with self._only_row(bottom):
                self.border_subtitle = Content(printable(note, TITLE_LIMIT)) if note else None

    @contextmanager
    def _only_row(self, row: int) -> Iterator[None]:
        """Paint no more than this row of the frame for what is set inside: Textual paints all."""
        self._frame_row = row
        try:
            yield
        finally:
            self._frame_row = None

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Paint again; a title that changes takes its own row only."""
        if self._frame_row is not None:
            across, down = self.content_offset
            regions = (Region(-across, self._frame_row - down, self.outer_size.width, 1),)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    @property
    def query_text(self) -> str:
        """What is searched for, or filtered by; empty if nothing is."""
        return self.search.query

    def show_title(self) -> None:
        """Say again in the frame what the pane shows."""
        self.set_title()

    def set_query(self, query: str, *, jump: bool = True) -> None:
        """Mark what matches, and say how much that is."""
        super().set_query(query, jump=jump)
        self.show_title()

    def move_to(self, place: int, *, tell: bool = True, centre: bool = False) -> None:
        """Put the cursor on a row; during a search say which match that is."""
        super().move_to(place, tell=tell, centre=centre)
        if self.search.query:
            self.show_title()

    def copied_text(self) -> str:
        """What `y` copies: the line under the cursor."""
        key = self.cursor_key
        return "" if key is None else self.line(key).plain.strip()

    def copied_place(self) -> str:
        """What `Y` copies: where the cursor is."""
        return ""

    def copied_test(self) -> tuple[str, str] | None:
        """The test that the cursor is on, as spec and name: `Y` copies what runs it."""
        return None

    def say_only(self, text: str) -> None:
        """Show nothing but this remark."""
        self.set_rows((Remark(text),), keep=False)

    def line(self, key: Hashable) -> Line:
        """A remark's row; panes say what their own rows show."""
        return Line(((printable(key.text), "muted"),)) if isinstance(key, Remark) else Line()
