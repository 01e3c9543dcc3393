"""Reads one theme file and reports what is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from textual.color import Color, ColorParseError
from textual.theme import Theme

from panther_engine import did_you_mean
from panther_engine.model import Diagnostic, Level
from panther_tui.settings.toml_file import TomlFile, read_toml
from panther_tui.style.theme_tokens import SYNTAX, TOKENS

COLORS = (
    *("primary", "secondary", "accent", "success", "warning", "error"),
    *("foreground", "background", "surface", "panel", "boost"),
)
"""The colours from which Textual derives the others."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_STYLE_WORD = r"(?:not )?(?:bold|dim|italic|underline|reverse|strike|b|i|u)"
_STYLE = re.compile(rf"none|{_STYLE_WORD}(?: {_STYLE_WORD})*")
STYLE_HINT = "such as bold, not underline or none"
_PERCENT = re.compile(r"(auto|\S+)\s+(\d{1,3})%")

_Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A theme as its file gives it; what was wrong is left out."""

    name: str
    description: str
    dark: bool
    ansi: bool
    """Its colours are the terminal's own sixteen."""
    colors: _Values
    """By the names in `COLORS`."""
    tokens: _Values
    """By the names of `TOKENS`."""
    syntax: _Values
    """By the names of `SYNTAX`."""
    variables: _Values
    """Textual's own theme variables."""
    path: str


def load_theme(path: Path, found: list[Diagnostic]) -> ThemeFile | None:
    """One theme, or None if the file cannot be one. Adds what is wrong to `found`."""
    file = read_toml(path, str(path))
    if file is None or isinstance(file, Diagnostic):
        found.extend([file] if file else [])
        return None
    reader = _Reader(file, found)
    reader.known(
        (), ("name", "description", "dark", "ansi", "colors", "tokens", "syntax", "variables")
    )
    name = reader.text("name", path.stem)
    if not _NAME.fullmatch(name):
        reader.report(
            ("name",),
            "bad-theme-name",
            f"{name[:60]!r} cannot be a theme's name",
            "lower-case letters, digits and hyphens",
        )
        return None
    theme = ThemeFile(
        name=name,
        description=reader.text("description", ""),
        dark=reader.flag("dark", True),
        ansi=reader.flag("ansi", False),
        colors=reader.values("colors", COLORS),
        tokens=reader.values("tokens", [token.name for token in TOKENS]),
        syntax=reader.values("syntax", [token.name for token in SYNTAX]),
        variables=reader.values("variables", textual_variables()),
        path=str(path),
    )
    if "primary" not in theme.colors:
        hint = 'such as primary = "#6cb6ff" under [colors]'
        reader.report(("colors",), "no-primary-color", "a theme needs the color `primary`", hint)
        return None
    return theme


def textual_variables() -> frozenset[str]:
    """The names of the variables that Textual derives and a theme may set."""
    return frozenset(_derived())


@cache
def _derived() -> Mapping[str, str]:
    plain = Theme(name="plain", primary="#000000").to_color_system().generate()
    terminal = Theme(name="terminal", primary="ansi_blue", ansi=True).to_color_system().generate()
    return terminal | plain


def is_color(text: str) -> bool:
    """Whether Textual reads this as one colour, such as `#6cb6ff`, `tomato` or `ansi_blue`."""
    try:
        Color.parse(text)
    except ColorParseError:
        return False
    return True


def _is_style(name: str) -> bool:
    return name.endswith("style") or "-style-" in name


def _is_variable(name: str, text: str) -> bool:
    """Whether a variable of Textual's can hold this without breaking the CSS that uses it."""
    if _is_style(name):
        return bool(_STYLE.fullmatch(text))
    part = _PERCENT.fullmatch(text)
    if part and "%" in _derived()[name]:  # Textual derives nothing from these, CSS reads them
        return int(part[2]) <= 100 and (part[1] == "auto" or is_color(part[1]))
    return is_color(text)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Takes values out of a file and reports those that are not what they should be."""

    file: TomlFile
    found: list[Diagnostic]

    def report(self, path: tuple[str, ...], code: str, message: str, hint: str = "") -> None:
        line = self.file.line_of(*path)
        self.found.append(Diagnostic(self.file.shown, line, 0, Level.WARNING, code, message, hint))

    def known(self, above: tuple[str, ...], names: Collection[str]) -> Mapping[str, object]:
        """The table's entries with a known name; the others are reported."""
        table: object = self.file.values
        for part in above:
            table = table.get(part, {}) if isinstance(table, Mapping) else {}
        if not isinstance(table, Mapping):
            self.report(above, "wrong-theme-value", f"`{'.'.join(above)}` has to be a table")
            return {}
        for key in table:
            if key not in names:
                hint = did_you_mean(key, names, "docs/themes.md lists the keys")
                where = f" in [{'.'.join(above)}]" if above else ""
                message = f"there is no key {key[:60]!r}{where}"
                self.report((*above, key), "unknown-theme-key", message, hint)
        return {key: value for key, value in table.items() if key in names}

    def values(self, table: str, names: Collection[str]) -> _Values:
        """The good colours, or variables, of a table."""
        good: dict[str, str] = {}
        for key, value in self.known((table,), names).items():
            right = _is_variable if table == "variables" else lambda _, text: is_color(text)
            if isinstance(value, str) and right(key, value):
                good[key] = value
            else:
                style = table == "variables" and _is_style(key)
                kind, hint = ("style", STYLE_HINT) if style else ("color", _nearest_color(value))
                message = f"`{key}` is {_short(value)}, which is no {kind}"
                self.report((table, key), f"bad-{kind}", message, hint)
        return MappingProxyType(good)

    def text(self, key: str, default: str) -> str:
        value = self.file.values.get(key, default)
        if isinstance(value, str) and value.isprintable():
            return value
        self.report((key,), "wrong-theme-value", f"`{key}` has to be a text of one line")
        return default

    def flag(self, key: str, default: bool) -> bool:
        value = self.file.values.get(key, default)
        if isinstance(value, bool):
            return value
        self.report((key,), "wrong-theme-value", f"`{key}` has to be true or false")
        return default


def _nearest_color(value: object) -> str:
    try:
        Color.parse(str(value))
    except ColorParseError as error:
        if error.suggested_color:
            return f"did you mean `{error.suggested_color}`?"
    return "such as #6cb6ff, tomato or ansi_blue"


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:59] + "…"
