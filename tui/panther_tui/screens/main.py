"""The main screen: the one selection that all panes show, and what the keys do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import on

from panther_engine.events import (
    ANNOUNCED,
    Cancel,
    Command,
    OpenSource,
    Rescan,
    Run,
    RunAll,
    Select,
)
from panther_engine.state import State
from panther_tui.panes.badges import Mode
from panther_tui.panes.bars import Timing, header_line, status_lines
from panther_tui.panes.code.code import CodePane
from panther_tui.panes.pane import Pane
from panther_tui.panes.results.results import ResultsPane
from panther_tui.panes.tree.policy_tree import PolicyTree
from panther_tui.screens.around import Around
from panther_tui.triage.selection import (
    Place,
    Selection,
    find_start,
    place_of_failure,
    settle,
    step_failure,
)

if TYPE_CHECKING:
    from panther_tui.app import PantherApp


class MainScreen(Around):
    """What the panes show of the engine's state, and what the keys ask of the engine."""

    def __init__(self, start: str = "") -> None:
        """`start` is a spec or body, or one with `:line`, to begin with."""
        super().__init__()
        self.state = State()
        self.timing = Timing()
        self.selection = Selection()
        self._start = start
        self._moved = bool(start)
        self._ready = False

    def on_mount(self) -> None:
        """Show that there is nothing yet."""
        self._ready = True
        self.configure(cast("PantherApp", self.app).config)
        self._show_all()

    # What is shown ---------------------------------------------------------------------------

    def show(self, state: State, timing: Timing) -> None:
        """Show another state of the engine's."""
        self.state, self.timing = state, timing
        self.recall_arrangement(state.root)
        if self._start and state.policies and state.generation != ANNOUNCED:
            self._go_to_start(self._start)
            self._start = ""
        totals = state.totals
        if not self._moved and totals.failed + totals.errored + totals.invalid:
            first = step_failure(state, Selection(), 1)
            if first is not None:
                self._moved = True
                if first.spec != self.selection.spec:
                    self.selection = Selection(first.spec, first.test)
                    self._send(Select(first.spec))
        self._settle()
        self._show_all()

    def select(self, selection: Selection) -> None:
        """Show another policy or test; the user wants it."""
        self._moved = True
        if selection == self.selection:
            return
        other = selection.spec != self.selection.spec
        self.selection = selection
        if other:
            self._send(Select(selection.spec))
        self._settle()
        self._show_all()

    def _settle(self) -> None:
        settled = settle(self.state, self.selection)
        if settled.spec != self.selection.spec and settled.spec:
            self._send(Select(settled.spec))
        self.selection = settled

    def _show_all(self) -> None:
        if not self._ready:
            return
        for pane in self.panes:
            pane.show(self.state, self.selection)
        self.header.say(header_line(self.state))
        self.status.say(*status_lines(self.state, self.timing, self.problem_count(), self.mode()))

    def action_problems(self) -> None:
        """List what is wrong; what the engine told is read then."""
        super().action_problems()
        self._show_all()

    def mode(self) -> Mode:
        """What is switched on, for the status bar."""
        return Mode()

    def _go_to_start(self, start: str) -> None:
        found = find_start(self.state, start)
        if found is None:
            self._moved = False
            return
        selection, place = found
        self.selection = selection
        self._send(Select(selection.spec))
        if place.line:
            self._show_all()
            self.code_pane.go_to(place)

    def _send(self, command: Command) -> None:
        cast("PantherApp", self.app).send(command)

    # Selecting -------------------------------------------------------------------------------

    @on(PolicyTree.Chosen)
    def _policy_chosen(self, event: PolicyTree.Chosen) -> None:
        if event.spec != self.selection.spec:
            self.select(Selection(event.spec))

    @on(PolicyTree.TestChosen)
    def _test_in_tree_chosen(self, event: PolicyTree.TestChosen) -> None:
        self.select(Selection(event.spec, event.test, chosen=True))

    @on(PolicyTree.Opened)
    def _policy_opened(self) -> None:
        self.focus_pane(self.code_pane)

    @on(ResultsPane.Chosen)
    def _test_chosen(self, event: ResultsPane.Chosen) -> None:
        self.select(Selection(self.selection.spec, event.test, chosen=True))

    @on(Pane.PlaceWanted)
    def _place_wanted(self, event: Pane.PlaceWanted) -> None:
        self._open_place(event.place)

    @on(CodePane.SourceWanted)
    def _source_wanted(self, event: CodePane.SourceWanted) -> None:
        self._send(OpenSource(event.path))

    def _open_place(self, place: Place) -> None:
        self.code_pane.go_to(place)
        self.focus_pane(self.code_pane)

    def action_next_failure(self) -> None:
        """Go to the next failing test, in whichever policy it is."""
        self._step_failure(1)

    def action_previous_failure(self) -> None:
        """Go to the previous failing test, in whichever policy it is."""
        self._step_failure(-1)

    def _step_failure(self, step: int) -> None:
        found = step_failure(self.state, self.selection, step)
        if found is None:
            self.app.notify("Nothing fails.", timeout=2, markup=False)
        elif found == self.selection:
            self._moved = True
            if (place := place_of_failure(self.state, found)) is not None:
                self.code_pane.go_to(place)
        else:
            self.select(found)
            self.tree_pane.reveal(found.spec)

    def action_goto_failure(self) -> None:
        """Put the code view on the line that decided the selected test."""
        place = place_of_failure(self.state, self.selection)
        if place is not None:
            self._open_place(place)

    def action_next_source(self) -> None:
        """Show the next of body, spec and helpers."""
        self.code_pane.show_next_tab()

    # Running ---------------------------------------------------------------------------------

    def action_run_selected(self) -> None:
        """Run the selected policy's tests."""
        if self.selection.spec:
            self._send(Run((self.selection.spec,)))

    def action_run_all(self) -> None:
        """Run every policy's tests."""
        self._send(RunAll())

    def action_cancel_run(self) -> None:
        """Stop the run and forget what is queued."""
        self._send(Cancel())

    def action_reload(self) -> None:
        """Read every file and setting again."""
        self._send(Rescan())
        cast("PantherApp", self.app).follow_settings(force=True)

    # Other screens ---------------------------------------------------------------------------

    def action_help(self) -> None:
        """Say what every key does here."""
        from panther_tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self, self.active))

    def action_command_palette(self) -> None:
        """Find any action or policy."""
        self.app.action_command_palette()

    def action_suspend_process(self) -> None:
        """Go to the shell; `fg` comes back."""
        self.app.action_suspend_process()

    async def action_quit(self) -> None:
        """Leave; what the screen looks like is kept for the next time."""
        self.remember_arrangement()
        await self.app.action_quit()
