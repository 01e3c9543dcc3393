"""`?` and `:`: what every key does here, and everything by name."""

from __future__ import annotations

from collections.abc import Mapping

from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.pane import Pane
from panther_tui.panes.triage_bar import TriageBar


class Help(Feature):
    """The keys of what has the focus, the command palette, and the way to the shell."""

    def answers(self) -> Mapping[str, Answer]:
        """Help, palette and suspending."""
        return {
            "help": self._show_keys,
            "palette": lambda: self.desk.host.action_command_palette(),
            "suspend": lambda: self.desk.host.action_suspend_process(),
        }

    def _show_keys(self) -> None:
        from panther_tui.overlays.help import HelpScreen

        focused = self.desk.screen.focused
        here = focused if isinstance(focused, Pane | TriageBar) else self.desk.active
        actions = self.desk.offered(here.NAME)
        self.desk.host.push_screen(HelpScreen(here.LABEL, actions, self.desk.host.config.keys))
