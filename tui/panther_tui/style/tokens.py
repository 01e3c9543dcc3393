"""Rich styles by meaning, made from the colours of the theme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from rich.color import Color as RichColor
from rich.style import Style
from textual.app import App
from textual.color import Color, ColorParseError

_VARIABLES = {
    "text": "foreground",
    "title": "text-primary",
    "key": "footer-key-foreground",
    "warning": "text-warning",
    "info": "text-secondary",
    "scrollbar": "border-blurred",
    "cursor-idle": "pt-line",
    "match": "pt-search",
    "bar": "surface",
}
"""Names that are a variable of Textual's, or one of ours by another name."""

_BLENDS = {
    "faint": ("foreground", 0.58),
    "cursor": ("primary", 0.30),
    "fail-line": ("pt-fail", 0.20),
}
"""Names of colours between the background (0) and that of a variable (1)."""

_DIM = frozenset({"muted", "stale", "faint", "gutter", "syntax-comment"})
"""What is dim where the colours are the terminal's."""

_LOUD = frozenset({"fail", "error", "invalid", "warning"})
"""What is bold where there are no colours."""

_FLAGS = frozenset({"bold", "dim", "italic", "underline", "reverse"})


class Tokens:
    """Styles by names such as `fail` or `muted bold`.

    A name is a variable of `theme_tokens` without `pt-`, one of the names above, or a flag such as
    `bold`. Names that are unknown say nothing, as those of actions do, which begin with `@`.
    """

    def __init__(
        self, variables: Mapping[str, str], *, plain: bool, colourless: bool = False
    ) -> None:
        """From the theme's variables; `plain` where a background cannot tell rows apart.

        `colourless` leaves the text's own colour and bold and dim to tell texts apart.
        """
        self._variables = variables
        self.plain = plain
        self._colourless = colourless
        self._styles: dict[str, Style] = {}
        self._fills: dict[str, Style] = {}
        back = None if plain and not colourless else self._color("background")
        self.base = Style.from_color(self._color("foreground"), back)

    def style(self, names: str) -> Style:
        """The style of text with these names."""
        found = self._styles.get(names)
        if found is None:
            found = Style.combine([Style(), *map(self._one, names.split())])
            self._styles[names] = found
        return found

    def fill(self, name: str) -> Style:
        """The style of a row's background; a plain cursor and match are reversed."""
        found = self._fills.get(name)
        if found is None:
            if not self.plain:
                found = Style.from_color(None, self._named(name))
            elif name in ("cursor", "match"):
                found = Style(reverse=True)
            else:
                found = Style(bold=name != "bar")
            self._fills[name] = found
        return found

    def _one(self, name: str) -> Style:
        if name in _FLAGS:
            return Style.parse(name)
        if self._colourless:
            return Style(bold=name in _LOUD or None, dim=name in _DIM or None)
        style = Style.from_color(self._named(name))
        return style + Style(dim=True) if self.plain and name in _DIM else style

    def _named(self, name: str) -> RichColor | None:
        if name in _BLENDS:
            variable, share = _BLENDS[name]
            try:
                back, front = (Color.parse(self._variables[it]) for it in ("background", variable))
            except (KeyError, ColorParseError):
                return None
            return front.rich_color if self.plain else back.blend(front, share).rich_color
        return self._color(_VARIABLES.get(name, f"pt-{name}"))

    def _color(self, variable: str) -> RichColor | None:
        try:
            return Color.parse(self._variables[variable]).rich_color
        except (KeyError, ColorParseError):
            return None


class _Themed(Protocol):
    tokens: Tokens


def tokens_of(app: App[object]) -> Tokens:
    """The styles of the theme that the app shows now."""
    return cast(_Themed, app).tokens
