"""What was found out of a policy besides its verdicts, in a line each above its tests. Pure."""

from __future__ import annotations

from panther_engine.events import Inspected
from panther_engine.model import Level
from panther_tui.panes.results.detail import Detail
from panther_tui.style.marks import NULL, UNPINNED, mark_of_level
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.selection import Place
from panther_tui.views.json_lines import show_path
from panther_tui.views.line import Line

NULLS = 3
"""Fields, and tests, that are named one by one."""


def remark_details(inspected: Inspected | None, body: str) -> list[Detail]:
    """What null would raise, and how much the tests pin down; nothing if all is well."""
    if inspected is None or not body:
        return []
    found: list[Detail] = []
    if inspected.probed is not None:
        raising = [field for field in inspected.probed.fields if field.raises]
        for field in raising[:NULLS]:
            name = show_path(field.field).removeprefix("$.")
            error = f": {field.error[0]}" if field.error else ""
            said = printable(f"raises if {name} is null{error}", 300)
            gutter = ((f" {NULL.shape} ", NULL.token),)
            line = Line(((said, ""),), gutter=gutter)
            found.append(Detail(line, Place(body, field.line) if field.line else None))
        if len(raising) > NULLS:
            more = f"and if one of {len(raising) - NULLS} more fields is null"
            found.append(Detail(Line(((more, "muted"),), gutter=(("   ", ""),))))
    mark = mark_of_level(Level.WARNING)
    for name, number in inspected.leaning[:NULLS]:
        said = printable(f"{name!r} passes in this order of the tests and not in the reverse", 300)
        gutter = ((f" {mark.shape} ", mark.token),)
        found.append(Detail(Line(((said, ""),), gutter=gutter), Place(inspected.spec, number)))
    mutated = inspected.mutated
    if mutated is not None and mutated.open:
        counted = mutated.killed + len(mutated.open)
        said = f"pinned {mutated.killed}/{counted}"
        changes = f"{len(mutated.open)} small change{'s' * (len(mutated.open) != 1)}"
        why = f"  {changes} of the body would be noticed by no test (c)"
        gutter = ((f" {UNPINNED.shape} ", UNPINNED.token),)
        line = Line(((said, ""), (why, "muted")), gutter=gutter)
        found.append(Detail(line, Place(body, mutated.open[0].line)))
    return found
