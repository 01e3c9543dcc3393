"""The list itself: rows and groups come from the engine as they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from panther_engine.events import (
    GroupScanned,
    ListScanned,
    PolicyScanned,
    ScannedGrouped,
    ScannedListed,
)
from panther_engine.values.scanned import GroupBy, RowOrder, ScannedGroup, ScannedRow
from panther_tui.overlays.resources.words import (
    GROUPINGS,
    ORDERS,
    counts_words,
    flags_of,
    group_words,
    mark_of,
    mark_of_group,
)
from panther_tui.overlays.typed_list import TypedRows
from panther_tui.terminal.safe_text import printable
from panther_tui.views.cut import cut_middle
from panther_tui.views.line import Line

NARROW = 90
"""Cells up to which the frame says less of the keys."""
ID_SHARE = 0.5
"""Of the row's cells the most that IDs take."""
PAGE = 200
"""Rows that come at a time."""
WAITING = Line((("…", "faint"),))
"""What was asked for and is not here."""
T = TypeVar("T")

Ask = Callable[[ListScanned | GroupScanned], None]
"""Asks the engine for rows, or for groups."""


class ResourceRows(TypedRows):
    """The list. Rows that were not asked for yet are asked for when they come into view."""

    def __init__(self, spec: str, name: str, ask: Ask, chosen: Callable[[], None]) -> None:
        """`chosen` is called when a row is double-clicked."""
        super().__init__(Content(""), id="resources")
        self._spec = spec
        self._policy = printable(name, 100)
        self._ask = ask
        self._chosen = chosen
        self._said = ""
        self._unjudged = ""
        """Why no row need mean that every resource passes."""
        self._order = RowOrder.MOVED
        self._by: GroupBy | None = None
        self._within: ScannedGroup | None = None
        self._groups: Sequence[ScannedGroup] = ()
        self._more = 0
        """Groups that are not listed."""
        self._rows: dict[int, ScannedRow] = {}
        self._total: int | None = None
        self._asked: set[int] = set()

    @property
    def chosen(self) -> ScannedRow | None:
        """The resource under the cursor."""
        key = self.cursor_key
        return self._rows.get(key) if isinstance(key, int) and not self._shows_groups else None

    @property
    def group(self) -> ScannedGroup | None:
        """The group under the cursor, or the one that is open."""
        key = self.cursor_key
        if self._shows_groups and isinstance(key, int) and key < len(self._groups):
            return self._groups[key]
        return self._within

    @property
    def _shows_groups(self) -> bool:
        return self._by is not None and self._within is None

    def show(self, known: PolicyScanned | None, unjudged: str) -> None:
        """Take what the policy says of all resources; `unjudged` says why it says nothing."""
        self._said = "" if known is None else counts_words(known.counts)
        none_there = known is not None and not known.counts.total
        why = "the inventory has no resource of its types" if none_there else ""
        why = unjudged if known is None else why
        if why != self._unjudged:
            self._unjudged = why
            if self._total == 0:
                self.set_rows([self._nothing()])
        self._frame()

    def take(self, found: ScannedListed | ScannedGrouped) -> None:
        """Take rows or groups that came; those of another list are none of its business."""
        if isinstance(found, ScannedGrouped):
            if self._shows_groups and self._wants(found):
                self._take_groups(found)
        elif not self._shows_groups and self._wants_rows(found):
            self._take_rows(found)
        self._frame()

    def ask_again(self) -> None:
        """The policy has judged again."""
        self._asked = set()
        if not self._shows_groups:
            self._rows = {}
        self._want(max(0, self.top))

    def group_next(self) -> None:
        """Group by the next thing, or not at all."""
        self._by = _next(self._by, (None, *GROUPINGS))
        self._within = None
        self._begin()

    def order_next(self) -> None:
        """Put rows in another order."""
        if not self._shows_groups:
            self._order = _next(self._order, ORDERS)
            self._begin()

    def open_group(self, group: ScannedGroup) -> None:
        """List the rows of a group."""
        self._within = group
        self._begin()

    def leave_group(self) -> bool:
        """Back to the groups; False if none is open."""
        if self._within is None:
            return False
        self._within = None
        self._begin()
        return True

    def line(self, key: Hashable) -> Line:
        """A resource in one line: its ID, place, flags, and what was said; or a group."""
        if not isinstance(key, int):
            return Line(((str(key), "muted"),), gutter=((" ", ""),))
        if self._shows_groups:  # they may not be here yet, or be fewer than what stood here
            return _group_line(self._groups[key]) if key < len(self._groups) else WAITING
        row = self._rows.get(key)
        if row is None:
            self._want(key)
            return WAITING
        return self._row_line(row)

    def activate(self, key: Hashable) -> None:
        """A double click is as good as enter."""
        self._chosen()

    def narrow(self) -> str:
        """Ask for those that have what is typed."""
        self._rows, self._groups, self._asked, self._total = {}, (), set(), None
        self._want(0)
        return self._keys_line()

    def _begin(self) -> None:
        self.move_to(0)
        self.narrow_again()
        self._frame()

    def _frame(self) -> None:
        typed = f" ─ filter {printable(self.query_text, 100)}" if self.query_text else ""
        parts = [self._policy]
        if self._by is not None:
            within = "" if self._within is None else f" {printable(self._within.name, 60)}"
            parts.append(f"by {GROUPINGS[self._by]}{within}")
        if self._order is not RowOrder.MOVED and not self._shows_groups:
            parts.append(f"in order {ORDERS[self._order]}")
        if self._said:
            parts.append(self._said)
        self._title = Content.assemble(("Resources", "bold"), f" ─ {' ─ '.join(parts)}")
        self.border_title = Content.assemble(self._title, typed)
        self.border_subtitle = Content(self._keys_line())

    def _keys_line(self) -> str:
        if self._shows_groups:
            more = f"{self._more:,} groups more · " if self._more else ""
            return f"{more}enter opens · ctrl+t one test for all · tab next grouping · esc back"
        if not self._total:
            return "type to filter · tab groups · esc back"
        found = f"{self._total:,} found · " if self.query_text else ""
        keys = "ctrl+o why · ctrl+g line · tab groups · shift+tab order · esc"
        return (
            f"{found}{'enter makes a test' if self.size.width > NARROW else 'enter test'} · {keys}"
        )

    def _wants(self, grouped: ScannedGrouped) -> bool:
        told = (grouped.spec, grouped.by, grouped.text)
        return told == (self._spec, self._by, self.query_text)

    def _wants_rows(self, listed: ScannedListed) -> bool:
        told = (listed.spec, listed.text, listed.order, listed.group)
        return told == (self._spec, self.query_text, self._order, self._open)

    @property
    def _open(self) -> tuple[GroupBy, str] | None:
        if self._by is None or self._within is None:
            return None
        return self._by, self._within.name

    def _take_groups(self, grouped: ScannedGrouped) -> None:
        if self._total == grouped.total and tuple(self._groups) == grouped.groups:
            return
        self._groups, self._total = grouped.groups, grouped.total
        self._more = grouped.total - len(grouped.groups)
        self.set_rows(range(len(grouped.groups)) if grouped.groups else [self._nothing()])
        self.repaint()

    def _take_rows(self, listed: ScannedListed) -> None:
        fresh = {listed.start + at: row for at, row in enumerate(listed.rows)}
        same = all(self._rows.get(at) == row for at, row in fresh.items())
        if listed.total == self._total and same:
            return
        if listed.total != self._total:
            self._rows = {}
        self._total = listed.total
        self._rows.update(fresh)
        self.set_rows(range(listed.total) if listed.total else [self._nothing()])
        self.repaint()

    def _want(self, row: int) -> None:
        """Have the page of this row come, or the groups."""
        page = 0 if self._shows_groups else row - row % PAGE
        if page in self._asked:
            return
        self._asked.add(page)
        if self._by is not None and self._within is None:
            self._ask(GroupScanned(self._spec, self._by, self.query_text))
        else:
            text = self.query_text
            self._ask(ListScanned(self._spec, page, text, self._order, self._open))

    def _nothing(self) -> str:
        if self.query_text:
            return "no resource fits"
        if self._unjudged:
            return self._unjudged
        return "every resource passes" if self._within is None else "none is left in this group"

    def _row_line(self, row: ScannedRow) -> Line:
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


def _group_line(group: ScannedGroup) -> Line:
    mark = mark_of_group(group)
    name = printable(group.name, 300) or "none"
    example = printable(group.example.said, 200)
    return Line(
        ((f"{name}  ", ""), (f"{group_words(group)}  ", "muted"), (example, "faint")),
        gutter=((f" {mark.shape} {group.count:>7,} ", mark.token),),
    )


def _next(now: T, all_of: Iterable[T]) -> T:
    known = list(all_of)
    return known[(known.index(now) + 1) % len(known)]
