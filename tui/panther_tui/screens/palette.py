"""The command palette: what was typed quickly is found before `enter` takes it."""

from __future__ import annotations

from textual import on
from textual.command import CommandPalette
from textual.widgets import Input
from textual.worker import Worker, WorkerState


class Palette(CommandPalette):
    """Textual's palette, in which `enter` waits for the search that the last letter began.

    Textual 8.2.8 takes what is listed at that moment: nothing, or what fitted fewer letters.
    """

    _enter_waits = False

    @on(Input.Submitted)
    def _wait_for_search(self, event: Input.Submitted) -> None:
        if any(it.node is self and not it.is_finished for it in self.workers):
            self._enter_waits = True
            event.stop()
            event.prevent_default()

    @on(Worker.StateChanged)
    def _take_first(self, event: Worker.StateChanged) -> None:
        if self._enter_waits and event.state is WorkerState.SUCCESS:
            self._enter_waits = False
            self.call_after_refresh(self._select_or_command)
