"""`H`: the resources that the selected policy does not pass; one is shown, or made a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from panther_engine.events import (
    Event,
    OpenScanned,
    ScannedGrouped,
    ScannedListed,
    ScannedOpened,
)
from panther_engine.model import Verdict
from panther_engine.values.scanned import ScannedRow
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.scratch.real import ToMake
from panther_tui.panes.scratch.scratch import take_resource
from panther_tui.triage.selection import Place

if TYPE_CHECKING:
    from panther_tui.overlays.resources.screen import ResourceListScreen

Then: TypeAlias = "Callable[[ScannedOpened, ScannedRow], None]"


class Resources(Feature):
    """The list follows the engine while it is open; rows come in pages, as they are looked at."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._screen: ResourceListScreen | None = None
        self._generation = -1
        self._wanted: ScannedRow | None = None
        """What was chosen, until its document is here."""
        self._then: Then = self._lay_out
        """What is done with it then."""

    def answers(self) -> Mapping[str, Answer]:
        """The list."""
        return {"scan.list": self._open}

    def offers(self, action: str) -> bool:
        """While there is an inventory."""
        return self.desk.state.scan.inventory is not None

    def on_event(self, event: Event) -> None:
        """Rows and groups that came, each once; the document of the row that was chosen."""
        screen = self._screen
        if isinstance(event, ScannedListed | ScannedGrouped):
            if screen is not None and screen.is_attached:
                screen.take(event)
        elif isinstance(event, ScannedOpened) and self._wanted is not None:
            if event.key == self._wanted.key:
                self._then(event, self._wanted)
            self._wanted = None

    def on_painted(self) -> None:
        """Show the counts, and ask again for rows that are old."""
        screen, scan = self._screen, self.desk.state.scan
        if screen is None or not screen.is_attached:
            return
        known = scan.scanned.get(screen.spec)
        screen.show(known, self._why_unjudged(screen.spec))
        if known is not None and known.generation != self._generation:
            self._generation = known.generation
            screen.ask_again()

    def _why_unjudged(self, spec: str) -> str:
        """Why a policy says nothing of the inventory."""
        policy = self.desk.state.policies.get(spec)
        if policy is None:
            return "the policy is gone"
        if policy.entry.invalid:
            return "not judged: its spec is invalid"
        if not policy.entry.enabled:
            return "not judged: the policy is not enabled"
        return "not judged yet"

    def _open(self) -> None:
        from panther_tui.overlays.resources.screen import ResourceListScreen

        desk = self.desk
        if desk.state.scan.inventory is None:
            desk.say("No inventory is chosen: ctrl+o chooses one.", 5)
            return
        spec = desk.selection.spec
        policy = desk.state.policies.get(spec)
        if policy is None:
            return
        known = desk.state.scan.scanned.get(spec)
        self._generation = -1 if known is None else known.generation
        self._screen = ResourceListScreen(
            spec, policy.entry.name or spec, desk.send, self._make_test, self._show, self._go
        )
        desk.host.push_screen(self._screen)

    def _make_test(self, spec: str, row: ScannedRow, shared: int, cause: str) -> None:
        def make(opened: ScannedOpened, row: ScannedRow) -> None:
            self.desk.to_make = ToMake(
                spec,
                opened.case,
                row.verdict,
                opened.looked_up,
                (row.path, row.line),
                shared,
                cause or (row.said if row.verdict is Verdict.ERROR else row.cause),
            )
            self.desk.paint()

        self._open_resource(spec, row, make)

    def _show(self, spec: str, row: ScannedRow) -> None:
        self._open_resource(spec, row, self._lay_out)

    def _open_resource(self, spec: str, row: ScannedRow, then: Then) -> None:
        self._wanted, self._then = row, then
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
