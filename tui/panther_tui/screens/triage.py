"""The main screen with the walk through failing tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from textual import on
from textual.app import ComposeResult
from textual.events import DescendantFocus

from panther_engine.state import State
from panther_tui.keys.actions import TRIAGE
from panther_tui.keys.keymap import footer_for, show_keys
from panther_tui.panes.badges import Mode
from panther_tui.panes.bars import Timing, footer_lines
from panther_tui.panes.triage_bar import TriageBar
from panther_tui.screens.offer import overrides_of
from panther_tui.screens.running import RunningScreen
from panther_tui.triage.failure_walk import (
    Walk,
    begin_walk,
    go_on,
    is_fixed,
    selection_of,
    skip,
    take_in,
)
from panther_tui.triage.selection import place_of_failure

if TYPE_CHECKING:
    from panther_tui.panes.pane import Pane


class TriageScreen(RunningScreen):
    """Shows one failing test after the other, with a line that says what to do."""

    def __init__(self, start: str = "", *, follow: bool = False) -> None:
        """`start` is where to begin, `follow` the setting."""
        super().__init__(start, follow=follow)
        self.triage_bar = TriageBar(id="triage")
        self.triage_bar.display = False
        self._walk: Walk | None = None

    def compose(self) -> ComposeResult:
        """The parts of the screen, top to bottom."""
        for widget in super().compose():
            if widget.id == "panes":
                yield self.triage_bar
            yield widget

    def mode(self) -> Mode:
        """What is switched on."""
        return replace(super().mode(), triage="" if self._walk is None else self._walk.counter)

    @property
    def may_follow(self) -> bool:
        """Not during a walk: it says where to go."""
        return super().may_follow and self._walk is None

    def show(self, state: State, timing: Timing) -> None:
        """Show another state of the engine's; what began to fail joins the walk."""
        if self._walk is not None:
            self._walk = take_in(self._walk, state)
        super().show(state, timing)

    def _show_all(self) -> None:
        super()._show_all()
        if self._walk is not None:
            self.triage_bar.show(self._walk, self.state)

    @on(DescendantFocus)
    def _tell_keys(self, event: DescendantFocus) -> None:
        if event.widget is self.triage_bar:
            keys = overrides_of(self)
            self.footer.say(
                *footer_lines(
                    [(show_keys(it, keys)[0], it.description) for it in footer_for(TRIAGE)]
                )
            )
        if self._walk is not None:
            self.triage_bar.show(self._walk, self.state)

    def action_help(self) -> None:
        """Say what every key does here."""
        from panther_tui.screens.help import HelpScreen

        here = cast("Pane", self.triage_bar) if self.triage_bar.has_focus else self.active
        self.app.push_screen(HelpScreen(self, here))

    def action_triage(self) -> None:
        """Walk through the failing tests one at a time; press it again or escape to stop."""
        if self._walk is None:
            walk = begin_walk(self.state, self.selection)
            if walk is None:
                self.app.notify("Nothing fails.", timeout=2, markup=False)
            else:
                self._go_to(walk)
        elif self.triage_bar.has_focus:
            self._stop("")
        else:
            self._go_to(self._walk)

    def action_back(self) -> None:
        """Stop the walk if its line has the keys; from elsewhere come back to it first."""
        if self._walk is None:
            super().action_back()
        elif self.triage_bar.has_focus:
            self._stop("")
        elif self.selections or self.active.query_text:
            super().action_back()
        else:
            self.triage_bar.focus()

    def action_next_failure(self) -> None:
        """Go to the next failing test; in the walk that is the next of the walk."""
        if self._walk is not None and self.triage_bar.has_focus:
            self._step(go_on)
        else:
            super().action_next_failure()

    @on(TriageBar.Next)
    def _next(self) -> None:
        self._step(go_on)

    @on(TriageBar.Skipped)
    def _put_off(self) -> None:
        self._step(skip)

    def _step(self, step: Callable[[Walk, State], Walk]) -> None:
        if self._walk is None:
            return
        walk = step(self._walk, self.state)
        if walk.current is not None:
            self._go_to(walk)
            return
        left = sum(not is_fixed(self.state, item) for item in walk.left)
        more = f"{left} left failing" if left else "nothing left"
        self._stop(f"The walk is over: {more}.")

    def _go_to(self, walk: Walk) -> None:
        self._walk = walk
        if walk.current is None:
            return
        self.triage_bar.display = True
        wanted = selection_of(self.state, walk.current)
        self.select(wanted)
        self.tree_pane.reveal(wanted.spec)
        place = place_of_failure(self.state, self.selection)
        if place is not None:
            self.code_pane.go_to(place)
        if self.active not in (self.code_pane, self.results_pane):
            self._activate(self.code_pane if place is not None else self.results_pane)
        self._show_all()
        self.triage_bar.focus()

    def _stop(self, said: str) -> None:
        self._walk = None
        self.triage_bar.display = False
        self._show_all()
        self.focus_pane(self.active)
        if said:
            self.app.notify(said, timeout=4, markup=False)
