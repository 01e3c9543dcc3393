"""What runs when: failures only, one pinned policy, pause, cancel, and following what is saved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding, BindingType

from panther_engine.events import (
    Cancel,
    Event,
    Pause,
    PolicyFinished,
    RepositoryChanged,
    Rescan,
    ResultsRecalled,
    Run,
    RunAll,
    RunStarted,
    Select,
    WatchChanged,
    WatchMode,
)
from panther_engine.model import Status
from panther_engine.state import PolicyState, State
from panther_tui.features.edit import edit, place_of_test, place_to_edit
from panther_tui.panes.badges import Mode
from panther_tui.panes.bars import Timing
from panther_tui.screens.main import MainScreen
from panther_tui.settings.settings import Config
from panther_tui.style.marks import is_failing
from panther_tui.triage.only_failures import OnlyFailures
from panther_tui.triage.selection import Place, Selection

if TYPE_CHECKING:
    from panther_tui.app import PantherApp

QUIT_SECONDS = 2.0
"""A second ctrl+c within this time quits."""


class RunningScreen(MainScreen):
    """The main screen with everything that decides what runs and where the screen goes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,super+c", "interrupt", "copy or cancel", show=False, id="interrupt"),
    ]

    def __init__(
        self, start: str = "", *, follow: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`follow` is the setting; `clock` tells seconds between two presses of ctrl+c."""
        super().__init__(start)
        self._follows = self._follows_by_setting = follow
        self._clock = clock
        self._interrupted = float("-inf")
        self._pinned = ""
        self._paused = False
        self._failed_only: OnlyFailures | None = None
        self._remembered = False
        self._note = ""
        self._saved: tuple[str, ...] = ()
        self._looks_for_failure = False
        self._before: Mapping[str, PolicyState] = {}

    def on_mount(self) -> None:
        """Look at the files again, and paint all, after the shell or an editor had the terminal."""
        self.app.app_resume_signal.subscribe(self, lambda _: self._come_back())

    def _come_back(self) -> None:
        self._send(Rescan())
        self.call_after_refresh(self.action_redraw)

    def resume(self) -> None:
        """Tell an engine that took another's place what is selected and switched on."""
        if self.selection.spec:
            self._send(Select(self.selection.spec))
        if self._pinned or self._paused:
            self._send(Pause(True))

    def configure(self, config: Config) -> None:
        """Be as the settings say; a setting that did not change leaves what the keys did."""
        super().configure(config)
        if config.follow != self._follows_by_setting:
            self._follows = self._follows_by_setting = config.follow

    # What the engine says ----------------------------------------------------------------------

    def take(self, events: Iterable[Event]) -> None:
        """Note what happened, before `show` brings the state that follows from it."""
        for event in events:
            match event:
                case RepositoryChanged(changed=changed) if changed:
                    self._take_change(changed)
                case ResultsRecalled():
                    self._remembered = True
                case WatchChanged(mode) if not self._pinned:
                    self._paused = mode is WatchMode.PAUSED
                case RunStarted(reasons=reasons) if self._failed_only is not None:
                    self._failed_only.note_run(reasons)
                case PolicyFinished(result) if self._looks_for_failure:
                    if result.status in (Status.FAILED, Status.INVALID):
                        self._saved = (result.spec,)
                        self._looks_for_failure = False
                case _:
                    pass

    def _take_change(self, changed: tuple[str, ...]) -> None:
        self._before = self.state.policies
        self._note = ""
        if self._pinned and not self._paused:
            self._send(Run((self._pinned,)))
        if self._follows:
            self._saved = changed
            self._looks_for_failure = True

    def show(self, state: State, timing: Timing) -> None:
        """Show another state of the engine's."""
        if self._pinned and self._pinned not in state.policies:
            self._unpin()
        if self._failed_only is not None:
            self._after_green(self._failed_only, state)
        if self._remembered:
            self._remembered = any(policy.remembered for policy in state.policies.values())
        super().show(state, timing)
        if self._saved:
            self._follow(state)

    def _after_green(self, failed: OnlyFailures, state: State) -> None:
        """Once what failed passes, run what may have broken meanwhile, and say so."""
        known = failed.when_green(state)
        if known is None:
            return
        if known:
            self._send(Run(known))
            what = "policy" if len(known) == 1 else "policies"
            self._note = f"failures fixed: ran the {len(known)} affected {what} once more"
        else:
            self._send(RunAll())
            self._note = "failures fixed: ran everything once"

    def _follow(self, state: State) -> None:
        saved, self._saved = self._saved, ()
        if not self.may_follow:
            return
        here = self.selection.spec
        own = [
            spec
            for spec, policy in state.policies.items()
            if spec in saved or policy.entry.body in saved
        ]
        if own:
            self._looks_for_failure = False
            if here not in own:
                self.select(Selection(own[0]))

    @property
    def may_follow(self) -> bool:
        """Whether the screen may go to another policy by itself."""
        return self._follows

    # What is shown -----------------------------------------------------------------------------

    def mode(self) -> Mode:
        """What is switched on."""
        pinned = self.state.policies.get(self._pinned)
        return Mode(
            paused=self._paused if self._pinned else self.state.watch is WatchMode.PAUSED,
            pinned="" if pinned is None else pinned.entry.id or self._pinned,
            following=self._follows,
            only_failures=self._failed_only is not None,
            remembered=self._remembered,
            note=self._note,
        )

    def _show_all(self) -> None:
        self.tree_pane.before = self.results_pane.before = self._before
        if self._failed_only is None:
            self.tree_pane.keep_to(None)
        else:
            failing = {spec for spec, it in self.state.policies.items() if is_failing(it)}
            self.tree_pane.keep_to(frozenset({*failing, self.selection.spec}))
        super()._show_all()

    # What the keys do --------------------------------------------------------------------------

    def action_run_failed(self) -> None:
        """Run exactly the failed tests, and list only failures until it is pressed again."""
        if self._failed_only is not None:
            self._failed_only = None
            self._show_all()
            return
        failed = OnlyFailures.of(self.state)
        if not failed.specs:
            self.app.notify("No test failed.", timeout=2, markup=False)
            return
        self._failed_only = failed
        if not is_failing(self.state.policies[self.selection.spec]):
            self.select(Selection(failed.specs[0]))
        runnable = tuple(
            spec for spec in failed.specs if self.state.policies[spec].status is not Status.INVALID
        )
        if runnable:
            self._send(Run(runnable))
        self._show_all()

    def action_toggle_pin(self) -> None:
        """On a change run only this policy, or all that it affects again."""
        spec = self.selection.spec
        if not spec:
            return
        if self._pinned == spec:
            self._unpin()
        else:
            self._pinned = spec
            self._send(Pause(True))
        self._show_all()

    def _unpin(self) -> None:
        self._pinned = ""
        self._send(Pause(self._paused))

    def action_toggle_pause(self) -> None:
        """Stop running what a change affects, or go on with it."""
        self._paused = not self._paused
        if not self._pinned:
            self._send(Pause(self._paused))
            return
        if not self._paused:
            self._send(Run((self._pinned,)))
        self._show_all()

    def action_toggle_follow(self) -> None:
        """Let the screen go to the policy that was just saved, or stay where it is."""
        self._follows = not self._follows
        self._saved, self._looks_for_failure = (), False
        self._show_all()

    def action_interrupt(self) -> None:
        """Copy the selected text; with none cancel what runs, and the second time leave."""
        if self.get_selected_text():
            self.action_copy_text()
        else:
            self.app.action_help_quit()

    def interrupt(self) -> bool:
        """Answer ctrl+c: cancel what runs. True if it was pressed twice, which means to leave."""
        now = self._clock()
        again = now - self._interrupted <= QUIT_SECONDS
        self._interrupted = now
        if again:
            return True
        if self.state.running:
            self._send(Cancel())
            said = "Cancelled. Press ctrl+c again to leave."
        else:
            said = "Press ctrl+c again to leave."
        self.app.notify(said, timeout=QUIT_SECONDS, markup=False)
        return False

    # The editor --------------------------------------------------------------------------------

    def action_edit_code(self) -> None:
        """Open the file in your editor, at the line of the cursor or of the failure."""
        self._edit(place_to_edit(self.state, self.selection, self._place_at_cursor()))

    def action_edit_test(self) -> None:
        """Open the spec in your editor, at the test."""
        self._edit(place_of_test(self.state, self.selection))

    def _place_at_cursor(self) -> Place | None:
        if self.active is self.results_pane:
            place = self.results_pane.place()
            if place is not None:
                return place
        shown = self.code_pane.place()
        return shown if self._code_has_a_say(shown) else None

    def _code_has_a_say(self, shown: Place) -> bool:
        """Whether the code view shows a line of what is selected."""
        policy = self.state.policies.get(self.selection.spec)
        if self.active is self.code_pane or policy is None:
            return True
        return bool(shown.line) and shown.path in (policy.entry.body, policy.entry.spec)

    def _edit(self, place: Place | None) -> None:
        edit(cast("PantherApp", self.app), place)
