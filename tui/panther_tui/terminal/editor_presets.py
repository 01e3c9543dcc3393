"""Known editors: how each is told a line, and whether it needs the terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType


class Window(Enum):
    """Where an editor shows itself."""

    TERMINAL = auto()
    OWN = auto()
    EITHER = auto()
    """Its own window where there is a display, unless asked for the terminal by an option."""


@dataclass(frozen=True, slots=True)
class Preset:
    """How an editor is told the place, with `{file}`, `{line}` and `{column}`, both from 1."""

    arguments: tuple[str, ...]
    window: Window = Window.TERMINAL


_VI = ("+{line}", "{file}")
_VIM = ("+call cursor({line},{column})", "{file}")
_PLUS_COLON = ("+{line}:{column}", "{file}")
_PLUS_COMMA = ("+{line},{column}", "{file}")
_SUFFIX = ("{file}:{line}:{column}",)
_GOTO = ("--goto", "{file}:{line}:{column}")
_OPTIONS = ("--line", "{line}", "--column", "{column}", "{file}")

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "vi": Preset(_VI),
        "vim": Preset(_VIM),
        "nvim": Preset(_VIM),
        "gvim": Preset(_VIM, Window.OWN),
        "hx": Preset(_SUFFIX),
        "helix": Preset(_SUFFIX),
        "emacs": Preset(_PLUS_COLON, Window.EITHER),
        "emacsclient": Preset(_PLUS_COLON, Window.EITHER),
        "nano": Preset(_PLUS_COMMA),
        "micro": Preset(_PLUS_COLON),
        "kak": Preset(_PLUS_COLON),
        "ne": Preset(_PLUS_COMMA),
        "joe": Preset(_VI),
        "code": Preset(_GOTO, Window.OWN),
        "code-insiders": Preset(_GOTO, Window.OWN),
        "codium": Preset(_GOTO, Window.OWN),
        "cursor": Preset(_GOTO, Window.OWN),
        "subl": Preset(_SUFFIX, Window.OWN),
        "zed": Preset(_SUFFIX, Window.OWN),
        "mate": Preset(("--line", "{line}:{column}", "{file}"), Window.OWN),
        "idea": Preset(_OPTIONS, Window.OWN),
        "pycharm": Preset(_OPTIONS, Window.OWN),
        "kate": Preset(_OPTIONS, Window.OWN),
        "gedit": Preset(_PLUS_COLON, Window.OWN),
    }
)
"""Editors by the name of their program, with the place in the form that each understands."""

_ALIASES = {
    "vim.tiny": "vi",  # it cannot evaluate the call that sets the column
    "vscode": "code",
    "vscodium": "codium",
    "sublime_text": "subl",
}

_VARIANT = re.compile(r"(\.(exe|cmd|bat|sh|basic|nox|gtk3?|huge|appimage)|-nox|-?[0-9][0-9.]*)+$")
"""What names of programs have after the editor's own: of systems, of builds, of versions."""


def program_name(program: str) -> str:
    """The name by which an editor is known: `vim` for `/usr/bin/vim.basic`, `emacs` for `emacs-29`.

    Of a program that is not known it is its own name in lower case.
    """
    name = re.split(r"[/\\]", program)[-1].lower()
    name = _ALIASES.get(name, name)
    if name in PRESETS:
        return name
    plain = _VARIANT.sub("", name)
    return _ALIASES.get(plain, plain)
