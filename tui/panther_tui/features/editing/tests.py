"""`A` in the results: tests added, copied, renamed, moved and removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from panther_engine.values.edits import (
    AddExample,
    AddPasted,
    DeleteTest,
    DuplicateTest,
    EditRequest,
    MoveTest,
    RenameTest,
    TestRef,
)
from panther_tui.features.feature import Answer, Feature
from panther_tui.terminal.safe_text import printable


class Tests(Feature):
    """Each operation is a proposal; nothing is written without its difference."""

    __test__ = False

    def answers(self) -> Mapping[str, Answer]:
        """The menu, and what has keys of its own."""
        return {
            "tests.menu": self._menu,
            "tests.delete": lambda: self._about(DeleteTest),
            "tests.up": lambda: self._move(-1),
            "tests.down": lambda: self._move(1),
        }

    def offers(self, action: str) -> bool:
        """A test can be added to any policy; the others need one."""
        return bool(self.desk.selection.spec) and (action == "tests.menu" or bool(self._ref()))

    def _names(self) -> list[str]:
        policy = self.desk.state.policies.get(self.desk.selection.spec)
        return [] if policy is None else [test.name for test in policy.entry.tests]

    def _ref(self) -> TestRef | None:
        names, selection = self._names(), self.desk.selection
        if not 0 <= selection.test < len(names):
            return None
        return TestRef(selection.spec, selection.test, names[selection.test])

    def _propose(self, request: EditRequest) -> None:
        self.desk.proposals.propose(request)

    def _about(self, make: Callable[[TestRef], EditRequest]) -> None:
        test = self._ref()
        if test is None:
            self.desk.say("There is no test selected.")
        else:
            self._propose(make(test))

    def _move(self, step: int) -> None:
        test = self._ref()
        if test is not None and 0 <= test.index + step < len(self._names()):
            self._propose(MoveTest(test, test.index + step))
        else:
            self.desk.say("There is no further place for it.")

    def _menu(self) -> None:
        spec, test = self.desk.selection.spec, self._ref()
        if not spec:
            self.desk.say("There is no policy to add a test to.")
            return
        choices: dict[str, Callable[[], None]] = {
            "New test: paste, with names and numbers redacted": lambda: self._paste(spec, True),
            "New test: paste, as it is": lambda: self._paste(spec, False),
            "New test: the example of the resource type": lambda: self._propose(AddExample(spec)),
            "New test: {}": lambda: self._propose(AddPasted(spec, "{}", redacted=False)),
        }
        if test is not None:
            shown = printable(test.name, 40)
            choices |= {
                f'Copy "{shown}"': lambda: self._ask(test, DuplicateTest, f"{test.name} copy"),
                f'Rename "{shown}"': lambda: self._ask(test, RenameTest, test.name),
                f'Remove "{shown}"': lambda: self._propose(DeleteTest(test)),
            }
        self._choose(choices)

    def _paste(self, spec: str, redacted: bool) -> None:
        from panther_tui.overlays.paste import PasteScreen

        def take(text: str) -> None:
            self._propose(AddPasted(spec, text, redacted))

        self.desk.host.push_screen(PasteScreen("Resource of a new test", take))

    def _ask(
        self, test: TestRef, make: Callable[[TestRef, str], EditRequest], offered: str
    ) -> None:
        from panther_tui.overlays.ask import AskScreen

        taken = [name for name in self._names() if name != test.name]

        def wrong(name: str) -> str:
            if not name:
                return "a test needs a name"
            return "there is such a test" if name in taken else ""

        def done(name: str) -> None:
            self._propose(make(test, name))

        self.desk.host.push_screen(AskScreen("Name of the test:", offered, done, wrong))

    def _choose(self, choices: Mapping[str, Callable[[], None]]) -> None:
        from panther_tui.overlays.choose import Choice, ChooseScreen

        acts = list(choices.values())

        def done(value: str) -> None:
            self.desk.screen.call_later(acts[int(value)])  # once the list is closed

        listed = [Choice(str(at), label) for at, label in enumerate(choices)]
        screen = ChooseScreen("Tests", listed, "0", lambda value: None, lambda: None, done)
        self.desk.host.push_screen(screen)
