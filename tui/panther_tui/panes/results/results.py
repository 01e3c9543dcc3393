"""The pane of a policy's tests: what each came to, and all about the selected one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from panther_engine.events import ANNOUNCED
from panther_engine.model import Diagnostic, Mock, Outcome, Status
from panther_engine.state import PolicyState, State
from panther_tui.keys.actions import RESULTS
from panther_tui.keys.keymap import bindings_for
from panther_tui.panes.pane import Pane
from panther_tui.panes.results.result_lines import (
    COMPACT,
    Detail,
    details_of,
    diagnostic_details,
    name_width,
    test_line,
)
from panther_tui.triage.selection import Place, Selection, result_at
from panther_tui.triage.transitions import test_flip
from panther_tui.views.line import Line
from panther_tui.views.row_view import RowView


@dataclass(frozen=True, slots=True)
class TestRow:
    """The key of a test's row, by its index in the spec."""

    __test__ = False

    index: int


@dataclass(frozen=True, slots=True)
class DetailRow:
    """The key of a line below a test (by index), or above all (-1) for the policy itself."""

    index: int
    place: int


class ResultsPane(Pane):
    """Tests as rows; the selected one is open and shows error, alert, mocks and output."""

    NUMBER: ClassVar[int] = 4
    NAME: ClassVar[str] = RESULTS
    LABEL: ClassVar[str] = "Results"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(RESULTS)]
    BINDING_GROUP_TITLE = "Results"

    class Chosen(Message):
        """The cursor went to a test."""

        def __init__(self, test: int) -> None:
            super().__init__()
            self.test = test

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._policy: PolicyState | None = None
        self._before: Mapping[str, PolicyState] = {}
        self._selection = Selection()
        self._details: dict[int, list[Detail]] = {}
        self._widths: tuple[PolicyState | None, int, int] = (None, 0, 0)
        self._stale = False
        self.wrap = True

    def show(self, state: State, selection: Selection) -> None:
        """Show the selected policy's tests, the selected one open."""
        old = self._selection
        self._selection = selection
        self._before = state.before
        policy = self._policy = state.policies.get(selection.spec)
        if policy is None:
            self.show_title()
            self.say_only("nothing to show yet")
            return
        self._stale = policy.status in (Status.STALE, Status.RUNNING) and policy.result is not None
        self.show_title()
        self._details = {-1: diagnostic_details(self._diagnostics(policy))}
        mocks: tuple[Mock, ...] = ()
        opened, whole = state.opened, None
        if opened is not None and opened.policy.spec == selection.spec:
            whole = opened.policy
            mocks = whole.tests[selection.test].mocks if selection.test < len(whole.tests) else ()
        result = result_at(policy, selection.test)
        self._details[selection.test] = details_of(result, mocks, whole)
        rows = self._rows(policy)
        if state.generation == ANNOUNCED:
            self.say_only("reading the policies …")
            return
        if not rows:
            self.say_only("the policy has no tests")
            return
        self.set_rows(rows, keep=selection.spec == old.spec)
        here = self.cursor_key
        elsewhere = not isinstance(here, TestRow | DetailRow) or here.index != selection.test
        if elsewhere and selection != old and (selection.spec != old.spec or here is not None):
            self.move_to_key(TestRow(selection.test))
        if selection != old:
            self.call_after_refresh(self._reveal_details)

    def line(self, key: Hashable) -> Line:
        """A test's row or a line about it."""
        if isinstance(key, TestRow) and self._policy is not None:
            return test_line(
                self._policy.entry.tests[key.index],
                result_at(self._policy, key.index),
                names=self._name_width(self._policy),
                stale=self._stale,
                selected=key.index == self._selection.test,
                compact=self.size.width < COMPACT,
                flip=test_flip(self._before.get(self._policy.entry.spec), self._policy, key.index),
            )
        if isinstance(key, DetailRow):
            return self._details[key.index][key.place].line
        return super().line(key)

    def is_stop(self, key: Hashable) -> bool:
        """Tests, and lines that lead to a place."""
        if isinstance(key, DetailRow):
            return self._details[key.index][key.place].place is not None
        return True

    def activate(self, key: Hashable) -> None:
        """A double click is as good as enter."""
        self.action_open()

    def place(self) -> Place | None:
        """What the line under the cursor is about; of a test the first place that it names."""
        key = self.cursor_key
        if isinstance(key, DetailRow):
            return self._details[key.index][key.place].place
        details = self._details.get(key.index, []) if isinstance(key, TestRow) else []
        return next((it.place for it in details if it.place is not None), None)

    def action_open(self) -> None:
        """Go to the line of this failure or traceback frame, or open this part."""
        place = self.place()
        if place is not None:
            self.post_message(self.PlaceWanted(place))

    def on_row_view_moved(self, event: RowView.Moved) -> None:
        """Say what the cursor is on now."""
        if isinstance(event.key, TestRow):
            self.post_message(self.Chosen(event.key.index))

    def on_resize(self) -> None:
        """Say in the title what fits."""
        self.show_title()

    def copied_text(self) -> str:
        """The line under the cursor; on a test's row all that is said of it."""
        key = self.cursor_key
        if not isinstance(key, TestRow) or self._policy is None:
            return super().copied_text()
        head = self.line(key).plain.strip()
        details = [it.line for it in self._details.get(key.index, ())]
        lines = ["".join(text for text, _ in (*it.gutter, *it.text)).rstrip() for it in details]
        return "\n".join([head, *lines])

    def copied_place(self) -> str:
        """The place that the line is about, else the test's name."""
        place = self.place()
        if isinstance(self.cursor_key, TestRow) and self._policy is not None:
            return self._policy.entry.tests[self.cursor_key.index].name
        return f"{place.path}:{place.line}" if place is not None else ""

    def _name_width(self, policy: PolicyState) -> int:
        known, width, cells = self._widths
        if known is not policy or width != self.size.width:
            width = self.size.width
            cells = name_width([test.name for test in policy.entry.tests], width)
            self._widths = (policy, width, cells)
        return cells

    def _diagnostics(self, policy: PolicyState) -> list[Diagnostic]:
        found = policy.entry.diagnostics
        if policy.result is not None:
            found = (*found, *policy.result.diagnostics)
        return list(dict.fromkeys(found))

    def _rows(self, policy: PolicyState) -> list[Hashable]:
        rows: list[Hashable] = [DetailRow(-1, place) for place in range(len(self._details[-1]))]
        for index in _failures_first(policy):
            rows.append(TestRow(index))
            if index == self._selection.test:
                rows += [DetailRow(index, it) for it in range(len(self._details.get(index, ())))]
        return rows

    def _reveal_details(self) -> None:
        """Show as much below the selected test as fits, its own row first."""
        row = self.place_of(TestRow(self._selection.test))
        if row is not None and self.size.height:
            following = (
                place
                for place, key in enumerate(self.keys)
                if place > row and isinstance(key, TestRow)
            )
            below = next(following, len(self.keys)) - row - 1
            over = row + below + 1 - (self.top + self.size.height)
            self.scroll_rows(max(0, min(over, row - self.top)))

    def show_title(self) -> None:
        """Say in the frame what is shown."""
        policy = self._policy
        if policy is None:
            self.set_title()
            return
        summary = self._summary(policy)
        name = policy.entry.name or policy.entry.spec
        room = max(8, self.size.width - len(summary) - 23)
        if len(name) > room:
            name = f"{name[: room - 1]}…"
        self.set_title(
            ("Results", ""),
            (" ─ ", "not bold dim"),
            (name, "not bold"),
            (" ── ", "not bold dim"),
            (summary, "bold"),
        )

    def _summary(self, policy: PolicyState) -> str:
        counts = Counter(result.outcome for result in policy.results if result is not None)
        parts = [f"{counts[it]} {it}" for it in Outcome if counts[it] or it is Outcome.PASSED]
        words = ", ".join(parts)
        if policy.status is Status.INVALID or policy.entry.invalid:
            words = "invalid"
        elif policy.status is Status.UNTESTED:
            words = "no tests"
        elif not sum(counts.values()):
            words = "not run yet"
        if self._stale:
            words += ", remembered" if policy.remembered else ", stale"
        return words


def _failures_first(policy: PolicyState) -> list[int]:
    """Indices of the tests: those that do not pass, then the others, each as in the spec."""

    def passes(index: int) -> bool:
        result = result_at(policy, index)
        return result is None or result.outcome is Outcome.PASSED

    return sorted(range(len(policy.entry.tests)), key=passes)
