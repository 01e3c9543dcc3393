"""The row of a scratch among the tests of its policy. Pure."""

from __future__ import annotations

from rich.cells import set_cell_size

from panther_engine.model import Outcome, TestResult
from panther_tui.panes.results.result_lines import COMPACT, VERDICT_TOKENS, reason_of, show_duration
from panther_tui.panes.scratch.laid_over import ShownScratch
from panther_tui.views.cut import cut_middle
from panther_tui.views.line import Line, Pieces, line_width


def scratch_line(
    result: TestResult | None, scratch: ShownScratch, *, names: int, width: int
) -> Line:
    """What the file's test came to, and what the scratch does."""
    compact = width < COMPACT
    filed = "     " if scratch.filed is None else f"{scratch.filed.verdict:<5}"
    text: Pieces = (
        (set_cell_size(cut_middle(scratch.name, names), names + 1 + (not compact)), "bold"),
    )
    if not scratch.real:
        text += (("in the file ", "muted"), (filed, "muted bold"))
    gutter: Pieces = ((" ≠ ", "warning bold"),)
    space = " " if compact else "  "
    if result is None:
        unknown = ("cannot run", "invalid") if scratch.diagnostics else ("not judged yet", "muted")
        return Line((*text, (space, ""), unknown), gutter=gutter)
    token = "stale" if scratch.late else VERDICT_TOKENS[result.verdict]
    text += ((f"{space}now ", "muted"), (f"{result.verdict:<5}", f"{token} bold"))
    reason = "" if compact else reason_of(result)
    if reason:
        text += ((f"  {reason}", "muted" if result.outcome is Outcome.PASSED else token),)
    if scratch.late:
        return Line(text, gutter=gutter, tail=(("judging … ", "running"),))
    flipped = scratch.filed is not None and scratch.filed.verdict is not result.verdict
    said: Pieces = (("flipped ", "warning bold"),) if flipped else ()
    took: Pieces = ((f"{show_duration(result.duration_ms)} ", "faint"),)
    whole = Line(text, gutter=gutter, tail=(*said, *took))
    return whole if line_width(whole) + 2 <= width else Line(text, gutter=gutter, tail=said)
