"""Prints diagnostics: what is wrong, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from panther_engine.model import Diagnostic, Level
from panther_engine.reading.selection.notes import Note
from panther_engine.report.text.frame import ReadSource, code_frame, source_reader
from panther_engine.report.text.paint import (
    DOT,
    FAIL_MARK,
    INFO_MARK,
    PASS_MARK,
    WARN_MARK,
    Paint,
)
from panther_engine.report.text.words import count_of
from panther_engine.text.clean import clean_line, clean_text

_ORDER = {Level.ERROR: 0, Level.WARNING: 1, Level.INFO: 2}


def column_of(found: Diagnostic) -> int:
    """The column as every report tells it, counted from 1 as editors do; 0 without a line."""
    return found.column + 1 if found.line else 0


def place_of(found: Diagnostic) -> str:
    """`path:line:column`, both counted from 1 as editors do; just the path without a line."""
    path = clean_line(found.path)
    return f"{path}:{found.line}:{column_of(found)}" if found.line else path


def finding_block(found: Diagnostic, paint: Paint, read: ReadSource) -> list[str]:
    """A finding with its place, the code there and the hint."""
    message, *rest = clean_text(found.message).rstrip().split("\n")
    lines = [
        f"{_mark(found.severity, paint)} {paint.strong(message)}  {paint.quiet(found.code)}",
        *(f"  {line}" for line in rest),
        f"  {paint.quiet(place_of(found))}",
        *(f"  {line}" for line in code_frame(read(found.path), found.line, paint)),
    ]
    return [*lines, *hint_lines(found, paint)]


def hint_lines(found: Diagnostic, paint: Paint) -> list[str]:
    """What to do about a finding; nothing if it has no hint."""
    if not found.hint:
        return []
    first, *more = clean_text(found.hint).rstrip().split("\n")
    return [f"  {paint.hint('hint:')} {first}", *(f"        {line}" for line in more)]


def finding_line(found: Diagnostic, paint: Paint) -> str:
    """A finding in one line, without its hint."""
    return (
        f"{_mark(found.severity, paint)} {paint.quiet(place_of(found))} "
        f"{clean_line(found.message)}  {paint.quiet(found.code)}"
    )


def note_lines(notes: Iterable[Note], paint: Paint) -> list[str]:
    """A line for each note, each only once."""
    said = dict.fromkeys(clean_line(note.message) for note in notes)
    return [f"{paint.quiet(INFO_MARK)} {message}" for message in said]


def count_notes(notes: Sequence[Note]) -> str:
    """The end of a last line that stands alone, where there are notes that it keeps back."""
    return f" {DOT} {count_of(len(notes), 'note')} (told without -q)" if notes else ""


def render_findings(
    root: str,
    policies: int,
    found: Sequence[Diagnostic],
    paint: Paint,
    verbosity: int = 0,
    here: str | None = None,
    notes: Sequence[Note] = (),
) -> str:
    """What `check` found, for people: errors first, then one line that sums it up.

    Args:
        root: absolute path of the repository.
        policies: how many were checked.
        found: all diagnostics, those of policies too.
        paint: colours or none.
        verbosity: -1 for the last line only, 0 without `info`, 1 with it.
        here: the directory of who reads it; if it is not the root, the root is told.
        notes: what was left out.
    """
    read = source_reader(root)
    lines: list[str] = []
    if verbosity >= 0:
        for one in sorted(found, key=lambda one: (_ORDER[one.severity], one.path, one.line)):
            if one.severity is not Level.INFO or verbosity > 0:
                lines += [*finding_block(one, paint, read), ""]
    if lines and here not in (None, root):
        lines = [paint.quiet(f"paths are relative to {clean_line(root)}"), "", *lines]
    if verbosity >= 0:
        lines += note_lines(notes, paint)
    lines.append(_summary(policies, found, paint) + (count_notes(notes) if verbosity < 0 else ""))
    return "\n".join(lines) + "\n"


def count_findings(found: Iterable[Diagnostic]) -> list[str]:
    """`2 errors`, `1 warning`: those levels that there are, `info` left out."""
    levels = [one.severity for one in found]
    return [
        count_of(levels.count(level), level.value)
        for level in (Level.ERROR, Level.WARNING)
        if level in levels
    ]


def _summary(policies: int, found: Sequence[Diagnostic], paint: Paint) -> str:
    checked = f"{count_of(policies, 'policy')} checked"
    counts = count_findings(found)
    if any(one.severity is Level.ERROR for one in found):
        mark = paint.bad(FAIL_MARK)
    elif counts:
        mark = paint.warn(WARN_MARK)
    else:
        mark = paint.good(PASS_MARK)
    return f"{mark} {checked} {DOT} {', '.join(counts) or 'nothing found'}"


def _mark(level: Level, paint: Paint) -> str:
    match level:
        case Level.ERROR:
            return paint.bad(FAIL_MARK)
        case Level.WARNING:
            return paint.warn(WARN_MARK)
        case Level.INFO:
            return paint.quiet(INFO_MARK)
