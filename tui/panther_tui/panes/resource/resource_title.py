"""What the frame of the pane says of the resource in it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from panther_engine.model import TestCase
from panther_tui.panes.scratch.laid_over import ShownScratch
from panther_tui.terminal.safe_text import printable
from panther_tui.views.cut import cut_middle

Parts = Sequence[tuple[str, str]]


def title_parts(types: str, scratch: ShownScratch | None, other: TestCase | None) -> Parts:
    """`types` are the resource types; `other` is the test that is compared with."""
    if other is not None:
        name = cut_middle(printable(other.name, 300), 60)
        return (("Resource", ""), (" ─ compared with ", "not bold"), (name, "bold"))
    parts = [("Resource", "")]
    if scratch is not None:
        count = scratch.differences.count
        said = f", {count} change{'s' * (count != 1)}" if count else ""
        parts += [(" ─ ", "not bold dim"), (scratch.name + said, "bold reverse")]
    if types:
        parts += [(" ─ ", "not bold dim"), (types, "not bold")]
    return parts
