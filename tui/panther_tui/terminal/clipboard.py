"""Copies text to the user's clipboard, also over SSH and inside tmux."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from textual.app import App

TIME_LIMIT = 1.0
"""Seconds that a tool may take before the next is tried; the screen waits for it."""

OSC52_LIMIT = 74_994
"""Bytes of base64 that terminals commonly take in one OSC 52 sequence."""

_Result = TypeVar("_Result")

Run: TypeAlias = Callable[[tuple[str, ...], bytes], bool]
"""Runs a tool on the text's bytes and says whether it took them."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that puts its standard input on a clipboard."""

    name: str
    argv: tuple[str, ...]
    encoding: str = "utf-8"


def run_tool(argv: tuple[str, ...], given: bytes) -> bool:
    """Whether the tool ended well within the time limit. Its output goes nowhere.

    xclip and wl-copy leave a process behind that holds the text; a pipe to it would never end.
    """
    try:
        done = subprocess.run(
            argv,
            input=given,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TIME_LIMIT,
            check=False,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def tools_for(
    environment: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    find: Callable[[str], str | None] = shutil.which,
) -> tuple[Tool, ...]:
    """The installed tools that reach the person's clipboard, best first.

    Over SSH this machine's own clipboard is not the person's; a forwarded X display is.
    """
    return tuple(tool for tool in _candidates(environment, platform) if find(tool.argv[0]))


def _candidates(environment: Mapping[str, str], platform: str) -> Iterator[Tool]:
    remote = bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))
    if not remote:
        if platform == "darwin":
            yield Tool("pbcopy", ("pbcopy",))
        if platform == "win32" or environment.get("WSL_DISTRO_NAME"):
            yield Tool("clip.exe", ("clip.exe",), "utf-16-le")
        if environment.get("WAYLAND_DISPLAY"):
            yield Tool("wl-copy", ("wl-copy",))
    if environment.get("DISPLAY"):
        yield Tool("xclip", ("xclip", "-selection", "clipboard"))
        yield Tool("xsel", ("xsel", "--clipboard", "--input"))
    if environment.get("TMUX"):
        yield Tool("tmux", ("tmux", "load-buffer", "-w", "-"))


def copy(
    app: App[_Result],
    text: str,
    tools: tuple[Tool, ...] | None = None,
    run: Run = run_tool,
) -> str:
    """Copy text and say in words what was done: with which tool, or why it was not.

    Tries this machine's tools, then tmux, then asks the terminal (OSC 52), which never answers.
    It is safe to call from an override of `App.copy_to_clipboard`.
    """
    if not text:
        return "nothing to copy"
    text = text.encode("utf-8", "replace").decode()
    size = f"{len(text):,} character" + "s" * (len(text) != 1)
    for tool in tools_for() if tools is None else tools:
        encoding = "ascii" if text.isascii() else tool.encoding
        if run(tool.argv, text.encode(encoding)):
            return f"copied {size} with {tool.name}"
    from textual.app import App

    if len(base64.b64encode(text.encode())) > OSC52_LIMIT:
        most = OSC52_LIMIT * 3 // 4
        return f"not copied: {size} are too many for the terminal, which takes about {most:,}"
    App.copy_to_clipboard(app, text)
    return f"sent {size} to the terminal's clipboard"
