"""`Z`: write the test that shows what was found of the line under the cursor."""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.events import EditWritten, Event, RepositoryChanged, Suggest, Suggested
from panther_engine.model import TestCase
from panther_engine.state import State
from panther_engine.values.edits import AddTest
from panther_engine.values.findings import NullField, Survivor
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.features.proposals import Told
from panther_tui.triage.finding_tests import findings_at, null_test, telling_test
from panther_tui.triage.insights import inspected_of
from panther_tui.triage.selection import Selection
from panther_tui.triage.survey import null_words


class FindingTests(Feature):
    """Proposes the test, as any change of a file is, and selects it once it is written."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asked: Suggest | None = None
        """The suggestion that the engine looks for."""
        self._written: AddTest | None = None
        """What is to be selected as soon as it is there."""

    def answers(self) -> Mapping[str, Answer]:
        """Write it."""
        return {"insight.test": self._write}

    def offers(self, action: str) -> bool:
        """Where there is something to show."""
        return bool(self._findings())

    def on_event(self, event: Event) -> None:
        """Propose what the engine suggests; what was asked of older files is forgotten."""
        if isinstance(event, RepositoryChanged):
            self._asked = None
        asked = self._asked
        if not isinstance(event, Suggested) or asked != Suggest(event.spec, event.number):
            return
        self._asked = None
        if event.suggestion is None:
            self.desk.say(
                "No single change of a test's resource tells this from the body."
                " Perhaps nothing does: a comment `# not pinned: reason` sets the line aside.",
                6,
            )
        else:
            self._propose(telling_test(event.suggestion, self._tests()))

    def on_state(self, before: State) -> None:
        """Select the new test as soon as it is there."""
        wanted = self._written
        policy = self.desk.state.policies.get(wanted.spec) if wanted is not None else None
        if wanted is None or policy is None:
            return
        for index, test in enumerate(policy.entry.tests):
            if test.name == wanted.name:
                self._written = None
                self.desk.select(Selection(wanted.spec, index, chosen=True))
                return

    def _line(self) -> int:
        """The line of the selected policy's body that the cursor is on, or its row is about."""
        desk = self.desk
        policy = desk.state.policies.get(desk.selection.spec)
        in_results = desk.active is desk.panes.results
        place = desk.panes.results.place() if in_results else desk.panes.code.place()
        if policy is None or place is None or place.path != policy.entry.body:
            return 0
        return place.line

    def _findings(self) -> tuple[NullField | Survivor, ...]:
        return findings_at(inspected_of(self.desk.state, self.desk.selection.spec), self._line())

    def _tests(self) -> tuple[TestCase, ...]:
        opened = self.desk.state.opened
        if opened is None or opened.policy.spec != self.desk.selection.spec:
            return ()
        return opened.policy.tests

    def _write(self) -> None:
        from panther_tui.overlays.choose import Choice, ChooseScreen

        desk = self.desk
        found = self._findings()
        if not found:
            desk.say("Nothing was found in this line that a test could show; `W` lists all.", 4)
        elif len(found) == 1:
            self._show(found[0])
        else:
            words = [it.words if isinstance(it, Survivor) else null_words(it) for it in found]
            choices = [Choice(str(at), said) for at, said in enumerate(words)]

            def chosen(value: str) -> None:
                self._show(found[int(value)])

            desk.host.push_screen(
                ChooseScreen(
                    "A test that shows …",
                    choices,
                    "0",
                    lambda value: None,
                    lambda: None,
                    chosen,
                    aside=False,
                )
            )

    def _show(self, found: NullField | Survivor) -> None:
        spec = self.desk.selection.spec
        if isinstance(found, Survivor):
            self._asked = Suggest(spec, found.number)
            self.desk.send(self._asked)
        elif (test := null_test(spec, found, self._tests())) is not None:
            self._propose(test)

    def _propose(self, test: AddTest) -> None:
        def heard(told: Told) -> None:
            if isinstance(told, EditWritten):
                self._written = test

        self.desk.proposals.propose(test, heard)
