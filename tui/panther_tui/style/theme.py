"""Finds theme files and registers them with Textual."""

from __future__ import annotations

from pathlib import Path

from textual.theme import Theme

from panther_engine.model import Diagnostic, Level
from panther_tui.settings.shipped import shipped_folder
from panther_tui.settings.toml_file import unreadable
from panther_tui.style.theme_file import ThemeFile, load_theme
from panther_tui.style.theme_tokens import token_defaults

THEME_FOLDER = shipped_folder("themes")
"""Where our own themes are."""

DEFAULT_THEME = "panther-dark"


def load_themes(
    user_folder: Path | None = None,
) -> tuple[tuple[ThemeFile, ...], tuple[Diagnostic, ...]]:
    """Our themes, then the user's, by name, and what is wrong in any file. Never raises for those.

    A user's theme replaces ours of the same name.
    """
    themes: dict[str, ThemeFile] = {}
    found: list[Diagnostic] = []
    owners: dict[str, Path | None] = {}
    for folder in (THEME_FOLDER, user_folder):
        for path in _theme_files(folder, found):
            theme = load_theme(path, found)
            if theme is None:
                continue
            if folder is not None and owners.get(theme.name) == folder:
                message = f"the theme {theme.name!r} is already in {themes[theme.name].path}"
                found.append(
                    Diagnostic(theme.path, 1, 0, Level.WARNING, "theme-name-taken", message)
                )
                continue
            themes[theme.name] = theme
            owners[theme.name] = folder
    return tuple(themes.values()), tuple(found)


def _theme_files(folder: Path | None, found: list[Diagnostic]) -> list[Path]:
    if folder is None:
        return []
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        found.append(unreadable(str(folder), f"cannot be read: {error.strerror or error}"))
        return []


def to_textual_theme(file: ThemeFile) -> Theme:
    """The theme for `App.register_theme`, with a value for each of our variables."""
    color = file.colors.get
    theme = Theme(
        name=file.name,
        primary=file.colors["primary"],
        secondary=color("secondary"),
        warning=color("warning"),
        error=color("error"),
        success=color("success"),
        accent=color("accent"),
        foreground=color("foreground"),
        background=color("background"),
        surface=color("surface"),
        panel=color("panel"),
        boost=color("boost"),
        dark=file.dark,
        ansi=file.ansi,
        variables=dict(file.variables),
    )
    theme.variables |= token_defaults(theme)
    theme.variables |= {f"pt-{name}": value for name, value in file.tokens.items()}
    theme.variables |= {f"pt-syntax-{name}": value for name, value in file.syntax.items()}
    return theme
