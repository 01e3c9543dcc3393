"""Which inventory is judged, and what the status bar says of it."""

from __future__ import annotations

from collections.abc import Iterable

from panther_engine.events import Event, InventoryOpened, UseInventory
from panther_tui.features.feature import Feature
from panther_tui.panes.badges import Badge
from panther_tui.settings.settings import Config
from panther_tui.terminal.safe_text import printable


class Inventory(Feature):
    """Follows the setting: the engine judges what it names after every change."""

    _used: tuple[str, ...] = ()

    def on_config(self, config: Config) -> None:
        """Another inventory may be wanted."""
        if config.inventory != self._used:
            self._used = config.inventory
            self.desk.send(UseInventory(self._used))

    def on_engine_replaced(self) -> None:
        """The new engine knows of none."""
        if self._used:
            self.desk.send(UseInventory(self._used))

    def on_event(self, event: Event) -> None:
        """Say what is wrong with an inventory, once."""
        if isinstance(event, InventoryOpened) and event.notes:
            text = "\n".join(printable(it, 200) for it in ("Inventory:", *event.notes[:3]))
            self.desk.host.notify(
                text,
                severity="warning" if event.resources else "error",
                timeout=8,
                markup=False,
            )

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
