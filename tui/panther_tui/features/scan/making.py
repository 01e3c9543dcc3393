"""A test made of a real resource: named, redacted, reduced, and tried before it is proposed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from panther_engine.events import CaseTried, EditWritten, Event, TryCase
from panther_engine.model import JsonValue, TestCase, TestResult, Verdict
from panther_engine.values.changes import apply_changes
from panther_engine.values.edits import AddTest
from panther_engine.values.insight import Change
from panther_tui.features.desk import Desk, ToMake
from panther_tui.features.feature import Feature
from panther_tui.features.proposals import Told
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.selection import Selection

if TYPE_CHECKING:
    from panther_engine import Offer, Pastable
    from panther_tui.overlays.pasting.pasted import PastedScreen, Taken

NAME_LIMIT = 60
"""Characters of a name that is made of what the policy says."""
SHORTEST_NAME = 4
"""Characters of a resource's name that is known again in that."""


@dataclass(slots=True)
class _Making:
    """How far a test is."""

    wanted: ToMake
    case: TestCase
    """As it is tried: without a Mock that did not do."""
    pastable: Pastable
    screen: PastedScreen
    less: tuple[Change, ...] = ()
    """What does not decide."""
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
        elif making.case.mocks and not _is_same(event.result, making.wanted):
            making.case = replace(making.case, mocks=())
            self._try(making.case, reduced=True)
        else:
            making.less = event.changes
            if making.screen.is_attached:
                said, known = _about_less(making.case.resource, event)
                making.screen.show_less(said, known=known)

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
        from panther_engine import look_at
        from panther_tui.overlays.pasting.pasted import PastedScreen

        resource = wanted.case.resource
        if not isinstance(resource, dict):
            return
        try:
            pastable = look_at(resource)
        except RecursionError:
            self.desk.say("The resource nests too deep to be made a test.", 5)
            return
        opened = self.desk.state.opened
        policy = opened.policy if opened is not None else None
        if policy is None or policy.spec != wanted.spec:
            return
        names = [one.name for one in policy.tests]

        name = _unlike(names, name_of(wanted, (policy.display_name, policy.id)))

        def named(one: Pastable, kept: Sequence[str]) -> str:
            return name

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
            resource = apply_changes(resource, making.less)
        offers = making.pastable.offers
        resource = redact_but(resource, offers, taken.kept)
        mocks = tuple(
            replace(mock, return_value=_redacted(mock.return_value, offers, taken.kept))
            for mock in making.case.mocks
        )
        case = replace(making.case, resource=resource, mocks=mocks)
        name = taken.name or making.screen.name_shown
        making.request = AddTest(making.wanted.spec, name, True, resource, mocks)
        making.notes = tuple(_notes(making, taken, offers))
        self._try(case, reduced=False)

    def _propose(self, making: _Making, request: AddTest, tried: CaseTried) -> None:
        notes = [*_outcome_notes(making, tried), *making.notes]
        passes = tried.result is None or tried.result.verdict is not Verdict.FAIL
        request = replace(request, expected=passes, notes=tuple(notes))

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


def _is_same(result: TestResult | None, wanted: ToMake) -> bool:
    """Whether a test comes to what the policy says in the inventory."""
    if result is None or result.verdict is not wanted.verdict:
        return False
    error = result.error
    return error is None or wanted.place in (("", 0), (error.path, error.line))


def _about_less(resource: JsonValue, tried: CaseTried) -> tuple[str, bool]:
    if tried.result is None:
        return "the policy cannot run: nobody knows what decides", False
    if not tried.changes:
        return "all of it decides", False
    whole = _count(resource)
    left = _count(apply_changes(resource, tried.changes))
    return f"only what decides: {left:,} of {whole:,} fields and items", True


def _count(value: JsonValue) -> int:
    """Fields and items at all levels."""
    left, count = [value], 0
    while left:
        one = left.pop()
        if isinstance(one, dict | list):
            count += len(one)
            left += one.values() if isinstance(one, dict) else one
    return count


def _redacted(value: str | bool, offers: Sequence[Offer], kept: Sequence[str]) -> str | bool:
    from panther_engine import redact_but

    if isinstance(value, bool):
        return value
    said = redact_but(value, offers, kept)
    return said if isinstance(said, str) else value


def name_of(wanted: ToMake, titles: Collection[str]) -> str:
    """What the policy says of it, without the names of the resource; else its type."""
    said = wanted.cause.partition("  ")[0] or wanted.said
    own = wanted.case.name
    for name in (own, own.rpartition(":")[2].rpartition("/")[2]):
        if len(name) >= SHORTEST_NAME:
            said = said.replace(name, "…")
    words = " ".join(said.replace("[…]", " ").replace("…", " ").split())[:NAME_LIMIT]
    if words and words not in titles:
        return words[:1].upper() + words[1:]
    resource = wanted.case.resource
    kind = resource.get("ResourceType") if isinstance(resource, dict) else None
    return f"Real {str(kind or 'resource').removeprefix('AWS.')}"


def _unlike(taken: Collection[str], wanted: str) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted} {number}", number + 1
    return name


def _notes(making: _Making, taken: Taken, offers: Sequence[Offer]) -> Iterator[str]:
    wanted = making.wanted
    if wanted.shared > 1:
        yield f"it stands for {wanted.shared:,} resources that share: {wanted.cause}"
    if making.case.mocks:
        what = f", {wanted.looked_up[0]}," if wanted.looked_up else ""
        yield f"what it looked up{what} is a Mock of `resource_lookup`"
    if taken.reduced:
        count = len(making.less)
        yield (
            f"{count:,} fields that decide nothing went"
            if count > 1
            else ("1 field that decides nothing went")
        )
    changed = [one for one in offers if one.found not in taken.kept]
    for one in changed:
        yield f"{one.kind} {one.found} became {one.placeholder}"
    if len(changed) < len(offers):
        yield "some of what a real resource should not publish stays in it"


def _outcome_notes(making: _Making, tried: CaseTried) -> Iterator[str]:
    wanted, result = making.wanted, tried.result
    if result is None:
        yield "the policy cannot run now: what the test comes to is not known"
        return
    if not _is_same(result, wanted):
        said = f": {result.error.type} at line {result.error.line}" if result.error else ""
        yield (
            f"in the inventory the policy says {wanted.verdict}; the test comes to"
            f" {result.verdict}{said}{_why_not(making)}"
        )
    elif result.verdict is Verdict.ERROR:
        yield "the policy raises on it; the test expects no alert: change that if need be"


def _why_not(making: _Making) -> str:
    looked_up = making.wanted.looked_up
    if looked_up and not making.case.mocks:
        more = f" and {len(looked_up) - 1} more" if len(looked_up) > 1 else ""
        return (
            f"; it looked up {looked_up[0]}{more}, which no test has: a Mock returns text, and"
            " this policy wants the resource itself"
        )
    return ""
