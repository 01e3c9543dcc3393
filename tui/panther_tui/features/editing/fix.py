"""`F`: the fault under the cursor is mended by its quick fix, after the difference."""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.model import Diagnostic
from panther_engine.values.edits import FixFaults
from panther_tui.features.feature import Answer, Feature


class Fix(Feature):
    """Takes the faults of the cursor's line, else those of the policy's first faulty file."""

    def answers(self) -> Mapping[str, Answer]:
        """Mend it."""
        return {"edit.fix": self._fix}

    def offers(self, action: str) -> bool:
        """While something is wrong with the selected policy."""
        return bool(self._faults())

    def _fix(self) -> None:
        faults = self._faults()
        if not faults:
            self.desk.say("Nothing is wrong with the selected policy that has a quick fix.")
            return
        path = faults[0].path
        found = tuple(one for one in faults if one.path == path)
        self.desk.proposals.propose(FixFaults(path, found))

    def _faults(self) -> list[Diagnostic]:
        desk = self.desk
        policy = desk.state.policies.get(desk.selection.spec)
        if policy is None:
            return []
        panes = desk.panes
        place = panes.results.place() if desk.active is panes.results else None
        place = panes.code.place() if desk.active is panes.code else place
        everything = list(policy.entry.diagnostics)
        here = [
            one
            for one in everything
            if place is not None and (one.path, one.line) == (place.path, place.line)
        ]
        return here or everything
