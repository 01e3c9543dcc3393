"""What the code pane says of a run that was observed, and of what no test pins down. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from panther_engine.state import State
from panther_engine.values.findings import Covered, Mutated, Probed
from panther_engine.values.insight import LineValues
from panther_tui.panes.code.notes import Notes
from panther_tui.style.marks import DECIDES, IDLE, NULL, UNPINNED, UNREACHED
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.insights import explained_of, inspected_of
from panther_tui.triage.rounds import RoundShown, lines_of_loop, round_of
from panther_tui.triage.selection import Selection
from panther_tui.views.cut import cut_middle
from panther_tui.views.json_lines import show_path

VALUE_LIMIT = 60
"""Characters of one value at the end of a line."""


def add_insight(
    notes: Notes,
    path: str,
    state: State,
    selection: Selection,
    *,
    values: bool,
    shown: RoundShown | None = None,
) -> None:
    """Mark the line that decided and those that did not run, and say what lines held."""
    found = explained_of(state, selection)
    policy = state.policies.get(selection.spec)
    if found is None or policy is None or not found.insight.same_as_plain:
        return
    insight = found.insight
    deciding = insight.deciding
    if deciding is not None and deciding.place.path == path:
        notes.marks.setdefault(deciding.place.line, DECIDES)
    if path == policy.entry.body:
        for line in insight.not_run:
            notes.marks.setdefault(line, IDLE)
        if values:
            notes.values.update(_values(insight.values))
    looked_at = round_of(insight, shown)
    if looked_at is not None and values and looked_at[0].place.path == path:
        for line in lines_of_loop(looked_at[0]):
            notes.values.pop(line, None)
        notes.values.update(_values(looked_at[1].values))


def add_inspection(notes: Notes, path: str, state: State, spec: str, *, tests: bool) -> None:
    """Mark what null would raise and what no test pins down; with `tests` say it in words."""
    found, policy = inspected_of(state, spec), state.policies.get(spec)
    if found is None or policy is None or path != policy.entry.body:
        return
    if found.probed is not None:
        _add_nulls(notes, found.probed, tests)
    if found.covered is not None and tests:
        _add_coverage(notes, found.covered)
    if found.mutated is not None:
        _add_survivors(notes, found.mutated, tests)


def _values(found: Iterable[LineValues]) -> dict[int, str]:
    return {
        held.line: printable(
            "  ".join(f"{text} = {cut_middle(value, VALUE_LIMIT)}" for text, value in held.values),
            400,
        )
        for held in found
        if held.values
    }


def _add_nulls(notes: Notes, probed: Probed, tests: bool) -> None:
    for field in probed.fields:
        if not field.raises or not field.line:
            continue
        name = show_path(field.field).removeprefix("$.")
        said = f"raises if {name} is null" + (f": {field.error[0]}" if field.error else "")
        if tests:
            notes.add(field.line, NULL, said)
        else:
            notes.marks.setdefault(field.line, NULL)


def _add_coverage(notes: Notes, covered: Covered) -> None:
    for line in covered.missing:
        notes.add(line, UNREACHED, "no test reaches this line")
    for branch in covered.missing_branches:
        notes.add(branch.line, UNREACHED, f"no test takes the branch `{branch.way}`")


def _add_survivors(notes: Notes, mutated: Mutated, tests: bool) -> None:
    for survivor in mutated.survivors:
        if tests:
            aside = f" (set aside: {survivor.reason})" if survivor.reason else ""
            notes.add(survivor.line, UNPINNED, survivor.words + aside)
        elif not survivor.reason:
            notes.marks.setdefault(survivor.line, UNPINNED)
