"""The application: the engine's events in, one picture out, the user's commands back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.events import AppFocus
from textual.message import Message
from textual.screen import Screen

from panther_engine.events import (
    ANNOUNCED,
    Close,
    Command,
    Event,
    Explained,
    Notice,
    PolicyFinished,
    PolicyOpened,
    RepositoryChanged,
    Rescan,
    RunFinished,
    RunStarted,
    ScratchJudged,
    SourceOpened,
    WatchChanged,
)
from panther_engine.model import Diagnostic, Level
from panther_engine.state import State, reduce
from panther_tui.app.configured import ConfiguredApp
from panther_tui.app.link import EngineLink, Feed
from panther_tui.panes.bars import Timing
from panther_tui.screens.main import MainScreen
from panther_tui.settings.settings import Config
from panther_tui.style.tokens import Tokens
from panther_tui.terminal.editor import EditorCommand, open_in_editor
from panther_tui.terminal.signals import Signals
from panther_tui.triage.beginning import Beginning

if TYPE_CHECKING:
    from textual.command import Provider

VERDICT_SECONDS = 0.04
"""How long the screen waits for the verdict of what is shown when its run begins: nearly all come
sooner, and then text and verdict change in one picture."""

FIRST_SECONDS = 4.0
"""After the start: by then the first pictures are over."""

SETTINGS_SECONDS = 1.0
"""Seconds between two looks at the files of settings: half a dozen stamps."""
RESTART_SECONDS = 30.0
"""An engine that ends this soon after another one would do so again."""

STUCK_SECONDS = 1.0
STUCK = "the engine takes no commands: it is busy, or was stopped"

LATEST_MS = 60_000
"""A change older than this when its result arrives was not made just now: nothing to measure."""


def _action_commands() -> type[Provider]:
    from panther_tui.screens.commands import ActionCommands

    return ActionCommands


def _policy_commands() -> type[Provider]:
    from panther_tui.screens.commands import PolicyCommands

    return PolicyCommands


class Heard(Message):
    """The engine's events since the last time, as one batch."""

    def __init__(self, events: tuple[Event, ...]) -> None:
        super().__init__()
        self.events = events


class EngineEnded(Message):
    """The engine is gone; what it said last has come before this."""

    def __init__(self, engine: EngineLink, why: str) -> None:
        super().__init__()
        self.engine = engine
        self.why = why


class PantherApp(ConfiguredApp):
    """Shows what the engine finds. Everything on the screen follows from one `State`."""

    TITLE = "panther-tui"
    CSS_PATH = "../style/app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    COMMANDS: ClassVar[set[Callable[[], type[Provider]]]] = {_action_commands, _policy_commands}  # type: ignore[assignment]
    ESCAPE_TO_MINIMIZE = False

    def __init__(
        self,
        engine: EngineLink,
        *,
        beginning: Beginning | None = None,
        config: Config | None = None,
        asked: Mapping[str, object] | None = None,
        trust: bool | None = None,
        problems: Sequence[Diagnostic] = (),
        hint: bool = False,
        clock: Callable[[], float] = time.time,
        begun: Callable[[], None] | None = None,
        restart: Callable[[], EngineLink] | None = None,
    ) -> None:
        """Show what `engine` finds. `beginning` says how the screen begins.

        `config` are the settings, `asked` those among them that the command line gave, and
        `problems` what is wrong in their files. `trust` is the command line's word on settings of
        the checkout that reach further than the user's.
        With `hint` somebody who opens the repository for the first time is told the first keys.
        `clock` gives epoch seconds: the time on the screen is measured against a file's.
        `begun` is called once the first pictures are over, `restart` for another engine when one
        has ended.
        """
        self.tokens = Tokens({}, plain=True)
        super().__init__()
        self.animation_level = "none"
        self.state = State()
        self.timing = Timing()
        self._engine = engine
        self._clock = clock
        self._begun = begun
        self._restart = restart
        self._restarted = float("-inf")
        self._anew = False
        self._feed: Feed | None = None
        self._signals = Signals(self._tell_terminal)
        self.begin_settings(config or Config(), problems, asked, trust)
        self.main = MainScreen(self, beginning or Beginning(), hint=hint)
        """The screen of four panes."""

    def get_default_screen(self) -> Screen[None]:
        """The screen of four panes."""
        return self.main

    def on_mount(self) -> None:
        """Begin."""
        self._listen()
        self.call_after_refresh(self._tell_problems)
        self.set_interval(SETTINGS_SECONDS, self.follow_settings)
        if self._begun is not None:
            self.set_timer(FIRST_SECONDS, self._begun)

    def _listen(self) -> None:
        self._feed = Feed(self._engine, self._hear, self._engine_gone, self._patience)

    def on_unmount(self) -> None:
        """Stop listening and let the engine end."""
        self._signals.restore()
        if self._feed is not None:
            self._feed.stop()
        self.send(Close())
        self._engine.close()

    def on_app_focus(self, event: AppFocus) -> None:
        """Look for changes that no event told of while the user was elsewhere."""
        self.send(Rescan())
        self.follow_settings()

    def hear_key(self) -> None:
        """Tell the screen, also while another one is over it."""
        self.main.hear_key()

    def follow_settings(self, *, force: bool = False, restarts: bool = False) -> None:
        """Read the settings again if their files changed, and show what follows.

        `restarts`: another engine is about to follow them.
        """
        if self.reload_settings(force=force, restarts=restarts):
            self.main.configure(self.config)
            self.main.show(self.state, self.timing)

    def action_command_palette(self) -> None:
        """Find any action or policy."""
        from panther_tui.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_help_quit(self) -> None:
        """Ctrl+c with no text selected: cancel what runs; the second time leave."""
        self.call_later(self.main.action_do, "interrupt")

    def open_editor(self, command: EditorCommand) -> str:
        """Start the user's editor, in the terminal or beside it; why that failed, or empty."""
        return open_in_editor(self, command) or ""

    def _tell_terminal(self, sequence: str) -> None:
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)
            self._driver.flush()

    def send(self, command: Command) -> None:
        """Tell the engine, if it is still there."""
        if self.timing.engine_gone:
            return
        try:
            self._engine.send(command)
            if self.timing.notice != STUCK and self._engine.stuck_for() > STUCK_SECONDS:
                self.timing = replace(self.timing, notice=STUCK)
                self.main.show(self.state, self.timing)
        except (OSError, EOFError) as error:
            self._engine_gone(str(error))

    def _tell_problems(self) -> None:
        self.register_user_themes()
        if self.problems:
            self.say_problems()
            self.main.show(self.state, self.timing)

    def _patience(self, events: tuple[Event, ...]) -> float | None:
        """How long these may wait: answers and the end of a run or of what is shown do not.

        While the run of what is shown has only begun, painting would delay its verdict.
        """
        shown = self.main.desk.selection.spec
        begun = opened = False
        for event in events:
            match event:
                case RunFinished() | SourceOpened() | WatchChanged():
                    return 0.0
                case Explained(flips=None) | ScratchJudged(explained=None):
                    return 0.0
                case PolicyFinished(result) if result.spec == shown:
                    return 0.0
                case RunStarted(_, reasons):
                    begun = begun or shown in reasons
                case PolicyOpened():
                    opened = True
        if begun:
            return VERDICT_SECONDS
        return 0.0 if opened else None

    def _hear(self, events: tuple[Event, ...]) -> None:
        self.post_message(Heard(events))

    @on(Heard)
    def _take(self, heard: Heard) -> None:
        if self.timing.notice == STUCK:
            self.timing = replace(self.timing, notice="")
        events = self._begin_anew(heard.events) if self._anew else heard.events
        self.main.take(events)
        self.state = reduce(self.state, events)
        self._signals.show(self.state, self.config.notify)
        for event in events:
            if isinstance(event, RunFinished) and event.changed_at is not None:
                shown = (self._clock() - event.changed_at) * 1000
                known = shown if 0 <= shown <= LATEST_MS else None
                self.timing = replace(self.timing, shown_ms=known, notice="")
            elif isinstance(event, RepositoryChanged):
                self.watch_settings(event.root)
                self.follow_settings()
            elif isinstance(event, Notice):
                self.timing = replace(self.timing, notice=event.message)
        with self.batch_update():
            self.main.show(self.state, self.timing)

    def _engine_gone(self, why: str) -> None:
        self.post_message(EngineEnded(self._engine, why))

    @on(EngineEnded)
    def _replace_engine(self, ended: EngineEnded) -> None:
        """Start another engine, unless the last one did not live long either."""
        if self.timing.engine_gone or ended.engine is not self._engine:
            return
        why = ended.why
        now = time.monotonic()
        soon = now - self._restarted < RESTART_SECONDS
        if self._restart is None or soon or not self._start_again(self._restart):
            self.timing = replace(self.timing, engine_gone=True, notice=why)
        else:
            self._restarted = now
            said = f"{why}; started again"
            told = (*self.state.notices, Notice(Level.WARNING, said))
            self.state = replace(self.state, notices=told)
            self.timing = replace(self.timing, notice=said)
        self.main.show(self.state, self.timing)

    def restart_engine(self) -> str:
        """Go on with an engine that follows the settings as they are now; why not, or empty."""
        if self._restart is None:
            return "start panther-tui again"
        try:
            engine = self._restart()
        except OSError as error:
            return str(error)
        self._take_engine(engine)
        return ""

    def _start_again(self, restart: Callable[[], EngineLink]) -> bool:
        try:
            engine = restart()
        except OSError:  # no memory, no processes, no Python: as if it had ended at once
            return False
        self._take_engine(engine)
        return True

    def _take_engine(self, engine: EngineLink) -> None:
        """Have this engine take the place of the last one."""
        if self._feed is not None:
            self._feed.stop()
        self._engine.close()
        self._engine = engine
        self._anew = True
        self._listen()
        self.main.resume()

    def _begin_anew(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        """Keep the old picture until the new engine has read everything."""
        changes = [event for event in events if isinstance(event, RepositoryChanged)]
        if any(change.generation != ANNOUNCED for change in changes):
            self._anew = False
            old = self.state
            self.state = State(opened=old.opened, source=old.source, notices=old.notices)
        return tuple(
            event
            for event in events
            if not isinstance(event, RepositoryChanged) or event.generation != ANNOUNCED
        )
