"""Running by hand: the selected policy, everything, and reading all files again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from panther_engine.events import Cancel, Event, Rescan, ResultsRecalled, RunAll, Select
from panther_engine.events import Run as RunPolicies
from panther_engine.state import State
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.badges import Badge


class Run(Feature):
    """Commands to the engine; and a word while results are of an earlier session."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._remembered = False

    def answers(self) -> Mapping[str, Answer]:
        """Run, cancel and reload."""
        return {
            "run.selected": self._run_selected,
            "run.all": lambda: self.desk.send(RunAll()),
            "run.cancel": lambda: self.desk.send(Cancel()),
            "reload": self._reload,
        }

    def on_mount(self) -> None:
        """Look at the files again after the shell or an editor had the terminal."""
        signal = self.desk.host.app_resume_signal
        signal.subscribe(self.desk.screen, lambda _: self.desk.send(Rescan()))

    def on_event(self, event: Event) -> None:
        """Results of an earlier session are remembered ones until a run has verified them."""
        if isinstance(event, ResultsRecalled):
            self._remembered = True

    def on_state(self, before: State) -> None:
        """Forget the word once nothing is remembered any more."""
        if self._remembered:
            policies = self.desk.state.policies.values()
            self._remembered = any(policy.remembered for policy in policies)

    def on_engine_replaced(self) -> None:
        """Tell the new engine what is selected."""
        if self.desk.selection.spec:
            self.desk.send(Select(self.desk.selection.spec))

    def badges(self) -> Iterable[Badge]:
        """`remembered` while it is so."""
        return (Badge("remembered", "stale"),) if self._remembered else ()

    def _run_selected(self) -> None:
        if self.desk.selection.spec:
            self.desk.send(RunPolicies((self.desk.selection.spec,)))

    def _reload(self) -> None:
        self.desk.send(Rescan())
        self.desk.host.follow_settings(force=True)
