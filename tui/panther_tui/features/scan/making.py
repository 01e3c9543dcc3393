"""A test made of a real resource: named, redacted, reduced, and tried before it is proposed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from panther_engine.events import CaseTried, EditWritten, Event, TryCase
from panther_engine.model import JsonValue, Mock, TestCase, Verdict
from panther_engine.values.changes import apply_changes
from panther_engine.values.edits import AddTest
from panther_engine.values.insight import Change
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Feature
from panther_tui.features.proposals import Told
from panther_tui.panes.scratch.real import ToMake, name_of
from panther_tui.panes.scratch.real_notes import (
    about_what_decides,
    outcome_notes,
    shared_notes,
)
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.selection import Selection

if TYPE_CHECKING:
    from panther_engine import Offer, Pastable
    from panther_tui.overlays.pasting.pasted import PastedScreen, Taken


@dataclass(slots=True)
class _Making:
    """How far a test is."""

    wanted: ToMake
    case: TestCase
    """As it is tried: without a Mock that did not do."""
    pastable: Pastable
    screen: PastedScreen
    reduction: tuple[Change, ...] = ()
    """What takes out all that does not decide."""
    request: AddTest | None = None
    """What was chosen, while it is tried."""
    notes: tuple[str, ...] = ()


class MakeTest(Feature):
    """Asks what of it is wanted, while the engine looks for what decides."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._number = 0
        self._making: _Making | None = None
        self._written: AddTest | None = None
        """A test that was written and is to be selected."""

    def on_event(self, event: Event) -> None:
        """What a try came to."""
        making = self._making
        if not isinstance(event, CaseTried) or event.number != self._number or making is None:
            return
        if making.request is not None:
            self._making = None
            self._propose(making, making.request, event)
        elif making.case.mocks and not making.wanted.is_same(event.result):
            making.case = replace(making.case, mocks=())
            self._try(making.case, reduced=True)
        else:
            making.reduction = event.changes
            if making.screen.is_attached:
                said, known = about_what_decides(making.case.resource, event)
                making.screen.show_reduction(said, known=known)

    def on_painted(self) -> None:
        """Take up what is wanted, go to a test that was written."""
        self._select_written()
        wanted, self.desk.to_make = self.desk.to_make, None
        if wanted is not None:
            self._begin(wanted)

    def on_engine_replaced(self) -> None:
        """Nobody will answer."""
        self._making = None

    def _try(self, case: TestCase, *, reduced: bool) -> None:
        assert self._making is not None
        self._number += 1
        self.desk.send(TryCase(self._number, self._making.wanted.spec, case, reduced))

    def _begin(self, wanted: ToMake) -> None:
        from panther_engine import look_at, unlike
        from panther_tui.overlays.pasting.pasted import PastedScreen

        resource = wanted.case.resource
        if not isinstance(resource, dict):
            return
        opened = self.desk.state.opened
        policy = opened.policy if opened is not None else None
        if policy is None or policy.spec != wanted.spec:
            return
        names = [one.name for one in policy.tests]
        words = name_of(wanted, (policy.display_name, policy.id))
        try:
            # the name and what was looked up may say what the resource does not
            offers = _offers(resource, wanted.case.mocks, words)
            pastable = replace(look_at(resource), offers=offers)
        except RecursionError:
            self.desk.say("The resource nests too deep to be made a test.", 5)
            return

        def named(one: Pastable, kept: Sequence[str]) -> str:
            return unlike(str(_redacted(words, offers, kept)), names)

        def wrong(name: str) -> str:
            if not name:
                return "a test needs a name"
            return "there is such a test" if name in names else ""

        title = f"New test of {printable(wanted.case.name, 80)}"
        if wanted.shared > 1:
            title = f"One test for {wanted.shared:,} resources"
        screen = PastedScreen((pastable,), named, wrong, self._take, title=title, reduces=True)
        self._making = _Making(wanted, wanted.case, pastable, screen)
        self.desk.host.push_screen(screen)
        self._try(wanted.case, reduced=True)

    def _take(self, taken: Taken) -> None:
        """What was chosen is tried; nothing is proposed whose outcome nobody knows."""
        from panther_engine import redact_but

        making = self._making
        if making is None:
            return
        resource = making.case.resource
        if taken.reduced:
            resource = apply_changes(resource, making.reduction)
        name = taken.name or making.screen.name_shown
        there = {one.found for one in _offers(resource, making.case.mocks, name)}
        offers = [one for one in making.pastable.offers if one.found in there]
        resource = redact_but(resource, offers, taken.kept)
        mocks = tuple(
            replace(mock, return_value=_redacted(mock.return_value, offers, taken.kept))
            for mock in making.case.mocks
        )
        case = replace(making.case, resource=resource, mocks=mocks)
        making.request = AddTest(making.wanted.spec, name, True, resource, mocks)
        making.notes = (
            *shared_notes(making.wanted, mocks),
            *_changes_notes(making.reduction, taken, offers),
        )
        self._try(case, reduced=False)

    def _propose(self, making: _Making, request: AddTest, tried: CaseTried) -> None:
        notes = (*outcome_notes(making.wanted, request.mocks, tried), *making.notes)
        passes = tried.result is None or tried.result.verdict is not Verdict.FAIL
        request = replace(request, expected=passes, notes=notes)

        def heard(told: Told) -> None:
            if isinstance(told, EditWritten):
                self._written = request
                self._drop_copy(making.wanted.case)

        self.desk.proposals.propose(request, heard)

    def _drop_copy(self, case: TestCase) -> None:
        """Nothing is lost with the copy of a real resource that became a test."""
        for scratch in self.desk.scratches.kept:
            if scratch.real and scratch.judged_as == case:
                self.desk.scratches.drop(scratch)

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


def _offers(resource: JsonValue, mocks: Sequence[Mock], name: str) -> tuple[Offer, ...]:
    """What of all that goes into the spec can be replaced."""
    from panther_engine import look_at

    documents = [_document_of(mock.return_value) for mock in mocks]
    return look_at({"Resource": resource, "Mocks": documents, "Name": name}).offers


def _document_of(value: str | bool) -> JsonValue:
    """What a Mock returns as text, which holds a resource that was looked up."""
    try:
        found: JsonValue = json.loads(str(value))
    except (ValueError, RecursionError):
        return str(value)
    return found


def _redacted(value: str | bool, offers: Sequence[Offer], kept: Sequence[str]) -> str | bool:
    from panther_engine import redact_but

    if isinstance(value, bool):
        return value
    said = redact_but(value, offers, kept)
    return said if isinstance(said, str) else value


def _changes_notes(
    reduction: Sequence[Change], taken: Taken, offers: Sequence[Offer]
) -> Iterator[str]:
    """What of the resource is not as it was."""
    if taken.reduced:
        what = "field that decides" if len(reduction) == 1 else "fields that decide"
        yield f"{len(reduction):,} {what} nothing went"
    changed = [it for it in offers if it.found not in taken.kept]
    for it in changed:
        yield f"{it.kind} {it.found} became {it.placeholder}"
    if len(changed) < len(offers):
        yield "some of what a real resource should not publish stays in it"
