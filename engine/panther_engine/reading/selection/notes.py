"""Notes on what a run or a check left out and why, so that nobody mistakes silence for a pass."""

from __future__ import annotations

from collections.abc import Sequence

from panther_engine.model import Diagnostic
from panther_engine.values.frozen import dataclass

NAMED = 3
"""So many names are told in a message; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was left out."""

    code: str
    """A stable kebab-case name, such as `filter`."""
    message: str
    """What was left out, and by what, in one line."""
    paths: tuple[str, ...] = ()
    """The files that it is about, all of them: as the user typed them, or relative to the root."""


def name_some(names: Sequence[str]) -> str:
    """`a, b, c and 4 more`."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def note_of(found: Diagnostic) -> Note:
    """A finding that only informs, such as of a directory that is not read, as a note."""
    hint = f"; {found.hint}" if found.hint else ""
    return Note(found.code, f"{found.path}: {found.message}{hint}", (found.path,))
