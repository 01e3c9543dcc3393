"""`W`: what no test pins down across the repository, and from there to the line."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from panther_engine.events import InspectAll, StandAside
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.triage.selection import Place, Selection
from panther_tui.triage.survey import Finding, Surveyor, can_be_inspected

if TYPE_CHECKING:
    from panther_tui.overlays.survey_list import SurveyScreen

TELL_SECONDS = 0.15
"""While keys come the engine is told so often; it waits longer than that for the next."""


class RepositorySurvey(Feature):
    """Has every policy inspected once the list was opened; the list follows while it is open."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._surveyor = Surveyor()
        self._screen: SurveyScreen | None = None
        self._asked = False
        """Whether the engine works through the repository."""
        self._told = float("-inf")
        """When the engine was told of a key, by the monotonic clock."""

    def answers(self) -> Mapping[str, Answer]:
        """The list."""
        return {"insight.list": self._open}

    def offers(self, action: str) -> bool:
        """While some policy has tests that can run."""
        return any(map(can_be_inspected, self.desk.state.policies.values()))

    def on_key(self) -> None:
        """Somebody works with the keyboard: what nobody waits for pauses."""
        now = time.monotonic()
        if now - self._told > TELL_SECONDS and self.desk.selection.spec:
            self._told = now
            self.desk.send(StandAside())

    def on_painted(self) -> None:
        """List what is known now."""
        if self._screen is not None and self._screen.is_attached:
            self._screen.show(self._surveyor.survey(self.desk.state))

    def on_engine_replaced(self) -> None:
        """The new engine was asked for nothing yet."""
        if self._asked:
            self.desk.send(InspectAll())

    def _open(self) -> None:
        from panther_tui.overlays.survey_list import SurveyScreen

        if not self._asked:
            self._asked = True
            self.desk.send(InspectAll())
        survey = self._surveyor.survey(self.desk.state)
        self._screen = SurveyScreen(survey, self.desk.selection.spec, self._go)
        self.desk.host.push_screen(self._screen)

    def _go(self, chosen: Finding | str) -> None:
        desk, code = self.desk, self.desk.panes.code
        spec = chosen if isinstance(chosen, str) else chosen.spec
        if spec not in desk.state.policies:
            return
        if spec != desk.selection.spec:
            desk.select(Selection(spec))
            desk.panes.tree.reveal(spec)
        if isinstance(chosen, str) or not chosen.line:
            desk.focus_pane(code)
            return
        if not code.tests:
            code.toggle_tests()
        desk.open_place(Place(chosen.body, chosen.line))
