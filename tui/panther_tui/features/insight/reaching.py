"""`K`: which tests reach the line of code under the cursor, and from there to one of them."""

from __future__ import annotations

from collections.abc import Mapping

from panther_tui.features.feature import Answer, Feature
from panther_tui.style.marks import mark_of_test
from panther_tui.triage.insights import inspected_of
from panther_tui.triage.reaching import ways_of_tests
from panther_tui.triage.selection import Selection, result_at


class Reaching(Feature):
    """A short list; going through it selects each test, so that the code says what it held."""

    def answers(self) -> Mapping[str, Answer]:
        """The list."""
        return {"insight.reach": self._open}

    def _open(self) -> None:
        from panther_tui.overlays.choose import Choice, ChooseScreen

        desk = self.desk
        policy = desk.state.policies.get(desk.selection.spec)
        here = desk.panes.code.place()
        if policy is None or here.path != policy.entry.body or not here.line:
            desk.say("It is known of the body of a policy which tests reach a line.", 3)
            return
        found = inspected_of(desk.state, desk.selection.spec)
        if found is None or found.covered is None:
            desk.say("The policy is inspected once nothing else runs.", 3)
            return
        reached = ways_of_tests(found.covered, desk.panes.code.text, here.line)
        if reached is None:
            desk.say(f"Line {here.line} is in no function: it runs once for all tests.", 3)
        elif not reached:
            desk.say(f"No test reaches line {here.line}.", 3)
        else:
            tests = policy.entry.tests
            choices = [
                Choice(
                    str(test),
                    f"{mark_of_test(result_at(policy, test)).shape} {tests[test].name}",
                    ways,
                )
                for test, ways in reached.items()
                if test < len(tests)
            ]
            was = desk.selection
            count = f"{len(choices)} of {len(tests)} tests reach line {here.line}"
            desk.host.push_screen(
                ChooseScreen(count, choices, str(was.test), self._select, lambda: desk.select(was))
            )

    def _select(self, test: str) -> None:
        self.desk.select(Selection(self.desk.selection.spec, int(test), chosen=True))
