"""`v` and `c`: what the code says of the selected test, and of all tests together."""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.model import Status
from panther_tui.features.feature import Answer, Feature
from panther_tui.triage.insights import inspected_of


class CodeNotes(Feature):
    """Switches values and the findings about tests on and off."""

    def answers(self) -> Mapping[str, Answer]:
        """Values, and what tests reach and tell."""
        return {"insight.values": self._toggle_values, "insight.tests": self._toggle_tests}

    def _toggle_values(self) -> None:
        shown = self.desk.panes.code.toggle_values()
        self.desk.say("The code shows what its lines held." if shown else "Values are hidden.")

    def _toggle_tests(self) -> None:
        code, desk = self.desk.panes.code, self.desk
        if not code.toggle_tests():
            desk.say("What no test reaches or tells is hidden.")
        elif (found := inspected_of(desk.state, desk.selection.spec)) is None:
            policy = desk.state.policies.get(desk.selection.spec)
            invalid = policy is None or policy.entry.invalid or policy.status is Status.INVALID
            later = "The policy is inspected once nothing else runs."
            desk.say("A policy that cannot run is not inspected." if invalid else later, 4)
        else:
            parts = []
            if found.covered is not None:
                parts.append(f"{found.covered.percent:.0f} % reached")
            if found.mutated is not None:
                mutated = found.mutated
                parts.append(f"pinned {mutated.killed}/{mutated.killed + len(mutated.open)}")
            desk.say(f"Its tests: {', '.join(parts)}." if parts else "It has no tests.", 4)
