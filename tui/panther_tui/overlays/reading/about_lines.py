"""What a bug report needs to know, and what is wrong that belongs to no policy, as lines."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from panther_engine import user_folder
from panther_engine.events import Notice
from panther_engine.model import Diagnostic
from panther_engine.state import State
from panther_tui.style.marks import mark_of_level
from panther_tui.terminal.safe_text import printable, printable_lines
from panther_tui.views.line import Line

TERMINAL = ("TERM", "COLORTERM", "TERM_PROGRAM", "NO_COLOR", "TMUX", "SSH_TTY", "LANG")
"""What of the environment tells how a terminal behaves; no value of these is a secret."""


def about_lines(
    state: State,
    *,
    size: tuple[int, int],
    theme: str,
    files: Sequence[Path],
    environment: Mapping[str, str] = os.environ,
) -> list[Line]:
    """Versions, interpreter and why, watcher, paths and terminal, one fact a line.

    `files` are those that settings are read from; whether each is there is said.
    """
    from importlib.metadata import version

    import panther_tui
    from panther_tui.settings.layout_memory import layout_file, state_folder

    def there(path: Path) -> str:
        return f"{path}{'' if path.exists() else ' (not there)'}"

    terminal = " ".join(f"{it}={environment[it]}" for it in TERMINAL if environment.get(it))
    watcher = f"{state.watch.value}{f': {state.watch_note}' if state.watch_note else ''}"
    layout = layout_file(Path(state.root)) if state.root else state_folder()
    facts = (
        ("panther-tui", f"{panther_tui.__version__}, Textual {version('textual')}"),
        ("runs on", f"Python {platform.python_version()}, {platform.platform(terse=True)}"),
        ("policies on", f"Python {state.python_version or 'not chosen yet'}"),
        ("", state.python),
        ("because of", state.python_reason or "-"),
        ("sandbox", state.sandbox or "not known yet"),
        ("watcher", watcher),
        ("repository", f"{state.root}  {state.branch}  {len(state.policies)} policies"),
        *((f"settings{' ' * place}"[:8], there(it)) for place, it in enumerate(files)),
        ("layout", there(layout)),
        ("cache", str(user_folder("cache"))),
        ("terminal", f"{size[0]}x{size[1]} {terminal}"),
        ("theme", theme),
    )
    shown = ((name.strip(), printable(text, 500)) for name, text in facts)
    return [Line(((text, ""),), gutter=((f" {name:<13}", "muted"),)) for name, text in shown]


def problem_lines(
    notices: Iterable[Notice], diagnostics: Iterable[Diagnostic], missing: str = "nothing is wrong"
) -> list[Line]:
    """Each notice and each diagnostic with its file and line; newest notices first."""
    lines: list[Line] = []
    for found in diagnostics:
        mark = mark_of_level(found.severity)
        where = f"{found.path}:{found.line}" if found.line else found.path
        head = printable(f"{where}  ", 500)
        gutter = ((f" {mark.shape} ", mark.token),)
        first, *more = printable_lines(found.message) or [""]
        lines.append(Line(((head, "muted"), (first, "")), gutter=gutter))
        rest = [*more, *printable_lines(found.hint)]
        lines += [Line(((it, "muted italic"),), gutter=(("   ", ""),)) for it in rest]
    for notice in reversed(list(notices)):
        mark = mark_of_level(notice.level)
        for place, text in enumerate(printable_lines(notice.message)):
            shape = f" {mark.shape} " if place == 0 else "   "
            lines.append(Line(((text, ""),), gutter=((shape, mark.token),)))
    return lines or [Line(((missing, "muted"),))]
