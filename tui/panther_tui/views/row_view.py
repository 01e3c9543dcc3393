"""Rows by key, painted only when what they show has changed, with a cursor that stays put."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from panther_tui.style.tokens import tokens_of
from panther_tui.views.line import Line, Span, paint
from panther_tui.views.search import Search
from panther_tui.views.wrap import Continued, wrap_line

STRIPS_KEPT = 128
"""Painted rows that are kept, a few screens of them, so that scrolling back costs nothing."""


class RowView(Widget, can_focus=True):
    """Rows known by key, with a cursor that stays on its key when the rows change.

    A subclass calls `set_rows` when rows come, go or move, and `repaint` when what they show may
    have changed; `line` says what a row shows and is asked for visible rows only. Nothing here
    asks for a layout.
    """

    class Moved(Message):
        """The user put the cursor on a row."""

        def __init__(self, view: RowView, key: Hashable) -> None:
            super().__init__()
            self.view = view
            self.key = key

        @property
        def control(self) -> RowView:
            """The view, for `@on` with a selector."""
            return self.view

    ALLOW_MAXIMIZE: ClassVar[bool] = False
    WRAPS_SOME: ClassVar[bool] = False
    """Some lines wrap even while `wrap` is off."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.top = 0
        self.left = 0
        self.cursor = 0
        self.search = Search()
        self.wrap = False
        self._given: Sequence[Hashable] = ()
        self._keys: Sequence[Hashable] = ()
        self._places: dict[Hashable, int] | None = None
        self.painted_at: float | None = None
        """When a row was on the screen first, by the clock of messages."""
        self._painted: dict[int, tuple[Line, bool, str]] = {}
        self._strips: LRUCache[tuple[object, ...], Strip] = LRUCache(STRIPS_KEPT)
        self._grabbed = False
        self._height = 0

    # What a subclass says ------------------------------------------------------------------

    def line(self, key: Hashable) -> Line:
        """What the row of this key shows. Cheap: it is asked on every change."""
        return Line()

    def is_stop(self, key: Hashable) -> bool:
        """Whether the cursor stops on this row."""
        return True

    def wraps(self, key: Hashable) -> bool:
        """Whether this line goes on on further rows where it is too wide."""
        return self.wrap

    def activate(self, key: Hashable) -> None:
        """A row was double-clicked."""

    def moved(self, key: Hashable) -> None:
        """The user put the cursor on a row; called before the next key is looked at."""

    # Rows ------------------------------------------------------------------------------------

    @property
    def keys(self) -> Sequence[Hashable]:
        """The rows, top to bottom."""
        return self._keys

    @property
    def cursor_key(self) -> Hashable | None:
        """The key under the cursor; None in an empty view."""
        return self._keys[self.cursor] if self._keys else None

    def place_of(self, key: Hashable) -> int | None:
        """Which row a key is on."""
        if self._places is None:
            self._places = {key: place for place, key in enumerate(self._keys)}
        return self._places.get(key)

    def set_rows(self, keys: Sequence[Hashable], *, keep: bool = True) -> None:
        """Replace the rows. With `keep` the cursor stays on its key and that row where it was."""
        old_key, old_cursor, old_top = self.cursor_key, self.cursor, self.top
        old_left = self.left
        self._given = keys
        if self.wrap or self.WRAPS_SOME:
            keys = [row for key in keys for row in self._rows_of(key)]
        if keys != self._keys:
            self._keys, self._places = keys, None
        if not keep:
            self.cursor = self.top = self.left = 0
            self.cursor = self.nearest_stop(0, 1)
        else:
            place = None if old_key is None else self.place_of(old_key)
            self.cursor = self.nearest_stop(old_cursor if place is None else place, 1)
            if place is not None:
                self.top = old_top + self.cursor - old_cursor
        self._clamp()
        if self.left == old_left:
            self.repaint()
        else:
            self.refresh()

    def set_wrap(self, on: bool) -> None:
        """Continue lines that are too wide on further rows, or cut them."""
        self.wrap = on
        self.left = 0
        self.set_rows(self._given)
        self.refresh()

    def row(self, key: Hashable) -> Line:
        """What is on one row: a line, or the part of it that fits."""
        whole, part = (key.key, key.part) if isinstance(key, Continued) else (key, 0)
        if not self.wraps(whole):
            return self.line(whole)
        parts = wrap_line(self.line(whole), self._wrap_width())
        return parts[part] if part < len(parts) else Line()

    def stops(self, key: Hashable) -> bool:
        """Whether the cursor stops on a row: not where a line is only continued."""
        return not isinstance(key, Continued) and self.is_stop(key)

    def _rows_of(self, key: Hashable) -> list[Hashable]:
        if not self.wraps(key):
            return [key]
        parts = wrap_line(self.line(key), self._wrap_width())
        return [key, *(Continued(key, part) for part in range(1, len(parts)))]

    def _wrap_width(self) -> int:
        return max(0, self.size.width - 1)  # the scrollbar's column

    def repaint(self) -> None:
        """Paint again those visible rows that no longer show what they should."""
        width, height = self.size
        begin = None
        for y in range(height):
            if not self._is_painted(y, height):
                begin = y if begin is None else begin
            elif begin is not None:
                self.refresh(Region(0, begin, width, y - begin))
                begin = None
        if begin is not None:
            self.refresh(Region(0, begin, width, height - begin))

    def _is_painted(self, y: int, height: int) -> bool:
        """Whether a visible row shows what it should."""
        place = self.top + y
        known = self._painted.get(y)
        if place >= len(self._keys):
            return known is None
        return known == (self.row(self._keys[place]), place == self.cursor, self._thumb(y, height))

    # Moving ----------------------------------------------------------------------------------

    def move_to(self, place: int, *, tell: bool = True, centre: bool = False) -> None:
        """Put the cursor on a row and bring it into view; `centre` if it was not in view."""
        if not self._keys:
            return
        old = self.cursor
        self.cursor = max(0, min(place, len(self._keys) - 1))
        self._reveal(centre)
        if old != self.cursor:
            self._refresh_row(old)
            self._refresh_row(self.cursor)
            if tell:
                key = self._keys[self.cursor]
                self.post_message(self.Moved(self, key))
                self.moved(key)

    def move_to_key(self, key: Hashable, *, tell: bool = False) -> bool:
        """Put the cursor on a key; False if no row has it."""
        place = self.place_of(key)
        if place is None:
            return False
        self.move_to(place, tell=tell, centre=True)
        return True

    def scroll_rows(self, rows: int) -> None:
        """Scroll without moving the cursor."""
        old = self.top
        self.top += rows
        self._clamp()
        if self.top != old:
            self.refresh()

    def scroll_cells(self, cells: int) -> None:
        """Scroll sideways, no further than the longest visible line."""
        rows = self._keys[self.top : self.top + self.size.height]
        longest = max((len(self.row(key).plain) for key in rows), default=0)
        left = max(0, min(self.left + cells, longest - self.size.width // 2))
        if left != self.left:
            self.left = left
            self.refresh()

    def nearest_stop(self, place: int, step: int) -> int:
        """The first stop from `place` on in the direction of `step`, else the other way."""
        last = len(self._keys) - 1
        place = max(0, min(place, last))
        for direction in (step, -step):
            here = place
            while 0 <= here <= last:
                if self.stops(self._keys[here]):
                    return here
                here += direction
        return place

    def _reveal(self, centre: bool) -> None:
        height = self.size.height
        top = self.top
        if height <= 0:
            return
        if not top <= self.cursor < top + height:
            if centre:
                top = self.cursor - height // 3
            else:
                top = self.cursor if self.cursor < top else self.cursor - height + 1
        self.scroll_rows(top - self.top)

    def _clamp(self) -> None:
        height = self.size.height
        self.top = max(0, min(self.top, len(self._keys) - height)) if height else 0

    def _refresh_row(self, place: int) -> None:
        if 0 <= place - self.top < self.size.height:
            self.refresh(Region(0, place - self.top, self.size.width, 1))

    # Painting --------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """The cells of a visible row."""
        width, height = self.size
        tokens = tokens_of(self.app)
        place = self.top + y
        if place >= len(self._keys):
            self._painted.pop(y, None)
            return Strip.blank(width, tokens.base)
        line = self.row(self._keys[place])
        on_cursor = place == self.cursor
        cursor = ("cursor" if self.has_class("-active") else "cursor-idle") if on_cursor else ""
        thumb = self._thumb(y, height)
        if self.painted_at is None:
            self.painted_at = Message().time
        self._painted[y] = (line, on_cursor, thumb)
        selected = self._selected_span(place)
        offset = place if self.mouse_hover else None
        key = (line, width, self.left, cursor, thumb, self.search.query, selected, offset, tokens)
        strip = self._strips.get(key)
        if strip is None:
            spans: list[tuple[Span, Style]] = []
            if self.search.query:
                match = tokens.fill("match")
                spans += [(span, match) for span in self.search.spans(line.plain)]
            if selected is not None:
                spans.append((selected, self.screen.get_component_rich_style("screen--selection")))
            strip = paint(
                line,
                tokens,
                width - bool(thumb),
                left=self.left,
                cursor=cursor,
                spans=spans,
                offset_y=offset,
            )
            if thumb:
                strip = Strip.join(
                    [strip, Strip([Segment(thumb, tokens.base + tokens.style("scrollbar"))], 1)]
                )
            self._strips[key] = strip
        return strip

    def _thumb(self, y: int, height: int) -> str:
        """The scrollbar's cell on this row; empty when all rows are in view."""
        count = len(self._keys)
        if count <= height or height <= 0:
            return ""
        size = max(1, height * height // count)
        start = round(self.top * (height - size) / (count - height))
        return "▐" if start <= y < start + size else " "

    def _selected_span(self, place: int) -> Span | None:
        selection = self.text_selection
        return None if selection is None else selection.get_span(place)

    # Changes around it -----------------------------------------------------------------------

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        was, self._height = self._height, self.size.height
        if self.wrap or self.WRAPS_SOME:
            self.set_rows(self._given)
        self._clamp()
        self._reveal(centre=not was)

    def notify_style_update(self) -> None:
        """Forget what was painted with the former style."""
        super().notify_style_update()
        self._painted.clear()
