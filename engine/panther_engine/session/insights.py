"""Explains the selected test and inspects the selected policy, beside the runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from panther_engine.events import Event
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.processes.job import Limits
from panther_engine.running.processes.launch import ManagedLauncher
from panther_engine.session.live_runs import LiveRuns
from panther_engine.session.memory.result_cache import key_of

if TYPE_CHECKING:
    from panther_engine.insight.live import LiveInsight
    from panther_engine.insight.live_inspect import LiveInspection


class Insights:
    """Begins each once its policy's plain run is over, and drops it when that is to run again."""

    def __init__(
        self,
        launcher: ManagedLauncher,
        root: str,
        limits: Limits,
        emit: Callable[[Event], None],
        runs: LiveRuns,
        repository: Callable[[], Repository],
        python: str,
    ) -> None:
        """Nothing is imported before the first command that asks for it."""
        self._launcher = launcher
        self._root = root
        self._limits = limits
        self._emit = emit
        self._runs = runs
        self._repository = repository
        self._python = python
        self._insight: LiveInsight | None = None
        self._inspection: LiveInspection | None = None

    @property
    def explained(self) -> str:
        """The spec of the policy whose test is wanted; empty if none is."""
        return self._insight.wanted if self._insight is not None else ""

    def want_explained(self, spec: str, test: int) -> None:
        """Explain this test from now on, and no other."""
        if self._insight is None:
            from panther_engine.insight.live import LiveInsight  # what a start can do without

            self._insight = LiveInsight(self._launcher, self._root, self._limits, self._emit)
        self._insight.want(spec, test)
        self.explain()

    def want_inspected(self, spec: str) -> None:
        """Inspect this policy first from now on."""
        self._begun_inspection().want(spec)
        self.inspect()

    def want_all_inspected(self, wanted: bool) -> None:
        """Inspect every policy, after the wanted one, or none besides it."""
        self._begun_inspection().want_all(wanted)
        self.inspect()

    def stand_aside(self) -> None:
        """Somebody works with the keyboard: what nobody waits for pauses."""
        if self._inspection is not None:
            self._inspection.stand_aside()

    def suggest(self, spec: str, number: int) -> None:
        """Look for a test that tells a survivor of the inspected policy from its body."""
        if self._inspection is not None and self._inspection.wanted == spec:
            self._inspection.suggest(number)

    def explain(self) -> None:
        """Explain the test that is wanted, unless its policy is about to run again."""
        if self._insight is not None:
            result = self._runs.settled(self._insight.wanted)
            if result is not None:
                self._insight.begin(self._repository(), result)

    def inspect(self) -> None:
        """Inspect what is wanted, once everything has run."""
        if self._inspection is not None and not self._runs.pool.busy:
            self._inspection.begin(self._repository())

    def make_room(self, specs: Iterable[str]) -> None:
        """These policies are about to run."""
        chosen = frozenset(specs)
        if self._insight is not None and self._insight.wanted in chosen:
            self._insight.drop()
        if self._inspection is not None and chosen:
            self._inspection.drop()

    def close(self) -> None:
        """Give up what goes on."""
        if self._insight is not None:
            self._insight.drop()
        if self._inspection is not None:
            self._inspection.close()

    def _begun_inspection(self) -> LiveInspection:
        if self._inspection is None:
            from panther_engine.insight.live_inspect import LiveInspection

            self._inspection = LiveInspection(
                self._launcher,
                self._root,
                self._limits,
                self._emit,
                self._runs.settled,
                lambda spec: key_of(self._repository(), spec, self._python),
            )
        return self._inspection
