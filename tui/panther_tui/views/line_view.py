"""A view of rows that keys, wheel and mouse move in, that can be searched and copied from."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from rich.cells import cell_len
from textual import events
from textual.selection import Selection as TextSelection

from panther_tui.views.row_view import RowView
from panther_tui.views.search import Search
from panther_tui.views.wrap import Continued

WHEEL_ROWS = 3
SIDEWAYS_CELLS = 8


class LineView(RowView):
    """What the user does with rows. The keys themselves are bound by each pane."""

    _found: list[int] | None = None
    """Where the matches are; None until somebody asks."""

    def repaint(self) -> None:
        """Paint what changed; what was found may be elsewhere now."""
        self._found = None
        super().repaint()

    def action_cursor_down(self) -> None:
        """One line down."""
        self._step(1)

    def action_cursor_up(self) -> None:
        """One line up."""
        self._step(-1)

    def action_cursor_top(self) -> None:
        """To the first line."""
        self.left = 0
        self.move_to(self.nearest_stop(0, 1))
        self.scroll_rows(-len(self._keys))

    def action_cursor_bottom(self) -> None:
        """To the last line."""
        self.move_to(self.nearest_stop(len(self._keys) - 1, -1))
        self.scroll_rows(len(self._keys))

    def action_half_page_down(self) -> None:
        """Half a page down."""
        self._page(max(1, self.size.height // 2))

    def action_half_page_up(self) -> None:
        """Half a page up."""
        self._page(-max(1, self.size.height // 2))

    def action_page_down(self) -> None:
        """A page down."""
        self._page(max(1, self.size.height - 1))

    def action_page_up(self) -> None:
        """A page up."""
        self._page(-max(1, self.size.height - 1))

    def action_scroll_left(self) -> None:
        """See what is further left."""
        self.scroll_cells(-SIDEWAYS_CELLS)

    def action_scroll_right(self) -> None:
        """See what is further right."""
        self.scroll_cells(SIDEWAYS_CELLS)

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self.set_wrap(not self.wrap)

    def _step(self, step: int) -> None:
        place = self.cursor + step
        while 0 <= place < len(self._keys):
            if self.stops(self._keys[place]):
                self.move_to(place)
                return
            place += step
        self.scroll_rows(step)

    def _page(self, rows: int) -> None:
        self.scroll_rows(rows)
        step = 1 if rows > 0 else -1
        self.move_to(self.nearest_stop(self.cursor + rows, step))

    # Searching -------------------------------------------------------------------------------

    def searched(self) -> Sequence[Hashable]:
        """The lines that a search looks at, in order; also such as are folded away."""
        return self._given

    def unfold_to(self, key: Hashable) -> None:
        """Have a line that was found be one of the rows. Views that fold something do so."""

    def set_query(self, query: str, *, jump: bool = True) -> None:
        """Mark what matches a text; with `jump` go to the first match from the cursor on."""
        self.search = Search(query)
        self._found = None
        self.refresh()
        if query and jump:
            self._go_to_match(1, here=True)

    def find_note(self) -> str:
        """Which match the cursor is on, and of how many: `2/7`, or `nothing found`."""
        if not self.search.query:
            return ""
        order, found = self.searched(), self._matches()
        if not found:
            return "nothing found"
        here = self._searched_place(order)
        number = found.index(here) + 1 if here in found else 0
        return f"{number}/{len(found)}" if number else f"{len(found)} found"

    def action_search_next(self) -> None:
        """To the next match."""
        self._go_to_match(1)

    def action_search_previous(self) -> None:
        """To the previous match."""
        self._go_to_match(-1)

    def _matches(self) -> list[int]:
        """Where in `searched` a match is."""
        if self._found is None:
            spans, line = self.search.spans, self.line
            keys = enumerate(self.searched())
            self._found = [place for place, key in keys if spans(line(key).plain)]
        return self._found

    def _searched_place(self, order: Sequence[Hashable]) -> int:
        """Where the cursor is among the lines that are searched; -1 if on none of them."""
        key = self.cursor_key
        key = key.key if isinstance(key, Continued) else key
        return next((place for place, known in enumerate(order) if known == key), -1)

    def _go_to_match(self, step: int, *, here: bool = False) -> None:
        order, found = self.searched(), self._matches()
        if not found:
            return
        now = self._searched_place(order)
        if step > 0:
            ahead = (place for place in found if place > now or (here and place == now))
            chosen = next(ahead, found[0])
        else:
            chosen = next((place for place in reversed(found) if place < now), found[-1])
        key = order[chosen]
        self.unfold_to(key)
        place = self.place_of(key)
        if place is not None:
            self.move_to(self._row_of_match(place), centre=True)

    def _row_of_match(self, place: int) -> int:
        """Of the rows of a line that wraps the one with the match."""
        last = place
        while last + 1 < len(self.keys) and isinstance(self.keys[last + 1], Continued):
            last += 1
        rows = range(place, last + 1)
        return next(
            (row for row in rows if self.search.spans(self.row(self.keys[row]).plain)), place
        )

    # The mouse -------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Go to what was clicked."""
        event.prevent_default()
        offset = event.get_content_offset(self)
        if offset is None or self.text_selection is not None:
            return
        place = self.top + offset.y
        if place < len(self._keys) and self.stops(self._keys[place]):
            key = self._keys[place]
            self.move_to(place)
            gutter = sum(cell_len(text) for text, _ in self.row(key).gutter)
            if not self.clicked(key, offset.x - gutter + self.left) and event.chain == 2:
                self.activate(key)

    def clicked(self, key: Hashable, x: int) -> bool:
        """A cell of a row's text was clicked; True if that did something of its own."""
        return False

    @property
    def allow_select(self) -> bool:
        """Whether a press of the mouse here begins a selection: not on the scrollbar."""
        return super().allow_select and not self._mouse_on_scrollbar()

    def _mouse_on_scrollbar(self) -> bool:
        overflows = len(self.keys) > self.size.height
        return overflows and self.app.mouse_position.x == self.content_region.right - 1

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the scrollbar."""
        offset = event.get_content_offset(self)
        if offset is not None and self._mouse_on_scrollbar():
            self._grabbed = True
            self.capture_mouse()
            self._drag(offset.y)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the scrollbar."""
        if self._grabbed:
            self._drag(event.get_content_offset_capture(self).y)

    def on_mouse_up(self) -> None:
        """Let go of the scrollbar."""
        if self._grabbed:
            self._grabbed = False
            self.release_mouse()

    def _drag(self, y: int) -> None:
        height = max(1, self.size.height - 1)
        target = round(y * (len(self._keys) - self.size.height) / height)
        self.scroll_rows(target - self.top)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down, or right with shift."""
        event.stop()
        self._wheel(event, WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up, or left with shift."""
        event.stop()
        self._wheel(event, -WHEEL_ROWS)

    def _wheel(self, event: events.MouseEvent, rows: int) -> None:
        move: Callable[[int], None] = self.scroll_cells if event.shift else self.scroll_rows
        move(rows)

    # Text selection --------------------------------------------------------------------------

    def get_selection(self, selection: TextSelection) -> tuple[str, str] | None:
        """The selected text, without gutters."""
        text = "\n".join(self.row(key).plain for key in self._keys)
        return selection.extract(text), "\n"

    def selection_updated(self, selection: TextSelection | None) -> None:
        """Paint what is selected."""
        self.refresh()
