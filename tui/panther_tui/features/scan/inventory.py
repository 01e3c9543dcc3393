"""Which inventory is judged, and what the status bar says of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from panther_engine.events import Event, InventoryOpened, UseInventory
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.badges import Badge
from panther_tui.settings.settings import Config
from panther_tui.terminal.safe_text import printable

GLOB = frozenset("*?[")


class Inventory(Feature):
    """Follows the setting, or what was typed: the engine judges it after every change."""

    _set: tuple[str, ...] = ()
    """What the setting names."""
    _used: tuple[str, ...] = ()

    def answers(self) -> Mapping[str, Answer]:
        """The question which one."""
        return {"scan.choose": self._choose}

    def on_config(self, config: Config) -> None:
        """Another inventory may be wanted."""
        if config.inventory != self._set:
            self._set = config.inventory
            self._use(config.inventory)

    def on_engine_replaced(self) -> None:
        """The new engine knows of none."""
        if self._used:
            self.desk.send(UseInventory(self._used))

    def on_event(self, event: Event) -> None:
        """Say what is wrong with an inventory, once."""
        if not isinstance(event, InventoryOpened) or not event.paths:
            return
        notes = event.notes or (() if event.resources else ("there is no resource in it",))
        if notes:
            text = "\n".join(printable(it, 200) for it in ("Inventory:", *notes[:3]))
            self.desk.host.notify(
                text,
                severity="warning" if event.resources else "error",
                timeout=8,
                markup=False,
            )

    def _use(self, paths: tuple[str, ...]) -> None:
        self._used = paths
        self.desk.send(UseInventory(paths))

    def _choose(self) -> None:
        from panther_engine import is_kept_name, kept_names
        from panther_tui.overlays.ask import AskScreen

        root = Path(self.desk.state.root)

        def path_of(typed: str) -> str:
            if not typed or is_kept_name(typed):
                return typed
            return str(root / os.path.expanduser(typed))

        def wrong(typed: str) -> str:
            path = path_of(typed)
            if not path or is_kept_name(path) or os.path.lexists(path) or GLOB & set(path):
                return ""
            return "there is nothing here"

        def done(typed: str) -> None:
            if typed == shown and self._used:  # also where several stand for one text
                return
            self._use((path_of(typed),) if typed else ())

        shown = self._used[0] if len(self._used) == 1 else ""
        label = "Real resources (empty for none):"
        self.desk.host.push_screen(AskScreen(label, shown, done, wrong, kept_names(root)))

    def badges(self) -> Iterable[Badge]:
        """What the last change did to the resources; else how many there are."""
        scan = self.desk.state.scan
        if scan.inventory is None or not scan.inventory.resources:
            return
        if scan.total:
            yield Badge(f"judging {100 * scan.done // scan.total} %", "running", action="scan.list")
        elif scan.moved is not None:
            moved = scan.moved
            worse = moved.more_fail or moved.now_err
            token = "fail bold" if worse else "pass bold" if moved else "muted"
            yield Badge(moved.words, token, action="scan.list")
        else:
            yield Badge(f"{scan.inventory.resources:,} resources", "muted", action="scan.list")
