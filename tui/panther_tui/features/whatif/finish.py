"""`S` and leaving: what becomes of a scratch copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from panther_engine.model import Verdict
from panther_engine.values.edits import AddTest, ReplaceResource, TestRef
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.scratch.real import ToMake
from panther_tui.panes.scratch.scratch import Scratch
from panther_tui.triage.selection import Selection, result_at

_SAID = {Verdict.PASS: "that passes", Verdict.FAIL: "that alerts"}


class ScratchFinish(Feature):
    """Asks where something would be lost, and only there."""

    def answers(self) -> Mapping[str, Answer]:
        """The end of the scratch that is shown, or the way to one that is kept."""
        return {"scratch.finish": self._finish}

    def offers(self, action: str) -> bool:
        """While a scratch is kept."""
        return bool(self.desk.scratches.kept)

    def asks_before_leaving(self, leave: Callable[[], None]) -> bool:
        """Ask while there are scratch copies."""
        count = len(self.desk.scratches.kept)
        if not count:
            return False
        title = "A scratch copy stands" if count == 1 else f"{count} scratch copies stand"
        lost = "it is lost" if count == 1 else "they are lost"
        self._choose(
            f"{title} in no file",
            {"Stay": lambda: None, f"Leave: {lost}": leave},
        )
        return True

    def _finish(self) -> None:
        bench = self.desk.scratches
        scratch = bench.at(self.desk.selection)
        if scratch is None:
            if not bench.kept:
                self.desk.say("There is no scratch copy.")
                return
            self._choose("Scratch copies", {_name(it): self._go_to(it) for it in bench.kept})
            return
        here = scratch
        choices: dict[str, Callable[[], None]] = {}
        if not here.real:
            choices["Make it this test's resource"] = lambda: self._replace(here)
        verdict = self._verdict()
        if verdict in _SAID:
            choices[f"Make it a new test {_SAID[verdict]}"] = lambda: self._add(here, verdict)
        choices["Keep it as it is"] = lambda: None
        choices["Discard it"] = lambda: self._discard(here)
        what = "Real resource" if here.real else "Scratch copy of"
        self._choose(f"{what} {_name(here)}", choices)

    def _verdict(self) -> Verdict | None:
        """What the policy says of the scratch as it is now; None while that is not known."""
        state, selection = self.desk.shown
        if self.desk.scratches.pending:
            return None
        result = result_at(state.policies.get(selection.spec), selection.test)
        return None if result is None else result.verdict

    def _replace(self, scratch: Scratch) -> None:
        test = TestRef(scratch.spec, scratch.test, scratch.case.name)
        self.desk.proposals.propose(ReplaceResource(test, scratch.resource))

    def _add(self, scratch: Scratch, verdict: Verdict) -> None:
        if scratch.real:
            self.desk.to_make = ToMake(scratch.spec, scratch.judged_as, verdict)
            self.desk.paint()
            return
        from panther_engine import name_test
        from panther_tui.overlays.ask import AskScreen

        opened = self.desk.state.opened
        tests = opened.policy.tests if opened is not None else ()
        names = [test.name for test in tests]
        try:
            offered = name_test(scratch.resource, [test.resource for test in tests], names)
        except RecursionError:  # aliases of YAML can nest without end
            offered = ""

        def wrong(name: str) -> str:
            if not name:
                return "a test needs a name"
            return "there is such a test" if name in names else ""

        def add(name: str) -> None:
            expected = verdict is Verdict.PASS
            self.desk.proposals.propose(
                AddTest(scratch.spec, name, expected, scratch.resource, scratch.case.mocks)
            )

        self.desk.host.push_screen(AskScreen("Name of the new test:", offered, add, wrong))

    def _discard(self, scratch: Scratch) -> None:
        self.desk.scratches.drop(scratch)
        self.desk.paint()

    def _go_to(self, scratch: Scratch) -> Callable[[], None]:
        name = scratch.case.name
        wanted = Selection(scratch.spec, scratch.test, chosen=True, test_name=name)
        return lambda: self.desk.select(wanted)

    def _choose(self, title: str, choices: Mapping[str, Callable[[], None]]) -> None:
        from panther_tui.overlays.choose import Choice, ChooseScreen

        acts = dict(enumerate(choices.values()))

        def done(value: str) -> None:
            self.desk.screen.call_later(acts[int(value)])  # once the list is closed

        screen = ChooseScreen(
            title,
            [Choice(str(at), label) for at, label in enumerate(choices)],
            "0",
            lambda value: None,
            lambda: None,
            done,
        )
        self.desk.host.push_screen(screen)


def _name(scratch: Scratch) -> str:
    return scratch.case.name or "(no name)"
