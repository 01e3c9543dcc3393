"""`H`: the resources that the selected policy does not pass, and a test made of one of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from panther_engine.events import EditWritten, Event, ListScanned, OpenScanned, ScannedOpened
from panther_engine.model import TestCase, Verdict
from panther_engine.values.edits import AddTest
from panther_engine.values.scanned import ScannedRow
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.features.proposals import Told
from panther_tui.panes.scratch.scratch import take_resource
from panther_tui.triage.selection import Place, Selection

if TYPE_CHECKING:
    from panther_tui.overlays.resource_list import ResourceListScreen

NAME_LIMIT = 80
"""Characters of a test's name."""


class Resources(Feature):
    """The list follows the engine while it is open; rows come in pages, as they are looked at."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._screen: ResourceListScreen | None = None
        self._generation = -1
        self._wanted: ScannedRow | None = None
        """What was chosen, until its document is here."""
        self._then: Callable[[ScannedOpened, ScannedRow], None] = self._propose
        """What is done with it then."""
        self._written: AddTest | None = None
        """A test that was written and is to be selected."""

    def answers(self) -> Mapping[str, Answer]:
        """The list."""
        return {"scan.list": self._open}

    def offers(self, action: str) -> bool:
        """While there is an inventory."""
        return self.desk.state.scan.inventory is not None

    def on_event(self, event: Event) -> None:
        """The document of the row that was chosen."""
        if isinstance(event, ScannedOpened) and self._wanted is not None:
            if event.key == self._wanted.key:
                self._then(event, self._wanted)
            self._wanted = None

    def on_painted(self) -> None:
        """Show the rows that came, ask for those that are old, go to a test that was written."""
        self._select_written()
        screen, scan = self._screen, self.desk.state.scan
        if screen is None or not screen.is_attached:
            return
        known = scan.scanned.get(screen.spec)
        screen.show(scan.listed, known)
        if known is not None and known.generation != self._generation:
            self._generation = known.generation
            screen.ask_again()

    def _open(self) -> None:
        from panther_tui.overlays.resource_list import ResourceListScreen

        desk = self.desk
        if desk.state.scan.inventory is None:
            desk.say("No inventory is chosen: `panther-tui --inventory FILE`, or the setting.", 5)
            return
        spec = desk.selection.spec
        policy = desk.state.policies.get(spec)
        if policy is None:
            return
        known = desk.state.scan.scanned.get(spec)
        self._generation = -1 if known is None else known.generation
        self._screen = ResourceListScreen(
            spec, policy.entry.name or spec, self._ask, self._make_test, self._show, self._go
        )
        desk.host.push_screen(self._screen)

    def _ask(self, spec: str, start: int, text: str) -> None:
        self.desk.send(ListScanned(spec, start, text))

    def _make_test(self, spec: str, row: ScannedRow) -> None:
        self._wanted, self._then = row, self._propose
        self.desk.send(OpenScanned(spec, row.key))

    def _show(self, spec: str, row: ScannedRow) -> None:
        self._wanted, self._then = row, self._lay_out
        self.desk.send(OpenScanned(spec, row.key))

    def _go(self, row: ScannedRow) -> None:
        if row.path and row.line:
            self.desk.open_place(Place(row.path, row.line))
        else:
            self.desk.say("Nothing was raised: no line decided it by an error.", 4)

    def _lay_out(self, opened: ScannedOpened, row: ScannedRow) -> None:
        """Show the resource as a scratch copy: it is judged, explained and flipped as one."""
        desk = self.desk
        if desk.selection.spec != opened.spec:
            return
        kept = desk.scratches.at(desk.selection)
        if kept is not None and not kept.real:
            desk.say("A scratch copy of this test is kept: S says what becomes of it.", 5)
            return
        case = replace(opened.case, name=row.resource_id, expected=row.verdict is not Verdict.FAIL)
        desk.scratches.put(take_resource(opened.spec, desk.selection.test, case))
        desk.focus_pane(desk.panes.resource)
        desk.paint()

    def _propose(self, opened: ScannedOpened, row: ScannedRow) -> None:
        policy = self.desk.state.policies.get(opened.spec)
        if policy is None:
            return
        names = [test.name for test in policy.entry.tests]
        request = test_of(opened.spec, opened.case, row.verdict, names)

        def heard(told: Told) -> None:
            if isinstance(told, EditWritten):
                self._written = request

        self.desk.proposals.propose(request, heard)

    def _select_written(self) -> None:
        written = self._written
        policy = None if written is None else self.desk.state.policies.get(written.spec)
        if written is None or policy is None:
            return
        for index, test in enumerate(policy.entry.tests):
            if test.name == written.name:
                self._written = None
                self.desk.select(Selection(written.spec, index, chosen=True))
                return


def test_of(spec: str, case: TestCase, verdict: Verdict, names: Collection[str]) -> AddTest:
    """The test that a resource of the inventory makes, named by its ID.

    It expects what the policy says of it now; where the policy raised, that there is no alert.
    """
    base = case.name.rpartition(":")[2].rpartition("/")[2] or case.name
    name, number = base[:NAME_LIMIT], 2
    while name in names:
        name, number = f"{base[: NAME_LIMIT - 5]} {number}", number + 1
    notes = [
        "This is a real resource: look for account numbers, names and addresses before it goes into"
        " a repository.",
    ]
    if verdict is Verdict.ERROR:
        notes.append("The policy raises on it; the test expects no alert, change that if need be.")
    return AddTest(spec, name, verdict is not Verdict.FAIL, case.resource, notes=tuple(notes))


test_of.__test__ = False  # type: ignore[attr-defined]  # no test of pytest's
