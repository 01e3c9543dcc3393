"""`ctrl+t`: the screen goes to the policy that was just saved, or that a saved helper broke."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from panther_engine.events import Event, PolicyFinished, RepositoryChanged
from panther_engine.model import Status
from panther_engine.state import State
from panther_tui.features.desk import Desk, Lead
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.badges import Badge
from panther_tui.settings.settings import Config
from panther_tui.triage.selection import Selection


class Follow(Feature):
    """Follows saves while it is on; the setting says whether it is at first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._on = self._on_by_setting = desk.host.config.follow
        self._saved: tuple[str, ...] = ()
        self._looks_for_failure = False

    def answers(self) -> Mapping[str, Answer]:
        """On and off."""
        return {"watch.follow": self._toggle}

    def on_config(self, config: Config) -> None:
        """A setting that did not change leaves what the key did."""
        if config.follow != self._on_by_setting:
            self._on = self._on_by_setting = config.follow

    def on_event(self, event: Event) -> None:
        """Note what was saved, and what fails after it."""
        match event:
            case RepositoryChanged(changed=changed) if changed and self._on:
                self._saved = changed
                self._looks_for_failure = True
            case PolicyFinished(result) if self._looks_for_failure:
                if result.status in (Status.FAILED, Status.INVALID):
                    self._saved = (result.spec,)
                    self._looks_for_failure = False

    def on_state(self, before: State) -> None:
        """Go to a policy that was saved."""
        saved, self._saved = self._saved, ()
        if not saved or not self._on or self.desk.lead > Lead.FOLLOW:
            return
        own = [
            spec
            for spec, policy in self.desk.state.policies.items()
            if spec in saved or policy.entry.body in saved
        ]
        if own:
            self._looks_for_failure = False
            if self.desk.selection.spec not in own:
                self.desk.go(Selection(own[0]), Lead.FOLLOW)

    def badges(self) -> Iterable[Badge]:
        """While it is on."""
        return (Badge("following", "key", action="watch.follow"),) if self._on else ()

    def _toggle(self) -> None:
        self._on = not self._on
        self._saved, self._looks_for_failure = (), False
        self.desk.paint()
