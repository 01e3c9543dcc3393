"""`A` in the results: tests added, copied, renamed, moved and removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from panther_engine import read_regular
from panther_engine.model import TestCase
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
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.terminal.safe_text import printable

LARGEST = 8 << 20
"""Bytes of a file with a resource."""


class _NewTests:
    """Asks for the text, then for what of it is to become a test."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def paste(self, spec: str) -> None:
        """Wait for what the terminal pastes."""
        from panther_tui.overlays.pasting.paste import PasteScreen

        def take(text: str) -> None:
            self._look(spec, text)

        self._desk.host.push_screen(PasteScreen("Resource of a new test", take))

    def from_file(self, spec: str) -> None:
        """Ask for a file; a path counts from the checkout."""
        from panther_tui.overlays.ask import AskScreen

        def wrong(typed: str) -> str:
            return "" if typed and self._path(typed).is_file() else "there is no such file"

        def take(typed: str) -> None:
            try:
                text = read_regular(self._path(typed), LARGEST).decode("utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                self._complain(f"{typed} cannot be read: {error}")
            else:
                self._look(spec, text)

        self._desk.host.push_screen(AskScreen("File with the resource:", "", take, wrong))

    def _path(self, typed: str) -> Path:
        try:
            return Path(self._desk.state.root, Path(typed).expanduser())
        except (RuntimeError, ValueError):  # `~nobody`
            return Path(self._desk.state.root, typed)

    def _look(self, spec: str, text: str) -> None:
        from panther_engine import Pastable, Refusal, look_at_pasted, name_pasted
        from panther_tui.overlays.pasting.pasted import PastedScreen, Taken

        found = look_at_pasted(text)
        if isinstance(found, Refusal):
            where = f"line {found.line}: " if found.line > 1 else ""
            self._complain(f"{where}{found.reason}")
            return
        tests = self._tests(spec)
        names = [test.name for test in tests]
        resources = [test.resource for test in tests]

        def name_of(one: Pastable, kept: Sequence[str]) -> str:
            try:
                return name_pasted(one, kept, resources, names)
            except RecursionError:  # aliases of YAML can nest without end
                return "New test"

        def wrong(name: str) -> str:
            if not name:
                return "a test needs a name"
            return "there is such a test" if name in names else ""

        def done(taken: Taken) -> None:
            request = AddPasted(spec, text, True, taken.at, taken.kept, taken.name)
            self._desk.proposals.propose(request)

        self._desk.host.push_screen(PastedScreen(found, name_of, wrong, done))

    def _tests(self, spec: str) -> tuple[TestCase, ...]:
        opened = self._desk.state.opened
        return opened.policy.tests if opened is not None and opened.policy.spec == spec else ()

    def _complain(self, problem: str) -> None:
        self._desk.host.notify(printable(problem, 300), severity="warning", markup=False)


class Tests(Feature):
    """Each operation is a proposal; nothing is written without its difference."""

    __test__ = False

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._new = _NewTests(desk)

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
            "New test: paste its resource": lambda: self._new.paste(spec),
            "New test: its resource from a file": lambda: self._new.from_file(spec),
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
