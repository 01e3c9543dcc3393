"""What the command palette finds: every action that works now, and every policy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from panther_tui.keys.keymap import show_keys
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.selection import Selection
from panther_tui.views.search import fuzzy_score

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from panther_tui.screens.main import MainScreen

DISCOVERED = 200
"""Policies that are listed before anything is typed."""


class ActionCommands(Provider):
    """The actions of the focused pane and those that work everywhere."""

    async def discover(self) -> Hits:
        """All of them."""
        for name, keys, tip, run in self._actions():
            yield DiscoveryHit(_show(name, keys), run, text=name, help=_plain(tip))

    async def search(self, query: str) -> Hits:
        """Those whose name or explanation fits."""
        for name, keys, tip, run in self._actions():
            score = max(2 * fuzzy_score(query, name), fuzzy_score(query, tip))
            if score:
                yield Hit(score + 40, _show(name, keys), run, text=name, help=_plain(tip))

    def _actions(self) -> Iterator[tuple[str, str, str, Callable[[], Awaitable[bool]]]]:
        screen = cast("MainScreen", self.screen)
        keys = screen.desk.host.config.keys
        active = screen.desk.active
        for action in screen.offered(active.NAME):
            if action.id.startswith(("nav.", "palette", "back")):
                continue
            run = partial(self.app.run_action, action.binding, active)
            yield action.description, show_keys(action, keys)[0], action.tooltip, run


class PolicyCommands(Provider):
    """The policies, by ID or path."""

    async def discover(self) -> Hits:
        """The first of them."""
        for spec, name in list(self._policies())[:DISCOVERED]:
            yield DiscoveryHit(Content(name), self._go(spec), text=name, help=_plain(spec))

    async def search(self, query: str) -> Hits:
        """Those whose ID or path fits."""
        for spec, name in self._policies():
            score = max(2 * fuzzy_score(query, name), fuzzy_score(query, spec))
            if score:
                yield Hit(score, Content(name), self._go(spec), text=name, help=_plain(spec))

    def _policies(self) -> Iterator[tuple[str, str]]:
        for spec, policy in cast("MainScreen", self.screen).desk.state.policies.items():
            yield spec, printable(policy.entry.name or spec, 200)

    def _go(self, spec: str) -> Callable[[], None]:
        screen = cast("MainScreen", self.screen)
        return partial(screen.desk.select, Selection(spec))


def _show(name: str, keys: str) -> Content:
    return Content.assemble(name, ("  " + keys, "dim"))


def _plain(text: str) -> str:
    """User text for a place where Textual reads markup."""
    return printable(text, 300).replace("[", "\\[")
