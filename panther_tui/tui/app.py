"""The application: the engine's events in, one picture out, the user's commands back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App
from textual.events import AppFocus
from textual.message import Message
from textual.screen import Screen

from panther_tui.engine.events import (
    Close,
    Command,
    Event,
    Notice,
    PolicyFinished,
    PolicyOpened,
    Rescan,
    RunFinished,
    SourceOpened,
    WatchChanged,
)
from panther_tui.engine.state import State, reduce
from panther_tui.tui.config import user_folder
from panther_tui.tui.link import EngineLink, Feed
from panther_tui.tui.panes.bars import Timing
from panther_tui.tui.safe_text import printable
from panther_tui.tui.screens.main import MainScreen
from panther_tui.tui.settings import Config
from panther_tui.tui.theme import THEME_FOLDER, load_themes, to_textual_theme
from panther_tui.tui.theme_file import load_theme
from panther_tui.tui.theme_tokens import token_defaults
from panther_tui.tui.tokens import Tokens

if TYPE_CHECKING:
    from textual.command import Provider

LATEST_MS = 60_000
"""A change older than this when its result arrives was not made just now: nothing to measure."""


def _action_commands() -> type[Provider]:
    from panther_tui.tui.screens.commands import ActionCommands

    return ActionCommands


def _policy_commands() -> type[Provider]:
    from panther_tui.tui.screens.commands import PolicyCommands

    return PolicyCommands


class Heard(Message):
    """The engine's events since the last time, as one batch."""

    def __init__(self, events: tuple[Event, ...]) -> None:
        super().__init__()
        self.events = events


class PantherApp(App[None]):
    """Shows what the engine finds. Everything on the screen follows from one `State`."""

    TITLE = "panther-tui"
    CSS_PATH = "../themes/app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    COMMANDS: ClassVar[set[Callable[[], type[Provider]]]] = {_action_commands, _policy_commands}  # type: ignore[assignment]
    ESCAPE_TO_MINIMIZE = False

    def __init__(
        self,
        engine: EngineLink,
        *,
        start: str = "",
        config: Config | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Show what `engine` finds. `start` is a path or path:line to put the cursor on.

        `clock` gives epoch seconds: the time on the screen is measured against a file's.
        """
        self.tokens = Tokens({}, plain=True)
        super().__init__()
        self.config = config or Config()
        self.animation_level = "none"
        self.state = State()
        self.timing = Timing()
        self._engine = engine
        self._clock = clock
        self._feed: Feed | None = None
        self._main = MainScreen(start)
        self.set_keymap(dict(self.config.keys))
        self._choose_theme(self.config.theme)

    def get_default_screen(self) -> Screen[None]:
        """The screen of four panes."""
        return self._main

    def on_mount(self) -> None:
        """Begin."""
        self._feed = Feed(self._engine, self._hear, self._engine_gone, self._awaited)
        self.call_after_refresh(self._register_themes)

    def on_unmount(self) -> None:
        """Stop listening and let the engine end."""
        if self._feed is not None:
            self._feed.stop()
        self.send(Close())
        self._engine.close()

    def on_app_focus(self, event: AppFocus) -> None:
        """Look for changes that no event told of while the user was elsewhere."""
        self.send(Rescan())

    def send(self, command: Command) -> None:
        """Tell the engine, if it is still there."""
        if self.timing.engine_gone:
            return
        try:
            self._engine.send(command)
        except (OSError, EOFError):
            self._engine_gone()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours for themes that do not name them."""
        return token_defaults(self.current_theme)

    def get_css_variables(self) -> dict[str, str]:
        """All colours; the panes' styles are made from them."""
        variables = super().get_css_variables()
        plain = self.no_color or self.native_ansi_color
        self.tokens = Tokens(variables, plain=plain)
        return variables

    def _choose_theme(self, name: str) -> None:
        """Show a theme. Only its file is read if it is ours: the first paint waits for this."""
        known = {path.stem: path for path in THEME_FOLDER.glob("*.toml")}
        ours = load_theme(known[name], []) if name in known else None
        if ours is None:
            self._register_themes()
        else:
            self.register_theme(to_textual_theme(ours))
        if name in self.available_themes:
            self.theme = name

    def _register_themes(self) -> None:
        themes, problems = load_themes(user_folder() / "themes")
        for theme in themes:
            if theme.name != self.theme:
                self.register_theme(to_textual_theme(theme))
        for problem in problems:
            said = f"{problem.path}:{problem.line}: {problem.message}"
            self.notify(printable(said), severity="warning", markup=False)

    def _awaited(self, event: Event) -> bool:
        """Whether somebody waits for this: an answer, or the end of a run or of what is shown."""
        if isinstance(event, PolicyFinished):
            return event.result.spec == self._main.selection.spec
        return isinstance(event, RunFinished | PolicyOpened | SourceOpened | WatchChanged)

    def _hear(self, events: tuple[Event, ...]) -> None:
        self.post_message(Heard(events))

    @on(Heard)
    def _take(self, heard: Heard) -> None:
        events = heard.events
        self.state = reduce(self.state, events)
        for event in events:
            if isinstance(event, RunFinished) and event.changed_at is not None:
                shown = (self._clock() - event.changed_at) * 1000
                known = shown if 0 <= shown <= LATEST_MS else None
                self.timing = replace(self.timing, shown_ms=known, notice="")
            elif isinstance(event, Notice):
                self.timing = replace(self.timing, notice=event.message)
        with self.batch_update():
            self._main.show(self.state, self.timing)

    def _engine_gone(self) -> None:
        if not self.timing.engine_gone:
            self.timing = replace(self.timing, engine_gone=True)
            self._main.show(self.state, self.timing)
