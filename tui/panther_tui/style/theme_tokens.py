"""The colours that our panes need beyond Textual's own, derived from any theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.color import Color, ColorParseError
from textual.theme import Theme


@dataclass(frozen=True, slots=True)
class Token:
    """A colour of ours. In CSS it is `$pt-NAME`."""

    name: str
    doc: str
    source: str
    """The variable of Textual's that stands for it in themes that do not know it."""
    ansi: str
    """What stands for it in themes of the terminal's own colours that do not know it."""
    background: bool = False
    """Text is written on it, not with it."""


TOKENS: tuple[Token, ...] = (
    Token("pass", "a test or policy that passed", "text-success", "ansi_green"),
    Token("fail", "a test that failed", "text-error", "ansi_red"),
    Token("error", "a test that ended in an error", "text-warning", "ansi_magenta"),
    Token("invalid", "a policy whose spec or body is broken", "text-accent", "ansi_magenta"),
    Token("stale", "a result that is older than its files", "text-warning", "ansi_yellow"),
    Token("running", "a test that is running", "text-primary", "ansi_blue"),
    Token("muted", "what matters less", "foreground-muted", "ansi_default"),
    Token("gutter", "line numbers", "foreground-muted", "ansi_default"),
    Token("line", "behind the line of the cursor", "panel", "ansi_default", background=True),
    Token("search", "behind what was searched for", "primary-muted", "ansi_blue", background=True),
    Token("read", "a field of the resource that the policy read", "text-secondary", "ansi_cyan"),
)

SYNTAX: tuple[Token, ...] = (
    Token("keyword", "`if`, `return`, `import`", "text-accent", "ansi_magenta"),
    Token("string", "strings", "text-success", "ansi_green"),
    Token("number", "numbers", "text-warning", "ansi_yellow"),
    Token("comment", "comments", "foreground-muted", "ansi_default"),
    Token("function", "names of functions", "text-primary", "ansi_blue"),
    Token("class", "names of classes", "text-warning", "ansi_yellow"),
    Token("constant", "`True`, `None`, `null`", "text-secondary", "ansi_cyan"),
    Token("builtin", "built-in functions", "text-accent", "ansi_cyan"),
    Token("operator", "operators and brackets", "foreground", "ansi_default"),
    Token("decorator", "decorators", "text-primary", "ansi_blue"),
    Token("key", "keys of YAML and JSON", "text-primary", "ansi_blue"),
    Token("error", "what is no Python, YAML or JSON", "text-error", "ansi_red"),
)
"""In CSS these are `$pt-syntax-NAME`."""

VARIABLES: Mapping[str, Token] = {
    **{f"pt-{token.name}": token for token in TOKENS},
    **{f"pt-syntax-{token.name}": token for token in SYNTAX},
}


def token_defaults(theme: Theme) -> dict[str, str]:
    """A colour for every token, by its CSS variable, from a theme that need not know any.

    For `App.get_theme_variable_defaults`: CSS with a variable that has no value does not parse.
    Each value is one opaque colour, `#rrggbb` or `ansi_…`, so views may use it without CSS.
    """
    if theme.ansi:
        return {name: token.ansi for name, token in VARIABLES.items()}
    generated = theme.to_color_system().generate()
    background = Color.parse(generated["background"])
    return {
        name: _opaque(generated.get(token.source, ""), background, generated["foreground"])
        for name, token in VARIABLES.items()
    }


def _opaque(value: str, background: Color, fallback: str) -> str:
    try:
        color = Color.parse(value)
    except ColorParseError:
        color = Color.parse(fallback)
    return color.hex if color.ansi is not None else (background + color).hex6


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two opaque colours as WCAG 2.2 defines it, from 1 to 21."""
    light, dark = sorted((_luminance(Color.parse(it)) for it in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    parts = (part / 255 for part in color.rgb)
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
