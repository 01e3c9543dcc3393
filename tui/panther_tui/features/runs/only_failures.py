"""`f`: run what failed and list nothing else, until it is green."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from panther_engine.events import Event, Run, RunAll, RunFinished, RunStarted
from panther_engine.model import Status
from panther_engine.state import State
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.badges import Badge
from panther_tui.style.marks import is_failing
from panther_tui.triage.only_failures import OnlyFailures
from panther_tui.triage.selection import Selection


class FailuresAlone(Feature):
    """The list of failures, and one more run of what may have broken once they are mended."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._failed: OnlyFailures | None = None
        self._wanted = desk.beginning.failed
        """Whether to begin once the first run is over."""
        self._first_run_over = False

    def answers(self) -> Mapping[str, Answer]:
        """On and off."""
        return {"run.failed": self._toggle}

    def on_event(self, event: Event) -> None:
        """Keep in mind what changes affect meanwhile."""
        if isinstance(event, RunStarted) and self._failed is not None:
            self._failed.note_run(event.reasons)
        elif isinstance(event, RunFinished):
            self._first_run_over = True

    def on_state(self, before: State) -> None:
        """Once what failed passes, run what may have broken meanwhile, and say so."""
        if self._failed is not None:
            self._after_green(self._failed)
        self._list()

    def on_painted(self) -> None:
        """Begin with it if that was asked for: the tree knows by now what its filter lists."""
        if self._wanted and self._first_run_over:
            self._wanted = False
            if (failed := self._begin()) is not None:
                self._list()
                self._begin_at_failure(failed)
                self.desk.paint()

    def badges(self) -> Iterable[Badge]:
        """While only failures are listed."""
        return (
            ()
            if self._failed is None
            else (Badge("only failures", "warning bold", action="run.failed"),)
        )

    def _after_green(self, failed: OnlyFailures) -> None:
        known = failed.when_green(self.desk.state)
        if known is None:
            return
        if known:
            self.desk.send(Run(known))
            what = "policy" if len(known) == 1 else "policies"
            self.desk.note = f"failures fixed: ran the {len(known)} affected {what} once more"
        else:
            self.desk.send(RunAll())
            self.desk.note = "failures fixed: ran everything once"

    def _toggle(self) -> None:
        if self._failed is not None:
            self._failed = None
            self._list()
            self.desk.paint()
            return
        state = self.desk.state
        failed = self._begin()
        if failed is None:
            return
        if not is_failing(state.policies[self.desk.selection.spec]):
            self.desk.select(Selection(self.desk.failures()[0].spec))
        runnable = tuple(
            spec for spec in failed.specs if state.policies[spec].status is not Status.INVALID
        )
        if runnable:
            self.desk.send(Run(runnable))
        self._list()
        self.desk.paint()

    def _begin(self) -> OnlyFailures | None:
        """Keep to what fails from now on; None, and a word, if nothing does."""
        failed = OnlyFailures.of(self.desk.state)
        if not failed.specs:
            self.desk.say("No test failed.")
            return None
        self._failed = failed
        return failed

    def _begin_at_failure(self, failed: OnlyFailures) -> None:
        """Select one that the filter lists, in the folder of what is selected if it has one."""
        here = self.desk.selection.spec
        if is_failing(self.desk.state.policies[here]):
            return
        tree = self.desk.panes.tree
        failing = dict.fromkeys(it.spec for it in self.desk.failures() if it.spec in failed.specs)
        listed = [spec for spec in failing if tree.lists(spec)]
        folder = here.rpartition("/")[0] + "/"
        near = [spec for spec in listed if spec.startswith(folder)]
        if listed:
            self.desk.select(Selection((near or listed)[0]))

    def _list(self) -> None:
        if self._failed is None:
            self.desk.listed = None
            return
        failing = {spec for spec, it in self.desk.state.policies.items() if is_failing(it)}
        self.desk.listed = frozenset(failing)
