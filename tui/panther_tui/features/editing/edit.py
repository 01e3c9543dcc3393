"""`e` and `E`: the user's editor, at the line of the cursor, of the failure or of the test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from panther_engine.state import State
from panther_tui.features.feature import Answer, Feature
from panther_tui.terminal.editor import editor_command
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.selection import Place, Selection, place_of_failure


class Edit(Feature):
    """Opens the editor, or says in words why not."""

    def answers(self) -> Mapping[str, Answer]:
        """Edit the code, edit the test."""
        return {"edit.code": self._edit_code, "edit.test": self._edit_test}

    def _edit_code(self) -> None:
        desk = self.desk
        self._edit(place_to_edit(desk.state, desk.selection, self._place_at_cursor()))

    def _edit_test(self) -> None:
        self._edit(place_of_test(self.desk.state, self.desk.selection))

    def _place_at_cursor(self) -> Place | None:
        panes = self.desk.panes
        if self.desk.active is panes.results and (place := panes.results.place()) is not None:
            return place
        shown = panes.code.place()
        return shown if self._code_has_a_say(shown) else None

    def _code_has_a_say(self, shown: Place) -> bool:
        """Whether the code view shows a line of what is selected."""
        policy = self.desk.state.policies.get(self.desk.selection.spec)
        if self.desk.active is self.desk.panes.code or policy is None:
            return True
        return bool(shown.line) and shown.path in (policy.entry.body, policy.entry.spec)

    def _edit(self, place: Place | None) -> None:
        if place is None:
            self.desk.say("There is nothing to edit.")
            return
        host = self.desk.host
        path = Path(self.desk.state.root, place.path)
        if path.is_file():
            command = editor_command(host.config.editor, path, max(1, place.line))
            problem = host.open_editor(command)
        else:
            problem = f"{printable(place.path, 200)} is no file that can be edited."
        if problem:
            host.notify(printable(problem, 300), severity="error", markup=False)


def place_to_edit(state: State, selection: Selection, at_cursor: Place | None) -> Place | None:
    """The line under the cursor, else that of the failure, else the policy's body or spec.

    `at_cursor` is None where the cursor is on nothing that has a line.
    """
    if at_cursor is not None and at_cursor.path:
        return at_cursor
    failure = place_of_failure(state, selection)
    if failure is not None:
        return failure
    policy = state.policies.get(selection.spec)
    return None if policy is None else Place(policy.entry.body or policy.entry.spec, 1)


def place_of_test(state: State, selection: Selection) -> Place | None:
    """The selected test's entry in its spec."""
    policy = state.policies.get(selection.spec)
    if policy is None:
        return None
    tests = policy.entry.tests
    line = tests[selection.test].line if selection.test < len(tests) else 1
    return Place(selection.spec, max(1, line))
