"""`F`: the fault under the cursor is mended by its quick fix, after the difference.

Where the cursor's line raises if a field is null, that is the fault.
"""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.model import Diagnostic
from panther_engine.values.edits import FixFaults, GuardNull
from panther_engine.values.findings import NullField
from panther_tui.features.feature import Answer, Feature
from panther_tui.triage.finding_tests import findings_at
from panther_tui.triage.insights import inspected_of
from panther_tui.triage.selection import Place
from panther_tui.triage.survey import null_words


class Fix(Feature):
    """Takes the faults of the cursor's line, else those of the policy's first faulty file."""

    def answers(self) -> Mapping[str, Answer]:
        """Mend it."""
        return {"edit.fix": self._fix}

    def offers(self, action: str) -> bool:
        """While something is wrong with the selected policy, or null raises at the cursor."""
        return bool(self._faults() or self._nulls())

    def _fix(self) -> None:
        faults, nulls = self._faults(), self._nulls()
        if nulls and not self._at_cursor(faults):
            self._guard(nulls)
        elif faults:
            path = faults[0].path
            found = tuple(one for one in faults if one.path == path)
            self.desk.proposals.propose(FixFaults(path, found))
        else:
            self.desk.say("Nothing is wrong with the selected policy that has a quick fix.")

    def _guard(self, nulls: tuple[NullField, ...]) -> None:
        from panther_tui.overlays.choose import Choice, ChooseScreen

        place = self._place()
        assert place is not None

        def chosen(value: str) -> None:
            field = nulls[int(value)]
            self.desk.proposals.propose(GuardNull(place.path, field.line, field.field))

        if len(nulls) == 1:
            chosen("0")
            return
        listed = [Choice(str(at), null_words(one)) for at, one in enumerate(nulls)]
        screen = ChooseScreen("Mend", listed, "0", lambda value: None, lambda: None, chosen)
        self.desk.host.push_screen(screen)

    def _place(self) -> Place | None:
        desk, panes = self.desk, self.desk.panes
        if desk.active is panes.results:
            return panes.results.place()
        return panes.code.place() if desk.active is panes.code else None

    def _faults(self) -> list[Diagnostic]:
        policy = self.desk.state.policies.get(self.desk.selection.spec)
        if policy is None:
            return []
        everything = list(policy.entry.diagnostics)
        return self._at_cursor(everything) or everything

    def _at_cursor(self, faults: list[Diagnostic]) -> list[Diagnostic]:
        place = self._place()
        if place is None:
            return []
        return [one for one in faults if (one.path, one.line) == (place.path, place.line)]

    def _nulls(self) -> tuple[NullField, ...]:
        """The fields that raise at the cursor's line of the body if they are null."""
        desk, place = self.desk, self._place()
        policy = desk.state.policies.get(desk.selection.spec)
        if place is None or policy is None or place.path != policy.entry.body:
            return ()
        found = findings_at(inspected_of(desk.state, desk.selection.spec), place.line)
        return tuple(one for one in found if isinstance(one, NullField) and one.line == place.line)
