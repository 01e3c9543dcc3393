"""Opens the user's editor at a line, in this terminal or beside it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from panther_tui.terminal.editor_presets import PRESETS, Window, program_name

if TYPE_CHECKING:
    from textual.app import App


@dataclass(frozen=True, slots=True)
class EditorCommand:
    """What to start. `problem` says in words why there is nothing to start, and is else empty."""

    argv: tuple[str, ...]
    suspends: bool
    """Whether the app has to leave the terminal to it."""
    problem: str = ""


_Result = TypeVar("_Result")

_FALLBACKS = ("nvim", "vim", "vi", "nano", "micro", "hx", "emacs")

_TERMINAL_OPTIONS = frozenset({"-nw", "-t", "-tty", "--tty", "--no-window-system"})

MISSING = "no editor was found: set $VISUAL, $EDITOR or the setting `editor`"


def editor_command(
    setting: str,
    path: str | os.PathLike[str],
    line: int = 1,
    column: int = 0,
    environment: Mapping[str, str] = os.environ,
    find: Callable[[str], str | None] = shutil.which,
) -> EditorCommand:
    """The command that opens a file at a 1-based line and 0-based column.

    Takes the setting `editor`, else `$VISUAL`, else `$EDITOR`, else the first that is installed.
    No shell reads it: arguments are split as a shell would and nothing else is done to them.
    """
    sources = (
        (setting, "the setting `editor`"),
        (environment.get("VISUAL", ""), "$VISUAL"),
        (environment.get("EDITOR", ""), "$EDITOR"),
        (next(filter(find, _FALLBACKS), ""), "what is installed"),
    )
    text, source = next((it for it in sources if it[0].strip()), ("", ""))
    if not text:
        return EditorCommand((), False, MISSING)
    try:
        words = _split(text)
    except ValueError as error:
        return EditorCommand((), False, f"{source} cannot be read: {str(error).lower()}")
    graphical = words[-1:] == ["&"]
    if graphical:
        words.pop()
    if not words:
        return EditorCommand((), False, MISSING)
    place = {"file": os.path.abspath(path), "line": str(line), "column": str(column + 1)}
    name = program_name(words[0])
    preset = PRESETS.get(name)
    if any("{file}" in word for word in words):
        argv = _fill(words, place)
    else:
        argv = (*words, *_fill(preset.arguments if preset else ("{file}",), place))
    window = preset.window if preset else Window.TERMINAL
    if name in ("vi", "vim") and "-g" in words:
        window = Window.OWN
    suspends = not graphical and _needs_terminal(window, words[1:], environment)
    return EditorCommand(argv, suspends)


def open_in_editor(app: App[_Result], command: EditorCommand) -> str | None:
    """Open the editor; None, or in words why that failed.

    One that needs the terminal gets it and this waits for its end. One with a window of its own
    is left alone; should it end with an error, the app notifies of that later.
    """
    if command.problem:
        return command.problem
    if not command.suspends:
        return _start_beside(app, command.argv)
    from textual.app import SuspendNotSupported

    # App.suspend of Textual 8.2.8 resumes only if nothing is raised inside it.
    try:
        with app.suspend():
            problem = _run_in_terminal(command.argv)
    except SuspendNotSupported:
        return "this terminal cannot be given to an editor: set one with a window of its own"
    return problem


def _run_in_terminal(argv: tuple[str, ...]) -> str | None:
    """Run a command on our terminal until it ends. Raises nothing."""
    try:
        with _interrupts_for_others(), _terminal_as_it_was():
            status = subprocess.run(argv, check=False).returncode
    except (Exception, KeyboardInterrupt) as error:
        return _why_not(argv[0], error)
    return _how_ended(argv[0], status)


def _start_beside(app: App[_Result], argv: tuple[str, ...]) -> str | None:
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            argv, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
        )
    except (OSError, ValueError) as error:
        return _why_not(argv[0], error)

    def wait() -> None:
        problem = _how_ended(argv[0], process.wait())
        if problem and app.is_running:
            app.notify(problem, severity="warning", markup=False)

    threading.Thread(target=wait, name="editor", daemon=True).start()
    return None


@contextmanager
def _interrupts_for_others() -> Iterator[None]:
    """Ctrl+c in the editor's terminal is not ours. A handler, unlike SIG_IGN, is not inherited."""
    try:
        before = signal.signal(signal.SIGINT, lambda number, frame: None)
    except ValueError:  # not in the main thread, which is the only one that gets signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _terminal_as_it_was() -> Iterator[None]:
    """Undo what a crashed editor leaves behind: Textual would take it for the normal state."""
    try:
        import termios
    except ImportError:  # no such thing on Windows
        yield
        return
    try:
        before = termios.tcgetattr(0)
    except termios.error:  # not a terminal
        yield
        return
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(0, termios.TCSADRAIN, before)


def _why_not(program: str, error: BaseException) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{program} was not found: set $VISUAL, $EDITOR or the setting `editor`"
    if isinstance(error, PermissionError):
        return f"{program} may not be started"
    if isinstance(error, KeyboardInterrupt):
        return f"{program} was interrupted"
    return f"{program} could not be started: {error}"


def _how_ended(program: str, status: int) -> str | None:
    name = program_name(program)
    if status < 0:
        return f"{name} was stopped by signal {-status}"
    return f"{name} ended with status {status}" if status else None


def _split(text: str) -> list[str]:
    if os.name == "nt":  # backslashes part folders there, they quote nothing
        return [word.strip("\"'") for word in shlex.split(text, posix=False)]
    return shlex.split(text)


def _fill(words: tuple[str, ...] | list[str], place: Mapping[str, str]) -> tuple[str, ...]:
    """Words with the place put in; one pass, so a file named `{line}` stays that."""
    return tuple(re.sub(r"\{(file|line|column)\}", lambda it: place[it[1]], word) for word in words)


def _needs_terminal(window: Window, options: list[str], environment: Mapping[str, str]) -> bool:
    if window is Window.EITHER:
        display = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
        return not display or not _TERMINAL_OPTIONS.isdisjoint(options)
    return window is Window.TERMINAL
