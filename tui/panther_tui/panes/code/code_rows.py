"""What the code pane shows of a file: its lines, and notes under those with something wrong."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from panther_engine.events import PolicyOpened
from panther_engine.model import Diagnostic, Outcome
from panther_engine.state import State
from panther_tui.panes.code.insight_notes import add_insight, add_inspection
from panther_tui.panes.code.notes import Notes
from panther_tui.style.marks import FAILING, mark_of_level, mark_of_test
from panther_tui.triage.rounds import RoundShown
from panther_tui.triage.selection import Selection, is_stale, result_at
from panther_tui.views.line import Line, Pieces


@dataclass(frozen=True, slots=True)
class CodeLine:
    """The key of a line of the file."""

    number: int


@dataclass(frozen=True, slots=True)
class NoteLine:
    """The key of a line of a note under a line of the file."""

    number: int
    place: int


def notes_for(
    path: str,
    state: State,
    selection: Selection,
    *,
    values: bool = True,
    tests: bool = False,
    shown: RoundShown | None = None,
) -> Notes:
    """What is to be said of a file while this policy and test are selected.

    `values` puts at the ends of lines what they held, in the round `shown` of a loop if that is
    given; `tests` says what no test reaches or tells.
    """
    notes = Notes()
    policy = state.policies.get(selection.spec)
    if policy is None:
        return notes
    result = result_at(policy, selection.test)
    if result is not None and result.outcome is not Outcome.PASSED and result.error is not None:
        error = result.error
        if error.path == path and error.line:
            notes.failing = error.line
            notes.add(error.line, FAILING, f"{error.type}: {error.message}")
    found: Iterable[Diagnostic] = policy.entry.diagnostics
    if policy.result is not None:
        found = (*found, *policy.result.diagnostics)
    for diagnostic in dict.fromkeys(found):
        if diagnostic.path == path and diagnostic.line:
            mark = mark_of_level(diagnostic.severity)
            notes.add(diagnostic.line, mark, diagnostic.message, diagnostic.hint)
    add_insight(notes, path, state, selection, values=values, shown=shown)
    add_inspection(notes, path, state, selection.spec, tests=tests)
    if path == selection.spec:
        for place, test in enumerate(policy.entry.tests):
            if test.line:
                mark = mark_of_test(result_at(policy, place), stale=is_stale(policy))
                notes.marks.setdefault(test.line, mark)
    return notes


def code_rows(count: int, notes: Notes) -> list[Hashable]:
    """The rows of a file of so many lines, notes below the lines that they are about."""
    rows: list[Hashable] = []
    for number in range(1, count + 1):
        rows.append(CodeLine(number))
        rows += [NoteLine(number, place) for place in range(len(notes.texts.get(number, ())))]
    return rows


def code_line(number: int, pieces: Pieces, notes: Notes, digits: int) -> Line:
    """A line of the file with its mark and number."""
    mark = notes.marks.get(number)
    fails = number == notes.failing
    shape = (f"{mark.shape}", f"{mark.token} bold") if mark else (" ", "")
    weight = "fail bold" if fails else "gutter"
    held = notes.values.get(number)
    said: Pieces = (("   ", ""), (f"◂ {held}", "faint italic")) if held else ()
    return Line(
        gutter=(shape, (f"{number:>{digits}}  ", weight)),
        text=(*pieces, *said),
        fill="fail-line" if fails else "",
    )


def note_line(key: NoteLine, pieces: Pieces, notes: Notes, digits: int) -> Line:
    """A line of a note, indented like the code above it."""
    text, token = notes.texts[key.number][key.place]
    code = "".join(part for part, _ in pieces)
    indent = " " * (len(code) - len(code.lstrip(" ")))
    lead = "╰ " if key.place == 0 else "  "
    return Line(
        gutter=((" " * (digits + 3), ""), (indent + lead, token)), text=((text, f"{token} italic"),)
    )


def text_of(opened: PolicyOpened | None, tab: str) -> tuple[str, str]:
    """Path and text of a policy's body or spec; empty where there is none."""
    if opened is None:
        return "", ""
    if tab == "spec":
        return opened.policy.spec, opened.spec_text
    return opened.policy.body, opened.body_text
