"""`s` in the results: mocks of the selected test added, changed and removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from panther_engine.model import Mock
from panther_engine.values.edits import PutMock, RemoveMock, TestRef
from panther_tui.features.feature import Answer, Feature
from panther_tui.terminal.safe_text import printable


class Mocks(Feature):
    """Asks which, then what it replaces and returns; each end is a proposal."""

    def answers(self) -> Mapping[str, Answer]:
        """The mocks of the selected test."""
        return {"tests.mocks": self._choose}

    def offers(self, action: str) -> bool:
        """Where a test is selected."""
        return self._ref() is not None

    def _ref(self) -> TestRef | None:
        selection = self.desk.selection
        policy = self.desk.state.policies.get(selection.spec)
        tests = policy.entry.tests if policy is not None else ()
        if not 0 <= selection.test < len(tests):
            return None
        return TestRef(selection.spec, selection.test, tests[selection.test].name)

    def _choose(self) -> None:
        from panther_tui.overlays.choose import Choice, ChooseScreen

        test = self._ref()
        if test is None:
            self.desk.say("There is no test selected.")
            return
        found: dict[str, Callable[[], None]] = {"Mock a name of the body": lambda: self._add(test)}
        for at, mock in enumerate(self._mocks(test)):
            name = printable(mock.object_name, 40)
            found[f"Change what {name} returns"] = self._changing(test, mock, at)
            found[f"Remove the mock of {name}"] = self._removing(test, at)
        acts = list(found.values())

        def done(value: str) -> None:
            self.desk.screen.call_later(acts[int(value)])  # once the list is closed

        listed = [Choice(str(at), label) for at, label in enumerate(found)]
        title = f'Mocks of "{printable(test.name, 60)}"'
        screen = ChooseScreen(title, listed, "0", lambda value: None, lambda: None, done)
        self.desk.host.push_screen(screen)

    def _mocks(self, test: TestRef) -> tuple[Mock, ...]:
        opened = self.desk.state.opened
        if opened is None or opened.policy.spec != test.spec:
            return ()
        tests = opened.policy.tests
        return tests[test.index].mocks if test.index < len(tests) else ()

    def _add(self, test: TestRef) -> None:
        from panther_engine import lacks_name, mockable_names
        from panther_tui.overlays.ask import AskScreen

        opened = self.desk.state.opened
        body = opened.body_text if opened is not None else ""
        names = mockable_names(body)
        taken = {mock.object_name for mock in self._mocks(test)}

        def wrong(name: str) -> str:
            if name in taken:
                return "it is mocked already"
            if not name.isidentifier():
                return "a name of the body is wanted"
            return f"the body has no {name}" if body and lacks_name(body, name) else ""

        def done(name: str) -> None:
            self._ask_return(test, Mock(name, ""), None)

        offers = tuple(name for name in names if name not in taken)
        self.desk.host.push_screen(AskScreen("Name to replace:", "", done, wrong, offers))

    def _changing(self, test: TestRef, mock: Mock, at: int) -> Callable[[], None]:
        return lambda: self._ask_return(test, mock, at)

    def _removing(self, test: TestRef, at: int) -> Callable[[], None]:
        return lambda: self.desk.proposals.propose(RemoveMock(test, at))

    def _ask_return(self, test: TestRef, mock: Mock, at: int | None) -> None:
        from panther_engine import read_return, write_return
        from panther_tui.overlays.ask import AskScreen

        def done(typed: str) -> None:
            made = Mock(mock.object_name, read_return(typed))
            self.desk.proposals.propose(PutMock(test, made, at))

        shown = "" if at is None else write_return(mock.return_value)
        label = f"{printable(mock.object_name, 40)} returns:"
        self.desk.host.push_screen(AskScreen(label, shown, done, lambda typed: ""))
