"""The pane of a policy's tests: what each came to, and all about the selected one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias

from textual.binding import BindingType
from textual.message import Message

from panther_engine.events import ANNOUNCED, Explained
from panther_engine.model import Diagnostic, Mock, Outcome, Policy, TestResult
from panther_engine.state import PolicyState, State
from panther_engine.values.insight import Flip
from panther_tui.keys.actions import RESULTS
from panther_tui.keys.keymap import bindings_for
from panther_tui.panes.pane import Pane
from panther_tui.panes.results.detail import Detail
from panther_tui.panes.results.remark_lines import remark_details
from panther_tui.panes.results.result_lines import (
    SPEC_TEXTS,
    copied_head,
    details_of,
    diagnostic_details,
    name_width,
    test_line,
)
from panther_tui.panes.results.scratch_line import scratch_line
from panther_tui.panes.results.summary import short_summary, summary_of
from panther_tui.panes.results.why_lines import STEPS
from panther_tui.panes.scratch.laid_over import ShownScratch
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.causes import sharing_note
from panther_tui.triage.insights import explained_of, inspected_of
from panther_tui.triage.reasons import why_no_line
from panther_tui.triage.rounds import RoundShown
from panther_tui.triage.selection import Place, Selection, is_stale, result_at
from panther_tui.triage.transitions import test_flip
from panther_tui.views.cut import cut_middle
from panther_tui.views.line import Line

Told: TypeAlias = tuple[TestResult | None, tuple[Mock, ...], Policy | None, Explained | None]

LEAST_NAME = 8
"""Cells that the policy's name has in the frame."""

TITLE_ROOM = 23
"""Cells of the title for all but the policy's name and its summary."""


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

    class RoundWanted(Message):
        """A round of a loop is to be looked at."""

        def __init__(self, loop: int, number: int) -> None:
            super().__init__()
            self.loop = loop
            self.number = number

    class FlipWanted(Message):
        """What would flip the verdict is to be tried."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.choose: Callable[[int], None] = lambda test: None
        """Told which test the user put the cursor on."""
        self._policy: PolicyState | None = None
        self._before: Mapping[str, PolicyState] = {}
        self._selection = Selection()
        self._details: dict[int, list[Detail]] = {}
        self._widths: tuple[PolicyState | None, int, int] = (None, 0, 0)
        self._stale = False
        self._opened: frozenset[str] = frozenset()
        """Parts of the selected test that are open, by name."""
        self.round: RoundShown | None = None
        """The round of a loop that is looked at."""
        self._shown = State()
        self._told: Told = (None, (), None, None)
        """What the lines about the selected test are made of."""
        self._counted: tuple[Mapping[str, PolicyState], Selection] | None = None
        self._sharing = ""
        """How many failures have the selected one's cause."""
        self.scratch: ShownScratch | None = None
        """The last test is a scratch; set it before `show`."""
        self.wrap = True

    def show(self, state: State, selection: Selection) -> None:
        """Show the selected policy's tests, the selected one open."""
        old = self._selection
        self._selection, self._shown = selection, state
        self._before = state.before
        policy = self._policy = state.policies.get(selection.spec)
        if policy is None:
            self.show_title()
            self.say_only("nothing to show yet")
            return
        self._stale = is_stale(policy)
        self._count_sharing(state, selection)
        self.show_title()
        remarks = remark_details(inspected_of(state, selection.spec), policy.entry.body)
        self._details = {-1: [*diagnostic_details(self._diagnostics(policy)), *remarks]}
        mocks: tuple[Mock, ...] = ()
        opened, whole = state.opened, None
        if opened is not None and opened.policy.spec == selection.spec:
            whole = opened.policy
            mocks = whole.tests[selection.test].mocks if selection.test < len(whole.tests) else ()
        result = result_at(policy, selection.test)
        explained = explained_of(state, selection)
        self._told = (result, mocks, whole, explained)
        self._details[selection.test] = details_of(
            result, mocks, whole, explained=explained, opened=self._opened, shown=self.round
        )
        if self.scratch is not None and result is None:
            self._details[selection.test] += diagnostic_details(self.scratch.diagnostics)
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

    def look_at(self, shown: RoundShown | None) -> None:
        """Show this round of a loop, with the cursor on it; None shows none in particular."""
        self.round = shown
        if shown is None:
            return
        self._opened |= {STEPS}
        self.show(self._shown, self._selection)
        wanted = (shown.loop, shown.number)
        for place, detail in enumerate(self._details.get(self._selection.test, ())):
            if detail.turn == wanted:
                self.move_to_key(DetailRow(self._selection.test, place))

    def line(self, key: Hashable) -> Line:
        """A test's row or a line about it."""
        if isinstance(key, TestRow) and self._policy is not None:
            if self.scratch is not None and key.index == self.scratch.test:
                return scratch_line(
                    result_at(self._policy, key.index),
                    self.scratch,
                    names=self._name_width(self._policy),
                    width=self.size.width,
                )
            return test_line(
                self._policy.entry.tests[key.index],
                result_at(self._policy, key.index),
                names=self._name_width(self._policy),
                stale=self._stale,
                selected=key.index == self._selection.test,
                width=self.size.width,
                flip=test_flip(self._before.get(self._policy.entry.spec), self._policy, key.index),
            )
        if isinstance(key, DetailRow):
            return self._details[key.index][key.place].line
        return super().line(key)

    def is_stop(self, key: Hashable) -> bool:
        """Tests, and lines that lead to a place."""
        if isinstance(key, DetailRow):
            return self._details[key.index][key.place].leads
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

    def flip(self) -> Flip | None:
        """The flip under the cursor, else the first of the selected test."""
        key = self.cursor_key
        if isinstance(key, DetailRow) and (here := self._details[key.index][key.place].flip):
            return here
        details = self._details.get(self._selection.test, [])
        return next((it.flip for it in details if it.flip is not None), None)

    def action_open(self) -> None:
        """Go to the line of this failure or traceback frame, or open this part."""
        key, place = self.cursor_key, self.place()
        if isinstance(key, DetailRow) and (part := self._details[key.index][key.place].fold):
            self._opened ^= {part}
            self.show(self._shown, self._selection)
        elif isinstance(key, DetailRow) and (turn := self._details[key.index][key.place].turn):
            self.post_message(self.RoundWanted(*turn))
        elif isinstance(key, DetailRow) and self._details[key.index][key.place].flip is not None:
            self.post_message(self.FlipWanted())
        elif place is not None:
            self.post_message(self.PlaceWanted(place))
        elif isinstance(key, TestRow):
            said = why_no_line(self._policy, key.index)
            self.app.notify(said, timeout=4, markup=False)

    def moved(self, key: Hashable) -> None:
        """Choose what the cursor is on now."""
        if isinstance(key, TestRow):
            self.choose(key.index)

    def on_resize(self) -> None:
        """Say in the title what fits."""
        self.show_title()

    def copied_text(self) -> str:
        """The line under the cursor; on a test's row all that is known of it, nothing cut."""
        key = self.cursor_key
        if not isinstance(key, TestRow) or self._policy is None:
            return super().copied_text()
        entry = self._policy.entry
        result, mocks, whole, explained = self._told
        test = entry.tests[key.index]
        head = copied_head(entry.name or entry.spec, test, result_at(self._policy, key.index))
        everything = details_of(
            result, mocks, whole, explained=explained, opened={SPEC_TEXTS, STEPS}
        )
        details = [it.line for it in everything]
        lines = ["".join(text for text, _ in (*it.gutter, *it.text)).rstrip() for it in details]
        return "\n".join([head, *(lines if key.index == self._selection.test else ())])

    def copied_place(self) -> str:
        """The place that the line is about."""
        place = self.place()
        return f"{place.path}:{place.line}" if place is not None else ""

    def copied_test(self) -> tuple[str, str] | None:
        """The test under the cursor."""
        key = self.cursor_key
        if not isinstance(key, TestRow) or self._policy is None:
            return None
        entry = self._policy.entry
        return entry.spec, entry.tests[key.index].name

    def clicked(self, key: Hashable, x: int) -> bool:
        """The line that folds the alert's texts does so at a click."""
        folds = isinstance(key, DetailRow) and bool(self._details[key.index][key.place].fold)
        if folds:
            self.action_open()
        return folds

    def wraps(self, key: Hashable) -> bool:
        """Lines about a test; its own row is always one."""
        return super().wraps(key) and not isinstance(key, TestRow)

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
        for index in self._order(policy):
            rows.append(TestRow(index))
            if index == self._selection.test:
                rows += [DetailRow(index, it) for it in range(len(self._details.get(index, ())))]
        return rows

    def _order(self, policy: PolicyState) -> list[int]:
        """A scratch stays on top, whatever it comes to: nothing moves while one types."""
        order = _failures_first(policy)
        first = None if self.scratch is None else self.scratch.test
        return order if first is None else [first, *(it for it in order if it != first)]

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
        if self.scratch is not None:  # it counts among no tests
            policy = replace(policy, results=policy.results[: self.scratch.test])
        summary = summary_of(policy)
        name = policy.entry.name or policy.entry.spec
        room = self.size.width - TITLE_ROOM
        if len(name) > room - len(summary):
            summary = short_summary(policy) or summary
        shown = cut_middle(printable(name, 300), max(LEAST_NAME, room - len(summary)))
        self.set_title(
            ("Results", ""),
            (" ─ ", "not bold dim"),
            (shown, "not bold"),
            (" ── ", "not bold dim"),
            (summary, "bold"),
            note=self._sharing,
        )

    def _count_sharing(self, state: State, selection: Selection) -> None:
        counted = self._counted
        if counted is None or counted[0] is not state.policies or counted[1] != selection:
            self._counted = (state.policies, selection)
            self._sharing = sharing_note(state, selection.spec, selection.test)


def _failures_first(policy: PolicyState) -> list[int]:
    """Indices of the tests: those that do not pass, then the others, each as in the spec."""

    def passes(index: int) -> bool:
        result = result_at(policy, index)
        return result is None or result.outcome is Outcome.PASSED

    return sorted(range(len(policy.entry.tests)), key=passes)
