"""A question that takes no answer before it can be read."""

from __future__ import annotations

from textual.screen import ModalScreen


class SeenScreen(ModalScreen[None]):
    """Knows whether it has been painted.

    It opens when the engine answers or a file changes, whatever one does meanwhile: a key that was
    on its way then was meant for what it covers.
    """

    seen = False
    """Whether there was something to read yet."""

    def on_mount(self) -> None:
        """Take answers once the question is there."""
        self.call_after_refresh(self._see)

    def _see(self) -> None:
        self.seen = True
