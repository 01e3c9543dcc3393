"""What the app is to the features."""

from __future__ import annotations

from typing import Any, Literal, Protocol

from textual.screen import Screen
from textual.signal import Signal

from panther_engine.events import Command
from panther_engine.model import Diagnostic
from panther_tui.settings.settings import Config
from panther_tui.terminal.editor import EditorCommand


class Host(Protocol):
    """What features need of the app."""

    theme: str

    @property
    def config(self) -> Config:
        """The settings as they are now."""

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """What is wrong in settings and themes."""

    @property
    def trust(self) -> bool | None:
        """The command line's word on settings of the checkout that reach further."""

    def restart_engine(self) -> str:
        """Go on with an engine that follows the settings as they are now; why not, or empty."""

    @property
    def app_resume_signal(self) -> Signal[Any]:
        """Published when the app has the terminal again."""

    def send(self, command: Command) -> None:
        """Tell the engine."""

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a message for some seconds."""

    def clear_notifications(self) -> None:
        """Take all messages away."""

    def push_screen(self, screen: Screen[None], /) -> object:
        """Put a screen over this one."""

    def copy_to_clipboard(self, text: str) -> None:
        """Copy, and say how."""

    def open_editor(self, command: EditorCommand) -> str:
        """Start the user's editor; why that failed, or empty."""

    def follow_settings(self, *, force: bool = False, restarts: bool = False) -> None:
        """Read the settings again if their files changed."""

    def known_themes(self) -> dict[str, str]:
        """The themes by name, with what each says of itself."""

    def toggle_mouse(self) -> bool:
        """Take the mouse or leave it to the terminal; True if it is the app's now."""

    def action_command_palette(self) -> None:
        """Open the command palette."""

    def action_suspend_process(self) -> None:
        """Go to the shell."""

    def refresh(self, *, layout: bool = False) -> object:
        """Paint everything again."""
