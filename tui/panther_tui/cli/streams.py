"""Writes text to standard streams and files, whether terminals, pipes or odd encodings."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from panther_engine import WARN_MARK, clean_line, plain_marks


def say(text: str, stream: TextIO | None = None) -> None:
    """Write to standard output, or to `stream`. Whoever stops reading is no error."""
    target = sys.stdout if stream is None else stream
    encoding = target.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = plain_marks(text).encode(encoding, "backslashreplace").decode(encoding)
    try:
        target.write(text)
        target.flush()
    except BrokenPipeError:
        _let_go(target)


def warn(text: str) -> None:
    """Tell something beside the report, in one line on standard error."""
    say(f"{WARN_MARK} {clean_line(text)}\n", sys.stderr)


def say_document(text: str) -> None:
    """Write a report for programs to standard output: UTF-8 whatever the locale.

    Whoever stops reading is no error.
    """
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:  # a stream that takes text alone, such as one that a program put in place
        say(text)
        return
    try:
        sys.stdout.flush()
        binary.write(text.encode("utf-8", "replace"))
        binary.flush()
    except BrokenPipeError:
        _let_go(sys.stdout)


def wants_colour(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether `stream` is a terminal that takes colours, and nobody asked for none."""
    if not stream.isatty() or environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    return os.name != "nt" or _enable_windows_colours()


def write_report(path: Path, text: str) -> None:
    """Write a report as UTF-8. Raises OSError."""
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.write(text)


def _let_go(stream: TextIO) -> None:
    """After `panther-tui test | head`: let the interpreter's last flush go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _enable_windows_colours() -> bool:
    """Switch the console's escape sequences on (Windows 10 and later)."""
    if sys.platform != "win32":
        return False
    import ctypes

    kernel = ctypes.windll.kernel32
    handle = kernel.GetStdHandle(-11)
    mode = ctypes.c_ulong()
    if not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
        return False
    return bool(kernel.SetConsoleMode(handle, mode.value | 4))
