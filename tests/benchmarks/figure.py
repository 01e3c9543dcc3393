"""What is measured and how it is printed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value beside its goals (DESIGN, section 7)."""

    name: str
    value: float
    unit: str
    goal: float
    stretch: float
    more: Mapping[str, object] = field(default_factory=dict)
    """What the value was made from."""

    def line(self) -> str:
        """The figure as a JSON line."""
        return json.dumps(
            {
                "figure": self.name,
                "value": rounded(self.value),
                "unit": self.unit,
                "goal": self.goal,
                "stretch": self.stretch,
                **self.more,
            }
        )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0 to 1) of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def median(values: Sequence[float]) -> float:
    """The value in the middle."""
    return percentile(values, 0.5)


def rounded(value: float) -> float:
    """Three significant digits are all that such a measurement has."""
    return float(f"{value:.3g}")
