"""What can be done around the tests: copy, look, choose a theme, read what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual import on

from panther_engine.events import Notice
from panther_engine.model import Level
from panther_engine.state import State
from panther_tui.panes.resource.resource import ResourcePane
from panther_tui.screens.arrange import Arrangement
from panther_tui.settings.settings import Config
from panther_tui.triage.selection import Selection

if TYPE_CHECKING:
    from panther_tui.app import PantherApp


class Around(Arrangement):
    """The actions that need no engine. Other screens are imported when they are asked for."""

    state: State
    selection: Selection
    _read: tuple[Notice, ...] = ()
    """What the engine told by the time the problems were listed last."""

    @property
    def _owner(self) -> PantherApp:
        return cast("PantherApp", self.app)

    def configure(self, config: Config) -> None:
        """Be as the settings say."""
        self.tree_pane.configure(config.group_by, tests=config.tests_in_tree)
        self._activate(self.active)  # the footer shows the keys

    def action_copy_text(self) -> None:
        """Copy what is selected, else the line, value or failure at the cursor."""
        selected = self.get_selected_text()
        self._owner.copy_to_clipboard(selected or self.active.copied_text())

    def action_copy_place(self) -> None:
        """Copy where the cursor is."""
        self._owner.copy_to_clipboard(self.active.copied_place())

    def action_previous_source(self) -> None:
        """Show the one before of body, spec and helpers."""
        self.code_pane.show_next_tab(-1)

    def action_toggle_mouse(self) -> None:
        """Leave the mouse to the terminal, or take it back."""
        on = self._owner.toggle_mouse()
        said = "The mouse is the app's." if on else "The mouse is the terminal's: select and copy."
        self.app.notify(said, timeout=2, markup=False)

    def action_choose_theme(self) -> None:
        """Choose a theme, seeing each on the way."""
        from panther_tui.screens.choose import Choice, ChooseScreen

        app = self._owner
        before = app.theme
        known = app.known_themes()
        choices = [Choice(name, name, note) for name, note in known.items()]

        def show(name: str) -> None:
            app.theme = name

        def restore() -> None:
            app.theme = before

        def say(name: str) -> None:
            if name != before:
                app.notify(f'theme = "{name}" in the settings keeps it.', timeout=4, markup=False)

        app.push_screen(ChooseScreen("Theme", choices, before, show, restore, say))

    @on(ResourcePane.CompareWanted)
    def _choose_compared(self) -> None:
        """Show the difference to another test's resource, chosen from a list; again: no more."""
        from panther_tui.screens.choose import Choice, ChooseScreen

        pane = self.resource_pane
        before = pane.compared_with
        others = pane.others()
        if before is not None or not others:
            pane.compare_with(None)
            if not others:
                self.app.notify("There is no other test to compare with.", timeout=2, markup=False)
            return
        choices = [Choice(str(place), test.name) for place, test in others]
        first = min(others, key=lambda it: abs(it[0] - self.selected_test))[0]
        pane.compare_with(first)
        screen = ChooseScreen(
            "Compare with",
            choices,
            str(first),
            lambda value: pane.compare_with(int(value)),
            lambda: pane.compare_with(None),
            aside=True,
        )
        self.app.push_screen(screen)

    @property
    def selected_test(self) -> int:
        """Index of the test on the screen."""
        return self.selection.test

    def action_about(self) -> None:
        """Show versions, interpreter, watcher and paths, for a bug report."""
        from panther_tui.features.about import about_lines
        from panther_tui.screens.read import ReadScreen
        from panther_tui.settings.config import config_files

        files = config_files(Path(self.state.root or "."))
        size = (self.size.width, self.size.height)
        lines = about_lines(self.state, size=size, theme=self.app.theme, files=files)
        self.app.push_screen(ReadScreen("About", lines))

    def action_problems(self) -> None:
        """List what is wrong that belongs to no policy, and what the engine had to say."""
        from panther_tui.features.about import problem_lines
        from panther_tui.screens.read import ReadScreen

        self._read = self.state.notices
        found = (*self._owner.problems, *self.state.diagnostics)
        self.app.push_screen(ReadScreen("Problems", problem_lines(self.state.notices, found)))

    def problem_count(self) -> int:
        """How many problems the status bar speaks of.

        Not what is only good to know, and not what the engine told that has been read.
        """
        levels = [one.severity for one in (*self._owner.problems, *self.state.diagnostics)]
        read = {id(notice) for notice in self._read}
        levels += [one.level for one in self.state.notices if id(one) not in read]
        return sum(level is not Level.INFO for level in levels)
