"""`Q`: which sections of frameworks policies cover, with their tests and failing resources."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from panther_engine.state import State
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.selection import Selection

if TYPE_CHECKING:
    from panther_engine import SectionList
    from panther_tui.overlays.frameworks.screen import FrameworksScreen


class Frameworks(Feature):
    """The list follows tests and scans while it is open."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._screen: FrameworksScreen | None = None
        self._lists: Mapping[str, SectionList] = {}
        self._shown: State | None = None

    def answers(self) -> Mapping[str, Answer]:
        """The list."""
        return {"scan.frameworks": self._open}

    def offers(self, action: str) -> bool:
        """While some policy names a report."""
        return any(policy.entry.reports for policy in self.desk.state.policies.values())

    def on_painted(self) -> None:
        """Show what is known now."""
        screen, state, shown = self._screen, self.desk.state, self._shown
        if screen is None or not screen.is_attached or shown is None:
            return
        if state.policies is shown.policies and state.scan.scanned is shown.scan.scanned:
            return
        from panther_tui.overlays.frameworks.rows import frameworks_of

        self._shown = state
        screen.show(frameworks_of(state, self._lists))

    def _open(self) -> None:
        from panther_engine import load_lists
        from panther_tui.overlays.frameworks.rows import frameworks_of
        from panther_tui.overlays.frameworks.screen import FrameworksScreen

        desk = self.desk
        self._lists, problems = load_lists(Path(desk.state.root))
        for problem in problems[:1]:
            desk.say(printable(f"{problem.path}:{problem.line}: {problem.message}", 200), 8)
        self._shown = desk.state
        self._screen = FrameworksScreen(frameworks_of(desk.state, self._lists), self._go)
        desk.host.push_screen(self._screen)

    def _go(self, spec: str) -> None:
        desk = self.desk
        if spec in desk.state.policies:
            desk.select(Selection(spec))
            desk.panes.tree.reveal(spec)
            desk.focus_pane(desk.panes.code)
