"""How far a scan is, how fast, and how long it will go on."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from panther_engine.scan.evaluating.plan import PlannedPolicy


@dataclass(slots=True)
class ScanProgress:
    """How far a scan is."""

    total: int = 0
    done: int = 0
    running: int = 0
    """Evaluations besides, of parts that still run."""
    failed: int = 0
    shards: tuple[int, int] | None = None
    """How many are back from a cluster, of how many."""
    resumed: int = 0
    """Evaluations that a scan had done which was interrupted."""
    places: int = 1
    """Evaluations that run at a time."""
    costs: Mapping[str, float] = field(default_factory=dict)
    """Seconds of an evaluation, by spec, where a scan has measured them."""
    measured_left: float = 0.0
    """Seconds of one core that are left of policies whose cost is known."""
    unmeasured_left: int = 0
    """Evaluations that are left of the others."""
    started: float = field(default_factory=time.monotonic)

    def plan(self, policies: Iterable[PlannedPolicy], costs: Mapping[str, float]) -> None:
        """These are to be evaluated; `costs` are by the policy's ID."""
        chosen = tuple(policies)
        self.costs = {
            one.policy.spec: costs[one.policy.id] for one in chosen if one.policy.id in costs
        }
        for one in chosen:
            self._count(one.policy.spec, one.resources)

    def judged(self, spec: str, resources: int) -> None:
        """A policy has evaluated so many."""
        self.done += resources
        self._count(spec, -resources)

    @property
    def evaluated(self) -> int:
        """Evaluations that are over, told or not."""
        return min(self.total, self.done + self.running)

    @property
    def rate(self) -> float:
        """Evaluations a second, so far."""
        return (self.evaluated - self.resumed) / max(time.monotonic() - self.started, 1e-6)

    @property
    def seconds_left(self) -> float:
        """By the costs that are known, and by the rate so far for the rest."""
        unmeasured = self.unmeasured_left / max(self.rate, 1e-6)
        return max(0.0, self.measured_left) / self.places + unmeasured

    def _count(self, spec: str, resources: int) -> None:
        if (cost := self.costs.get(spec)) is None:
            self.unmeasured_left += resources
        else:
            self.measured_left += cost * resources
