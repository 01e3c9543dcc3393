"""`V` and `!`: facts for a bug report, and what is wrong that belongs to no policy.

What holds policies back is said in the status bar too, at the start, until somebody works.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from panther_engine.events import Event, Notice, RepositoryChanged
from panther_engine.model import Level
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.badges import Badge
from panther_tui.terminal.safe_text import printable

WHOLE = "kernel"
"""A sandbox that nothing is missing of."""


class About(Feature):
    """Two texts to read; badges for what was not read yet: problems, and the sandbox at a start."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._read: tuple[Notice, ...] = ()
        """What the engine had told by the time the problems were listed last."""
        self._told = ""
        """The sandbox that was in the status bar long enough."""

    def answers(self) -> Mapping[str, Answer]:
        """The two texts."""
        return {"about": self._show_about, "problems": self._show_problems}

    def on_event(self, event: Event) -> None:
        """A save has been made: the sandbox was told."""
        if isinstance(event, RepositoryChanged) and event.changed:
            self._told = self.desk.state.sandbox

    def on_key(self) -> None:
        """Somebody works: the sandbox was told."""
        if self._told != self.desk.state.sandbox:
            self._told = self.desk.state.sandbox
            self.desk.paint()

    def badges(self) -> Iterable[Badge]:
        """What holds policies back, until that was told; and how many problems there are."""
        sandbox = self.desk.state.sandbox
        if sandbox and sandbox != self._told:
            token = "muted" if sandbox == WHOLE else "warning"
            yield Badge(f"sandbox: {printable(sandbox, 80)}", token, action="about")
        if count := self.problem_count():
            yield Badge(f"!{count}", "warning bold", counts=True, action="problems")

    def problem_count(self) -> int:
        """Problems that are more than good to know, and of notices those not read yet."""
        state = self.desk.state
        levels = [one.severity for one in (*self.desk.host.problems, *state.diagnostics)]
        read = {id(notice) for notice in self._read}
        levels += [one.level for one in state.notices if id(one) not in read]
        return sum(level is not Level.INFO for level in levels)

    def _show_about(self) -> None:
        from panther_tui.overlays.reading.about_lines import about_lines
        from panther_tui.overlays.reading.read import ReadScreen
        from panther_tui.settings.config import config_files

        state, screen = self.desk.state, self.desk.screen
        files = config_files(Path(state.root or "."))
        size = (screen.size.width, screen.size.height)
        lines = about_lines(
            state,
            size=size,
            theme=self.desk.host.theme,
            files=files,
        )
        self.desk.host.push_screen(ReadScreen("About", lines, self.desk.host.copy_to_clipboard))

    def _show_problems(self) -> None:
        from panther_tui.overlays.reading.about_lines import problem_lines
        from panther_tui.overlays.reading.read import ReadScreen

        state = self.desk.state
        self._read = state.notices
        found = (*self.desk.host.problems, *state.diagnostics)
        lines = problem_lines(state.notices, found)
        self.desk.host.push_screen(ReadScreen("Problems", lines, self.desk.host.copy_to_clipboard))
        self.desk.paint()
