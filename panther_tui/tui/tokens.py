"""The colours of the screen by what they mean, and the Rich styles made from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from rich.style import Style
from textual.app import App
from textual.color import Color, ColorParseError

PREFIX = "pt-"

_FROM_THEME = {
    "text": "foreground",
    "pass": "text-success",
    "fail": "text-error",
    "error": "text-warning",
    "invalid": "text-error",
    "warning": "text-warning",
    "info": "text-secondary",
    "running": "text-accent",
    "border-active": "primary",
    "title": "text-primary",
    "key": "text-accent",
    "code-keyword": "text-primary",
    "code-name": "text-accent",
    "code-string": "text-success",
    "code-number": "text-warning",
    "code-constant": "text-warning",
    "code-decorator": "text-accent",
    "code-key": "text-primary",
}
"""Tokens that are a colour of the theme unless the theme says otherwise."""

_BLENDS = {
    "muted": ("foreground", 0.62),
    "stale": ("foreground", 0.50),
    "faint": ("foreground", 0.34),
    "gutter": ("foreground", 0.30),
    "border": ("foreground", 0.24),
    "scrollbar": ("foreground", 0.34),
    "code-comment": ("foreground", 0.48),
    "code-operator": ("foreground", 0.72),
}
"""Text tokens between the background (0) and a colour of the theme (1)."""

_FILLS = {
    "cursor": ("primary", 0.34),
    "cursor-idle": ("foreground", 0.09),
    "fail-line": ("error", 0.20),
    "match": ("warning", 0.42),
    "bar": ("foreground", 0.06),
}
"""Background tokens between the background (0) and a colour of the theme (1)."""

TOKENS = tuple(f"{PREFIX}{name}" for name in (*_FROM_THEME, *_BLENDS, *_FILLS))
"""Every variable of ours that a theme may set, without the `$`."""


def default_variables(theme: Mapping[str, str], *, ansi: bool) -> dict[str, str]:
    """Our variables as they follow from a theme's own, for themes that do not set them.

    With `ansi` the terminal's own sixteen colours are used and nothing is blended.
    """
    found = {PREFIX + name: theme[source] for name, source in _FROM_THEME.items()}
    if ansi:
        found |= {PREFIX + name: "ansi_bright_black" for name in _BLENDS}
        found |= {PREFIX + name: "ansi_default" for name in _FILLS}
        found[PREFIX + "code-operator"] = found[PREFIX + "muted"] = "ansi_default"
        return found
    background = Color.parse(theme["background"])
    for name, (source, share) in (_BLENDS | _FILLS).items():
        found[PREFIX + name] = background.blend(Color.parse(theme[source]), share).hex
    return found


class Tokens:
    """Rich styles for pieces of text, by names such as `fail` or `muted bold`.

    Known names are the tokens without their prefix, and `bold dim italic underline reverse`.
    """

    _FLAGS = frozenset({"bold", "dim", "italic", "underline", "reverse", "not bold"})

    def __init__(self, variables: Mapping[str, str], *, plain: bool) -> None:
        """From the theme's variables; `plain` where colours cannot tell rows apart."""
        self._variables = variables
        self._plain = plain
        self._styles: dict[str, Style] = {}
        self.base = Style.from_color(
            self._color("pt-text"), None if plain else self._color("background")
        )

    def style(self, names: str) -> Style:
        """The style of text with these names; unknown names are ignored."""
        found = self._styles.get(names)
        if found is None:
            found = Style()
            for name in names.split():
                found += self._one(name)
            self._styles[names] = found
        return found

    def fill(self, name: str) -> Style:
        """The style of a row's background; without colours the cursor and a match are reversed."""
        if self._plain:
            return Style(reverse=True) if name in ("cursor", "match") else Style(bold=True)
        return Style.from_color(None, self._color(PREFIX + name))

    def _one(self, name: str) -> Style:
        if name in self._FLAGS:
            return Style.parse(name)
        color = self._color(PREFIX + name)
        style = Style.from_color(color)
        if self._plain and name in ("stale", "faint", "gutter", "code-comment"):
            style += Style(dim=True)
        return style

    def _color(self, variable: str):  # type: ignore[no-untyped-def]
        try:
            return Color.parse(self._variables[variable]).rich_color
        except (KeyError, ColorParseError):
            return None


class _Themed(Protocol):
    tokens: Tokens


def tokens_of(app: App[object]) -> Tokens:
    """The styles of the theme that the app shows now."""
    return cast(_Themed, app).tokens
