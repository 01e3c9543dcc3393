"""Which place the editor is to open, and opening it there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from panther_engine.state import State
from panther_tui.terminal.editor import editor_command, open_in_editor
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.selection import Place, Selection, place_of_failure

if TYPE_CHECKING:
    from panther_tui.app import PantherApp


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


def edit(app: PantherApp, place: Place | None) -> None:
    """Open the editor, or say in words why not."""
    if place is None:
        app.notify("There is nothing to edit.", timeout=2, markup=False)
        return
    path = Path(app.state.root, place.path)
    if not path.is_file():
        said = f"{printable(place.path, 200)} is no file that can be edited."
        app.notify(said, severity="error", markup=False)
        return
    problem = open_in_editor(app, editor_command(app.config.editor, path, max(1, place.line)))
    if problem:
        app.notify(printable(problem, 300), severity="error", markup=False)
