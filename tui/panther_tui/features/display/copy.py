"""Copying: the thing at the cursor, where it is, and whose the mouse is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.pane import Pane
from panther_tui.terminal.headless_command import headless_command


class Copy(Feature):
    """`y`, `Y`, and leaving the mouse to the terminal for its own selection."""

    def answers(self) -> Mapping[str, Answer]:
        """Copy text, copy place, and the mouse."""
        return {
            "copy.text": self._copy_text,
            "copy.place": self._copy_place,
            "view.mouse": self._toggle_mouse,
        }

    def on_back(self) -> bool:
        """Forget the selected text."""
        screen = self.desk.screen
        if not screen.selections or not isinstance(screen.focused, Pane):
            return False
        screen.clear_selection()
        return True

    def _copy_text(self) -> None:
        selected = self.desk.screen.get_selected_text()
        self.desk.host.copy_to_clipboard(selected or self.desk.active.copied_text())

    def _copy_place(self) -> None:
        """Where the cursor is; of a test the command that runs it without the screen."""
        test = self.desk.active.copied_test()
        if test is None:
            self.desk.host.copy_to_clipboard(self.desk.active.copied_place())
            return
        command = headless_command(Path(self.desk.state.root), Path.cwd(), *test)
        self.desk.host.copy_to_clipboard(command)

    def _toggle_mouse(self) -> None:
        on = self.desk.host.toggle_mouse()
        said = "The mouse is the app's." if on else "The mouse is the terminal's: select and copy."
        self.desk.say(said)
