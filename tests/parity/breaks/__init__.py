"""Ways to break a policy repository: each a small change to a copy of `tests/repos/parity/good`.

Some breaks leave every verdict right: that what looks odd is accepted has to be known as well.
"""

from __future__ import annotations

from tests.parity.breaks import alerts, body, cases, layout, mocks, spec
from tests.parity.breaks.copy import Break, Copy

BREAKS: tuple[Break, ...] = (
    *body.BREAKS,
    *spec.BREAKS,
    *cases.BREAKS,
    *mocks.BREAKS,
    *alerts.BREAKS,
    *layout.BREAKS,
)
"""All breaks, by area."""

__all__ = ["BREAKS", "Break", "Copy"]
