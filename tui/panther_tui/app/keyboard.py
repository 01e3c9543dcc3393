"""Keys take effect one after the other, in the order in which they were typed.

Textual hands a key to the widget with the focus and acts on it when it has come back from there.
Over a slow line several keys arrive in one read: those after a `/` went to the pane, as commands,
because the line in which one types was not open yet. A question that opens by itself takes none
that was typed before it could be read.
"""

from __future__ import annotations

from textual import events
from textual.app import App
from textual.screen import Screen

from panther_tui.overlays.reading.seen import SeenScreen
from panther_tui.views.prompt import TakesText
from panther_tui.views.row_view import RowView


class KeyboardApp(App[None]):
    """Acts on a key before it looks at the next, and keeps keys for a screen that still opens."""

    _settled: Screen[object] | None = None
    """The screen that is known to have had the focus."""
    _early: tuple[events.Key, ...] = ()
    """Keys that came before the screen that they are for could take them."""

    async def on_event(self, event: events.Event) -> None:
        """Take a key from the terminal; all else is Textual's."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        self.hear_key()
        if isinstance(self.screen, SeenScreen) and not self.screen.was_seen(event.time):
            return
        if self._early or self._opens():
            if not self._early:
                self.watch(self.screen, "focused", self._wake, init=False)
            self._early = (*self._early, event)
        else:
            await self._act(event)

    def hear_key(self) -> None:
        """A key was pressed, whatever it is for; nothing was done of it yet."""

    def _opens(self) -> bool:
        """Whether the screen on top has not had the focus yet."""
        screen = self.screen
        if screen is not self._settled and screen.focused is not None:
            self._settled = screen
        return screen is not self._settled

    async def _act(self, key: events.Key) -> None:
        """What takes text takes it now, and what is bound to a key of rows is done now.

        A key that is bound to nothing there is dropped: on the way through the widgets' queues it
        would find the screen that comes after this one.
        """
        focused = self.screen.focused
        if isinstance(focused, TakesText) and focused.take_key(key):
            return
        if isinstance(focused, RowView):
            active = self.screen.active_bindings.get(key.key)
            if active is not None:
                await self.run_action(active.binding.action, active.node)
            return
        await super().on_event(key)

    def _wake(self) -> None:
        if self.screen.focused is not None:
            self.call_later(self._take_early)

    async def _take_early(self) -> None:
        while self._early and not self._opens():
            key, *rest = self._early
            self._early = tuple(rest)
            await self._act(key)
        if self._early:
            self.watch(self.screen, "focused", self._wake, init=False)
