"""The resources that a policy does not pass, narrowed by typing, live while it judges them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from panther_engine.events import PolicyScanned, ScannedListed
from panther_engine.model import Verdict
from panther_engine.values.scanned import Counts, ScannedRow
from panther_tui.overlays.typed_list import TypedRows
from panther_tui.style.marks import ERRORED, FAILED, PASSED, Mark
from panther_tui.terminal.safe_text import printable
from panther_tui.views.cut import cut_middle
from panther_tui.views.line import Line

MARKS = {Verdict.PASS: PASSED, Verdict.FAIL: FAILED, Verdict.ERROR: ERRORED}
ID_SHARE = 0.5
"""Of the row's cells the most that IDs take."""

Ask = Callable[[str, int, str], None]
"""Asks for rows of a policy, from this one on, that have this text."""


class ResourceRows(TypedRows):
    """The list. Rows that were not asked for yet are asked for when they come into view."""

    def __init__(self, spec: str, name: str, ask: Ask) -> None:
        title = Content.assemble(("Resources", "bold"), f" ─ {printable(name, 100)}")
        super().__init__(title, id="resources")
        self._spec = spec
        self._ask = ask
        self._rows: dict[int, ScannedRow] = {}
        self._total: int | None = None
        self._said = ""
        self._asked: set[int] = set()

    @property
    def chosen(self) -> ScannedRow | None:
        """The resource under the cursor."""
        key = self.cursor_key
        return self._rows.get(key) if isinstance(key, int) else None

    def show(self, listed: ScannedListed | None, known: PolicyScanned | None) -> None:
        """Take a page of rows that came, and what the policy says of all of them."""
        self._said = "" if known is None else counts_words(known.counts)
        mine = listed is not None and (listed.spec, listed.text) == (self._spec, self.query_text)
        if listed is not None and mine:
            fresh = {listed.start + at: row for at, row in enumerate(listed.rows)}
            if listed.total != self._total or any(
                self._rows.get(at) != row for at, row in fresh.items()
            ):
                if listed.total != self._total:
                    self._rows = {}
                self._total = listed.total
                self._rows.update(fresh)
                self.set_rows(range(listed.total) if listed.total else [self._nothing()])
                self.repaint()
        self.border_subtitle = Content(self._subtitle())

    def ask_again(self) -> None:
        """The policy has judged again."""
        self._rows, self._asked = {}, set()
        self._want(max(0, self.top))

    def line(self, key: Hashable) -> Line:
        """A resource in one line: its ID, place, flags, and what was said."""
        if not isinstance(key, int):
            return Line(((str(key), "muted"),), gutter=((" ", ""),))
        row = self._rows.get(key)
        if row is None:
            self._want(key)
            return Line((("…", "faint"),))
        mark = mark_of(row)
        token = "muted" if row.suppressed or row.ignored else mark.token
        ids = min(
            max((cell_len(one.resource_id) for one in self._rows.values()), default=0),
            int(self.size.width * ID_SHARE),
        )
        place = " ".join(
            part for part in (row.account, row.region) if part and part not in row.resource_id
        )
        flags = flags_of(row)
        return Line(
            (
                (set_cell_size(cut_middle(printable(row.resource_id, 300), ids), ids) + "  ", ""),
                (f"{place}  " if place else "", "muted"),
                (f"{flags}  " if flags else "", "warning"),
                (printable(row.said, 300), "muted"),
            ),
            gutter=((f" {mark.shape} {row.verdict:<6}", token),),
        )

    def activate(self, key: Hashable) -> None:
        """A double click is as good as enter."""
        if isinstance(self.screen, ResourceListScreen):
            self.screen.action_test()

    def narrow(self) -> str:
        """Ask for those that have what is typed."""
        self._rows, self._asked, self._total = {}, set(), None
        self._want(0)
        return self._subtitle()

    def _want(self, row: int) -> None:
        """Have the page of this row come."""
        page = row - row % PAGE
        if page not in self._asked:
            self._asked.add(page)
            self._ask(self._spec, page, self.query_text)

    def _nothing(self) -> str:
        return "no resource fits" if self.query_text else "every resource passes"

    def _subtitle(self) -> str:
        found = f"{self._total:,} found · " if self.query_text and self._total is not None else ""
        said = f"{self._said} · " if self._said else ""
        keys = "enter makes a test · ctrl+o shows why · ctrl+g the line · " if self._total else ""
        return f"{found}{said}{keys}type to filter · esc back"


PAGE = 200
"""Rows that come at a time."""


class ResourceListScreen(ModalScreen[None]):
    """Enter makes a test of a resource, escape goes back to where one was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "test", "make a test", id="resources.test", tooltip="Make a test of it"),
        Binding("ctrl+o", "show", "why", id="resources.show", tooltip="Show it and why"),
        Binding("ctrl+g", "go", "the line", id="resources.go", tooltip="Go to the line that erred"),
        Binding("escape", "dismiss", "back", id="resources.back", tooltip="Back"),
        Binding("ctrl+q", "app.quit", "quit", id="resources.quit", tooltip="Leave"),
    ]

    def __init__(
        self,
        spec: str,
        name: str,
        ask: Ask,
        make_test: Callable[[str, ScannedRow], None],
        show: Callable[[str, ScannedRow], None],
        go: Callable[[ScannedRow], None],
    ) -> None:
        """`ask` has rows come; the others are told of the row that somebody chose.

        `make_test` makes a test of it, `show` shows it with its why, `go` goes to where it erred.
        """
        super().__init__()
        self.spec = spec
        self._view = ResourceRows(spec, name, ask)
        self._make_test = make_test
        self._show = show
        self._go = go

    def compose(self) -> ComposeResult:
        """The list alone."""
        yield self._view

    def show(self, listed: ScannedListed | None, known: PolicyScanned | None) -> None:
        """Take what the engine said."""
        self._view.show(listed, known)

    def ask_again(self) -> None:
        """The policy has judged again."""
        self._view.ask_again()

    def action_test(self) -> None:
        """Make a test of the resource under the cursor."""
        if (row := self._view.chosen) is not None:
            self.dismiss()
            self._make_test(self.spec, row)

    def action_show(self) -> None:
        """Show the resource under the cursor as a scratch copy, with all that is known of one."""
        if (row := self._view.chosen) is not None:
            self.dismiss()
            self._show(self.spec, row)

    def action_go(self) -> None:
        """Go to the line where the policy raised."""
        if (row := self._view.chosen) is not None:
            self.dismiss()
            self._go(row)


def mark_of(row: ScannedRow) -> Mark:
    """The mark of a row's verdict."""
    return MARKS[row.verdict]


def flags_of(row: ScannedRow) -> str:
    """What else is to be known of a row, in words."""
    flags = (
        ("moved", row.moved),
        ("suppressed", row.suppressed),
        (f"ignored: {printable(row.ignored, 100)}", bool(row.ignored)),
        ("unverified", row.unverified),
        (f"mapped by {printable(row.mapping, 40)}", bool(row.mapping)),
    )
    return ", ".join(word for word, on in flags if on)


def counts_words(counts: Counts) -> str:
    """`12 fail · 3 err of 200`."""
    parts = [
        f"{counts.failed:,} fail" if counts.failed else "",
        f"{counts.erred:,} err" if counts.erred else "",
        f"{counts.suppressed:,} suppressed" if counts.suppressed else "",
        f"{counts.ignored:,} ignored" if counts.ignored else "",
        f"{counts.unverified:,} unverified" if counts.unverified else "",
    ]
    told = " · ".join(part for part in parts if part) or "all pass"
    return f"{told} of {counts.total:,}"
