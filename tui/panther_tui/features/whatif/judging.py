"""Shows the selected test's scratch in its place, and has the engine judge what is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from textual.timer import Timer

from panther_engine.events import JudgeScratch, OpenScratch, ScratchJudged
from panther_engine.model import JsonValue, TestCase, Verdict
from panther_engine.state import State
from panther_engine.values.insight import Change
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Feature
from panther_tui.panes.badges import Badge
from panther_tui.panes.scratch.differences import NONE, Differences, find_differences
from panther_tui.panes.scratch.laid_over import ShownScratch, lay_over, name_of
from panther_tui.panes.scratch.scratch import Scratch
from panther_tui.triage.selection import Selection, result_at

LATE_SECONDS = 0.15
"""A verdict that takes longer is waited for in words."""

TOKENS = {Verdict.PASS: "pass", Verdict.FAIL: "fail", Verdict.ERROR: "error"}

_Shown: TypeAlias = tuple[State, Selection]


class ScratchJudging(Feature):
    """Every state of the scratch on the screen is judged; one that is not shown waits."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._opened: tuple[str, TestCase] | None = None
        """What the engine has a copy of."""
        self._changes: tuple[Change, ...] | None = None
        self._first = self._number = 0
        """Of what was asked for of this copy, and of the last."""
        self._late = 0
        self._timer: Timer | None = None
        self._compared: tuple[JsonValue, JsonValue, Differences] = (None, None, NONE)
        self._laid: tuple[tuple[object, ...], _Shown] | None = None

    def on_state(self, before: State) -> None:
        """The file may have another resource now, or the scratch itself."""
        opened = self.desk.state.opened
        if opened is None or opened is before.opened:
            return
        desk, spec = self.desk, opened.policy.spec
        saved = desk.scratches.follow(spec, opened.policy.tests)
        if saved is not None and saved.differs and spec == desk.selection.spec:
            new = (at for at, it in enumerate(opened.policy.tests) if saved.stands_in(it))
            desk.select(Selection(spec, next(new), chosen=True))

    def lay_over(self, state: State, selection: Selection) -> _Shown:
        """The scratch as the last test of its policy, and selected."""
        scratch = self.desk.scratches.shown(selection)
        opened = state.opened
        if opened is None or opened.policy.spec != selection.spec:
            scratch = None
        self._ask(scratch)
        panes, shown = self.desk.panes, None
        if scratch is not None:
            judged = self._judged(state)
            given = (state, selection, scratch, judged)
            if self._laid is None or any(
                one is not other for one, other in zip(self._laid[0], given, strict=True)
            ):
                self._laid = given, lay_over(state, selection, scratch, judged)
            shown = self._shown(state, selection, scratch, judged)
        else:
            self._laid = None
        panes.resource.scratch = panes.results.scratch = shown
        return (state, selection) if self._laid is None else self._laid[1]

    def on_engine_replaced(self) -> None:
        """The new engine has no copy yet."""
        self._opened = None

    def badges(self) -> Iterable[Badge]:
        """That a scratch is shown, whether the file moved on, and how many others are kept."""
        bench, selection = self.desk.scratches, self.desk.selection
        scratch = bench.shown(selection)
        if scratch is not None:
            yield self._badge(scratch)
            if scratch.file_moved_on:
                yield Badge("its file has changed", "warning", action="scratch.finish")
        others = len([it for it in bench.kept if it is not bench.at(selection)])
        if others:
            word = f"{others} scratch cop{'ies' if others > 1 else 'y'} kept"
            yield Badge(word, "warning", action="scratch.finish")

    def _badge(self, scratch: Scratch) -> Badge:
        """The verdict too: where one pane fills the screen, it is in no other place."""
        state, selection = self.desk.state, self.desk.selection
        judged = self._judged(state)
        name = name_of(scratch.real)
        if judged is None or judged.result is None:
            return Badge(name, "warning bold", action="scratch.finish")
        verdict = judged.result.verdict
        known = state.policies.get(scratch.spec)
        filed = None if scratch.real else result_at(known, selection.test)
        flipped = filed is not None and filed.verdict is not verdict
        word = f"{name} {f'{filed.verdict} → ' if filed and flipped else ''}{verdict}"
        return Badge(word, f"{TOKENS[verdict]} bold", action="scratch.finish")

    def _ask(self, scratch: Scratch | None) -> None:
        """Have the engine judge this state, unless it was asked to."""
        desk = self.desk
        if scratch is None:
            if self._opened is not None:
                self._opened = self._changes = None
                desk.send(OpenScratch(""))
            return
        known = self._opened
        if known is None or known[0] != scratch.spec or not _is_same_case(known[1], scratch.case):
            self._opened, self._changes = (scratch.spec, scratch.case), None
            self._first = self._number + 1
            desk.send(OpenScratch(scratch.spec, scratch.case))
        if scratch.changes != self._changes:
            self._changes = scratch.changes
            self._number += 1
            desk.send(JudgeScratch(self._number, scratch.changes))
            if self._timer is not None:
                self._timer.stop()
            self._timer = desk.screen.set_timer(LATE_SECONDS, self._look_late)

    def _look_late(self) -> None:
        judged = self._judged(self.desk.state)
        if judged is None or judged.number != self._number:
            self._late = self._number
            self.desk.paint()

    def _judged(self, state: State) -> ScratchJudged | None:
        """What was said last of the copy that the engine has."""
        judged = state.scratch
        if judged is None or self._opened is None or judged.spec != self._opened[0]:
            return None
        return judged if judged.number >= self._first else None

    def _shown(
        self, state: State, selection: Selection, scratch: Scratch, judged: ScratchJudged | None
    ) -> ShownScratch:
        filed, now, found = self._compared
        if filed is not scratch.filed or now is not scratch.resource:
            found = find_differences(scratch.filed, scratch.resource)
            self._compared = (scratch.filed, scratch.resource, found)
        policy = state.policies[selection.spec]
        answered = judged is not None and judged.number == self._number
        self.desk.scratches.pending = not answered
        return ShownScratch(
            test=len(policy.entry.tests),
            of=selection.test,
            differences=found,
            typing=self.desk.scratches.typing,
            late=not answered and self._late == self._number,
            filed=None if scratch.real else result_at(policy, selection.test),
            real=scratch.real,
            diagnostics=() if judged is None else judged.diagnostics,
        )


def _is_same_case(one: TestCase, other: TestCase) -> bool:
    """Whether the engine would judge both alike."""
    if one.resource is not other.resource:
        return False
    return (one.name, one.expected, one.mocks) == (other.name, other.expected, other.mocks)
