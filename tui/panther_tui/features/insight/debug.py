"""`d`: the selected test in pdb, in the terminal that the app leaves to it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from panther_tui.features.feature import Answer, Feature
from panther_tui.terminal.editor import EditorCommand
from panther_tui.terminal.safe_text import printable


class Debug(Feature):
    """Stops at the first line of `policy`, in the interpreter of the policies."""

    def answers(self) -> Mapping[str, Answer]:
        """The debugger."""
        return {"test.debug": self._debug}

    def offers(self, action: str) -> bool:
        """While there is a test that can run."""
        policy = self.desk.state.policies.get(self.desk.selection.spec)
        return policy is not None and bool(policy.entry.tests) and not policy.entry.invalid

    def _debug(self) -> None:
        desk = self.desk
        policy = desk.state.policies.get(desk.selection.spec)
        if policy is None or not self.offers("test.debug"):
            desk.say("There is no test here that can run.")
            return
        name = policy.entry.tests[desk.selection.test].name
        spec = str(Path(desk.state.root, policy.entry.spec))
        command = [sys.executable, "-m", "panther_tui", "debug", spec, f"--test={name}", "--wait"]
        if desk.state.python:
            command += ["--python", desk.state.python]
        if problem := desk.host.open_editor(EditorCommand(tuple(command), suspends=True)):
            desk.host.notify(printable(problem, 300), severity="error", markup=False)
