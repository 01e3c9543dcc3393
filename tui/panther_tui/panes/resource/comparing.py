"""The difference between the resources of two tests, as rows of the pane. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from panther_engine.model import TestCase
from panther_engine.values.frozen import dataclass
from panther_tui.terminal.safe_text import printable
from panther_tui.views.compare import compare_resources
from panther_tui.views.line import Line


@dataclass(frozen=True, slots=True)
class Compared:
    """The key of a line of the difference to another resource."""

    place: int


def compared_lines(test: TestCase, other: TestCase) -> Sequence[Line]:
    """What this test's resource has and the other's has not, and the reverse."""
    return (
        _legend("-", "fail", other),
        _legend("+", "pass", test),
        *compare_resources(test.resource, other.resource),
    )


def _legend(mark: str, token: str, test: TestCase) -> Line:
    return Line(((printable(test.name, 120), "bold"),), gutter=((f"{mark} ", f"{token} bold"),))
