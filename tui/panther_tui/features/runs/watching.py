"""What a change runs: what it affects, nothing while paused, or one pinned policy alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from panther_engine.events import Event, Pause, RepositoryChanged, Run, WatchChanged, WatchMode
from panther_engine.state import State
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.badges import Badge


class Watching(Feature):
    """Pause and pin. While a policy is pinned the engine pauses, and the screen runs that one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._paused = False
        self._pinned = ""

    def answers(self) -> Mapping[str, Answer]:
        """Pause and pin; and, for a click on what is pinned, to pin no longer."""
        return {
            "watch.pause": self._toggle_pause,
            "pin": self._toggle_pin,
            "pin.off": self._pin_nothing,
        }

    def on_event(self, event: Event) -> None:
        """Run the pinned policy on a change."""
        match event:
            case RepositoryChanged(changed=changed) if changed:
                self.desk.note = ""
                if self._pinned and not self._paused:
                    self.desk.send(Run((self._pinned,)))
            case WatchChanged(mode) if not self._pinned:
                self._paused = mode is WatchMode.PAUSED

    def on_state(self, before: State) -> None:
        """A policy that is gone is pinned no longer."""
        if self._pinned and self._pinned not in self.desk.state.policies:
            self._unpin()
        self._tell_watch()

    def on_engine_replaced(self) -> None:
        """Have the new engine pause like the one before."""
        if self._pinned or self._paused:
            self.desk.send(Pause(True))

    def badges(self) -> Iterable[Badge]:
        """The pinned policy."""
        pinned = self.desk.state.policies.get(self._pinned)
        if pinned is None:
            return ()
        name = pinned.entry.name or self._pinned
        return (Badge("pinned", "warning bold", name, action="pin.off"),)

    def _toggle_pin(self) -> None:
        spec = self.desk.selection.spec
        if not spec:
            return
        if self._pinned == spec:
            self._pin_nothing()
            return
        self._pinned = spec
        self.desk.send(Pause(True))
        self._tell_watch()
        self.desk.paint()

    def _pin_nothing(self) -> None:
        if self._pinned:
            self._unpin()
            self._tell_watch()
            self.desk.paint()

    def _unpin(self) -> None:
        self._pinned = ""
        self.desk.send(Pause(self._paused))

    def _toggle_pause(self) -> None:
        self._paused = not self._paused
        if not self._pinned:
            self.desk.send(Pause(self._paused))
            return
        if not self._paused:
            self.desk.send(Run((self._pinned,)))
        self._tell_watch()
        self.desk.paint()

    def _tell_watch(self) -> None:
        mode = WatchMode.PAUSED if self._paused else WatchMode.WATCHING
        self.desk.watch = mode if self._pinned else None
