"""`T`: choose a theme, seeing each on the way."""

from __future__ import annotations

from collections.abc import Mapping

from panther_tui.features.feature import Answer, Feature


class ThemeChoice(Feature):
    """A list of the themes that are known; what is chosen lasts until the app ends."""

    def answers(self) -> Mapping[str, Answer]:
        """The list."""
        return {"view.theme": self._choose}

    def _choose(self) -> None:
        from panther_tui.overlays.choose import Choice, ChooseScreen

        host = self.desk.host
        before = host.theme
        choices = [Choice(name, name, note) for name, note in host.known_themes().items()]

        def show(name: str) -> None:
            host.theme = name

        def say(name: str) -> None:
            if name != before:
                self.desk.say(f'theme = "{name}" in the settings keeps it.', 4)

        host.push_screen(ChooseScreen("Theme", choices, before, show, lambda: show(before), say))
