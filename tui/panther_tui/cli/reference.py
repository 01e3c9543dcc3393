"""Generates the documents that are made from tables in the code: keys, settings and themes.

`python -m panther_tui.cli.reference docs` writes them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from panther_tui.keys.actions import ACTIONS, CODE, PANES, RESOURCE, RESULTS, TREE, TRIAGE, Action
from panther_tui.keys.keymap import RESERVED, show_keys
from panther_tui.settings.settings import settings

PANE_TITLES = {
    "": "Everywhere",
    TREE: "Policies",
    CODE: "Code",
    RESOURCE: "Resource",
    RESULTS: "Results",
    TRIAGE: "Triage",
}


def documents() -> Mapping[str, str]:
    """The text of each document, by its name in `docs`."""
    return {"keys.md": _keys(), "settings.md": _settings(), "themes.md": _themes()}


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; bars in cells are escaped."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    lines.insert(1, ("---",) * len(lines[0]))
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )


def _keys() -> str:
    groups = [("Everywhere", [action for action in ACTIONS if not action.panes])]
    groups.append(("In every pane", [action for action in ACTIONS if action.panes == PANES]))
    for pane, title in PANE_TITLES.items():
        own = [it for it in ACTIONS if pane and pane in it.panes and it.panes != PANES]
        if own:
            groups.append((title, own))
    return KEYS_INTRODUCTION.format(reserved=", ".join(f"`{key}`" for key in sorted(RESERVED))) + (
        "".join(f"\n## {title}\n\n{_key_table(actions)}" for title, actions in groups)
    )


def _key_table(actions: Iterable[Action]) -> str:
    return table(
        ("Key", "Does", "Name"),
        (
            (" ".join(f"`{key}`" for key in show_keys(it)), it.tooltip, f"`{it.id}`")
            for it in actions
        ),
    )


KEYS_INTRODUCTION = """\
# Keys

Every key can be changed.
In the settings, under `keys`, give an action's name one or more keys with commas between them:

```toml
[tool.panther-tui.keys]
"run.selected" = "f9, r"
"help" = "?"
```

Keys are written as the character they type (`?`, `R`, `]`) or by name (`f8`, `enter`, `pagedown`),
after `ctrl+`, `alt+` or `shift+` if need be.
A name that is no action, a key that is none and a key that is already taken where both could be
meant are reported with the line of the settings, and the action keeps the keys it had.

These keep their meaning: {reserved}.
`tab` and `shift+tab` go to the next and the previous pane.
`ctrl+c` copies what is selected with the mouse, else it cancels the run.
"""


def _settings() -> str:
    parts = []
    for setting in settings():
        parts.append(
            f"\n## {setting.name}\n\n{setting.doc}\n\n"
            f"- Expected: {setting.expected}\n- Default: `{setting.default}`\n"
        )
    return SETTINGS_INTRODUCTION + "".join(parts)


SETTINGS_INTRODUCTION = """\
# Settings

Settings are read from these files; a later one has the last word on each setting:

1. `settings.toml` in your own folder: `~/.config/panther-tui` on Linux,
   `~/Library/Application Support/panther-tui` on macOS,
   `%LOCALAPPDATA%\\panther-tui` on Windows;
2. the table `[tool.panther-tui]` of the repository's `pyproject.toml`;
3. `panther-tui.toml` beside it.

```toml
[tool.panther-tui]
timeout = 5
theme = "paper"
group-by = "severity"

[tool.panther-tui.keys]
"run.all" = "f9"
```

In `settings.toml` and `panther-tui.toml` the settings stand at the top, and keys under `[keys]`.
Names can be written with hyphens or underscores.
What is wrong is reported with its file and line, and counts as if it were not there.
A change is taken over while the app runs.
"""


def _themes() -> str:
    from panther_tui.style.theme import load_themes
    from panther_tui.style.theme_file import COLORS
    from panther_tui.style.theme_tokens import SYNTAX, TOKENS

    themes, _ = load_themes()
    return THEMES_TEXT.format(
        themes=table(("Name", "Is"), ((f"`{it.name}`", it.description) for it in themes)),
        colors=", ".join(f"`{name}`" for name in COLORS),
        tokens=table(
            ("Key", "For"),
            ((f"`{it.name}`", it.doc + " (background)" * it.background) for it in TOKENS),
        ),
        syntax=table(("Key", "For"), ((f"`{it.name}`", it.doc) for it in SYNTAX)),
    )


THEMES_TEXT = """\
# Themes

Choose one with the setting `theme`, or with `T` and see each as you go.
Textual's own themes can be chosen too.

{themes}
Text has a contrast of at least 4.5 to 1 on everything it is written on, in the high-contrast
themes 7 to 1; the tests check it. The `ansi` themes use the terminal's own sixteen colours and
leave its background as it is.

## A theme of your own

A theme is a TOML file in the folder `themes` beside your `settings.toml`.
Only `primary` is needed; all else has a default that goes with it.
A file named as one of ours, or with its `name`, takes its place.

```toml
name = "mine"
description = "What it is like"
dark = true

[colors]
primary = "#6cb6ff"
background = "#14171c"

[tokens]
pass = "#7fd88f"

[syntax]
comment = "#919dae"

[variables]
border = "#6cb6ff"
```

A colour is `#rrggbb`, a name of CSS such as `tomato`, or one of the terminal's: `ansi_blue`,
`ansi_bright_blue`, `ansi_default`.
With `ansi = true` Textual derives no shades and leaves the terminal's background alone.
Unknown keys and bad colours are reported with file and line, and left out.

### `[colors]`

{colors}: the colours from which Textual derives all others.

### `[tokens]`

{tokens}
### `[syntax]`

{syntax}
### `[variables]`

Textual's own theme variables, for those who want to say how a border, the cursor, a scrollbar or
the footer looks: <https://textual.textualize.io/guide/design/#theme-variables>.
"""


def main(folder: str) -> None:
    """Write every document into a folder."""
    for name, text in documents().items():
        Path(folder, name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
