"""`u`: the selected test's expectation becomes what was got, after its difference."""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.values.edits import AcceptVerdict
from panther_tui.features.feature import Answer, Feature
from panther_tui.triage.reasons import is_wrong_verdict
from panther_tui.triage.selection import result_at


class Accept(Feature):
    """Proposes the change; the engine says where there is nothing to accept."""

    def answers(self) -> Mapping[str, Answer]:
        """Accept."""
        return {"test.accept": self._accept}

    def offers(self, action: str) -> bool:
        """Where a test got another verdict than it expects."""
        desk = self.desk
        policy = desk.state.policies.get(desk.selection.spec)
        result = None if policy is None else result_at(policy, desk.selection.test)
        return result is not None and is_wrong_verdict(result)

    def _accept(self) -> None:
        selection = self.desk.selection
        if not selection.spec:
            self.desk.say("There is no test to accept the verdict of.")
            return
        self.desk.proposals.propose(AcceptVerdict(selection.spec, selection.test))
