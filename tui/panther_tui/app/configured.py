"""The app as the settings want it: its keys, theme, mouse and clipboard."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from textual.app import App

from panther_engine import did_you_mean
from panther_engine.model import Diagnostic, Level
from panther_tui.app.keyboard import KeyboardApp
from panther_tui.settings.config import NOT_TRUSTED, user_folder
from panther_tui.settings.live_settings import SettingsFiles, needs_restart
from panther_tui.settings.settings import Config
from panther_tui.style.theme import DEFAULT_THEME, THEME_FOLDER, load_themes, to_textual_theme
from panther_tui.style.theme_file import load_theme
from panther_tui.style.theme_tokens import token_defaults
from panther_tui.style.tokens import Tokens
from panther_tui.terminal import clipboard
from panther_tui.terminal.safe_text import printable

FEW_COLOURS = frozenset({"linux", "screen", "xterm-16color", "ansi", "vt100", "vt220", "cygwin"})
"""Values of TERM whose terminals show sixteen colours or fewer."""


class ConfiguredApp(KeyboardApp):
    """An app that follows settings and shows what is wrong in them."""

    config: Config
    problems: tuple[Diagnostic, ...]
    """What is wrong in settings and themes."""
    trust: bool | None = None
    """The command line's word on the checkout's settings; None: what is remembered counts."""
    tokens: Tokens

    _files: SettingsFiles | None = None
    _setting_problems: tuple[Diagnostic, ...] = ()
    _mouse_on = True
    _notes: dict[str, str]
    _asked: dict[str, object]

    def begin_settings(
        self,
        config: Config,
        problems: Sequence[Diagnostic],
        asked: Mapping[str, object] | None = None,
        trust: bool | None = None,
    ) -> None:
        """Be as these settings say; before the first paint.

        `asked` are the settings that the command line took the place of: they hold to the end,
        as does its word on whether the checkout is trusted.
        """
        self.config = config
        self._asked = dict(asked or {})
        self.trust = trust
        self._setting_problems = tuple(problems)
        self.problems = self._setting_problems
        self._notes = {}
        self.set_keymap(dict(config.keys))
        self._choose_theme(config.theme)

    def watch_settings(self, root: str) -> None:
        """Know from now on where this repository's settings are."""
        if self._files is None and root:
            self._files = SettingsFiles(Path(root), trust=self.trust)
            if any(it.code == "unknown-theme" for it in self.problems):
                self.register_user_themes()  # now its line can be told

    def reload_settings(self, *, force: bool = False, restarts: bool = False) -> bool:
        """Read settings and themes again if their files changed; True if they did."""
        if self._files is None or not (self._files.changed() or force):
            return False
        old = self.config
        config, self._setting_problems = self._files.read()
        self.config = cast(Callable[..., Config], replace)(config, **self._asked)
        self.register_user_themes()
        if self.config.keys != old.keys:
            self.set_keymap(dict(self.config.keys))
            self.refresh_bindings()
        if self.config.theme != old.theme:
            self._choose_theme(self.config.theme)
        else:
            self.mutate_reactive(App.theme)  # its file may say something else now
        if self.config.mouse != old.mouse:
            self._mouse_on = not self.config.mouse
            self.toggle_mouse()
        restart = needs_restart(old, self.config)
        if restart and not restarts:
            names = ", ".join(f"`{name}`" for name in restart)
            self.notify(f"{names}: takes effect when panther-tui is started again", markup=False)
        self.say_problems()
        return True

    def say_problems(self) -> None:
        """Tell of the first thing that is wrong in settings or themes; `!` lists them all.

        What does not count for want of trust is asked at a prompt, and said in the status bar.
        """
        told = [one for one in self.problems if one.code != NOT_TRUSTED]
        if not told:
            return
        problem = told[0]
        more = f" (and {len(told) - 1} more: !)" if len(told) > 1 else ""
        hint = f"; {problem.hint}" if problem.hint else ""
        said = f"{problem.path}:{problem.line}: {problem.message}{hint}{more}"
        self.notify(printable(said), severity="warning", markup=False)

    # Themes ----------------------------------------------------------------------------------

    def known_themes(self) -> dict[str, str]:
        """The themes by name with what they say of themselves: ours and the user's, then others."""
        self.register_user_themes()
        others = sorted(name for name in self.available_themes if name not in self._notes)
        return {**self._notes, **dict.fromkeys(others, "Textual's")}

    def register_user_themes(self) -> None:
        """Read all theme files and keep what is wrong in them for the list of problems."""
        themes, problems = load_themes(user_folder() / "themes")
        self._notes = {theme.name: theme.description for theme in themes}
        for theme in themes:
            self.register_theme(to_textual_theme(theme))
        wanted = self.config.theme
        unknown: tuple[Diagnostic, ...] = ()
        if wanted not in self.available_themes:
            there = f"there are {', '.join(self._notes)}"
            hint = did_you_mean(wanted, self.available_themes, there)
            path, line = ("theme", 0) if self._files is None else self._files.place_of("theme")
            message = f"there is no theme {wanted[:60]!r}"
            unknown = (Diagnostic(path, line, 0, Level.WARNING, "unknown-theme", message, hint),)
        self.problems = (*self._setting_problems, *unknown, *problems)

    def _choose_theme(self, name: str) -> None:
        """Show a theme. Only its file is read if it is ours: the first paint waits for this."""
        if name == DEFAULT_THEME and _few_colours():
            name = "ansi-dark"
        known = {path.stem: path for path in THEME_FOLDER.glob("*.toml")}
        ours = load_theme(known[name], []) if name in known else None
        if name in self.available_themes and self._notes:
            self.theme = name
            return
        if ours is None or (user_folder() / "themes" / f"{name}.toml").exists():
            self.register_user_themes()
        else:
            self.register_theme(to_textual_theme(ours))
        if name in self.available_themes:
            self.theme = name
        elif self.theme not in known and DEFAULT_THEME in known and name != DEFAULT_THEME:
            self._choose_theme(DEFAULT_THEME)

    def watch_theme(self) -> None:
        """Style everything before it is painted: Textual does so a little later.

        In between it would dim the text of the new theme on the backgrounds of the old one, which
        raises where only one of the two has the terminal's own colours.
        """
        if self.is_running:
            self.refresh_css(animate=False)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours for themes that do not name them."""
        return token_defaults(self.current_theme)

    def get_css_variables(self) -> dict[str, str]:
        """All colours; the panes' styles are made from them."""
        variables = super().get_css_variables()
        plain = self.no_color or self.native_ansi_color
        colourless = self.no_color and not self.native_ansi_color
        self.tokens = Tokens(variables, plain=plain, colourless=colourless)
        return variables

    # Mouse and clipboard ---------------------------------------------------------------------

    def toggle_mouse(self) -> bool:
        """Leave the mouse to the terminal, or take it back; whether the app has it now."""
        self._mouse_on = not self._mouse_on
        driver = self._driver
        name = "_enable_mouse_support" if self._mouse_on else "_disable_mouse_support"
        switch = getattr(driver, name, None)  # Textual has no public way
        if switch is not None:
            if driver is not None and hasattr(driver, "_mouse"):
                driver._mouse = True  # else a driver that began without a mouse stays without
            switch()
            if driver is not None:
                driver.flush()
        return self._mouse_on

    def copy_to_clipboard(self, text: str) -> None:
        """Copy by whatever reaches the person's clipboard, and say how."""
        self.notify(clipboard.copy(self, text), timeout=2, markup=False)


def _few_colours() -> bool:
    """Whether the terminal surely has sixteen colours at most."""
    if os.environ.get("COLORTERM") in ("truecolor", "24bit"):
        return False
    return os.environ.get("TERM", "") in FEW_COLOURS
