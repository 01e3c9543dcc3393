"""What a scratch adds to the rows of a resource: marks, what is gone, what is being typed. Pure."""

from __future__ import annotations

from panther_engine.model import JsonValue
from panther_engine.values.frozen import dataclass
from panther_tui.panes.scratch.differences import Differences
from panther_tui.panes.scratch.typed import offered_text
from panther_tui.panes.scratch.typing import Typing
from panther_tui.terminal.safe_text import printable
from panther_tui.views.cut import cut_middle
from panther_tui.views.json_lines import INDENT, JsonLine, Path
from panther_tui.views.line import Line, Pieces

CHANGED, ADDED, REMOVED = ("≠", "warning bold"), ("+", "pass bold"), ("-", "fail bold")
VALUE_CELLS = 60


@dataclass(frozen=True, slots=True)
class Gone:
    """The key of a row for a field of the file's resource that the scratch has not."""

    path: Path


@dataclass(frozen=True, slots=True)
class TypingRow:
    """The key of the row in which a new key or item is typed."""


def difference_mark(found: Differences, line: JsonLine, *, folded: bool) -> tuple[str, str]:
    """The mark of a line; a part that is folded has that of what is in it."""
    if line.closing:
        return (" ", "")
    for length in range(len(line.path), 0, -1):
        if line.path[:length] in found.added:
            return ADDED
        if line.path[:length] in found.changed:
            return CHANGED
    return CHANGED if folded and line.path in found.above else (" ", "")


def gone_below(found: Differences, path: Path) -> list[Gone]:
    """The rows of what a part of the resource lost."""
    return [Gone((*path, name)) for name, _ in found.removed.get(path, ())]  # type: ignore[arg-type]


def gone_line(gone: Gone, found: Differences, gutter: Pieces) -> Line:
    """A field that the file has, as it was there."""
    holder: tuple[str | int, ...] = gone.path[:-1]  # type: ignore[assignment]
    value: JsonValue = dict(found.removed.get(holder, ())).get(gone.path[-1])  # type: ignore[call-overload]
    name = "" if isinstance(gone.path[-1], int) else f"{offered_text(gone.path[-1])}: "
    shown = cut_middle(printable(offered_text(value)), VALUE_CELLS)
    return Line(
        (
            (INDENT * len(gone.path), ""),
            (printable(name) + shown, "fail"),
            ("  removed", "faint italic"),
        ),
        gutter=(REMOVED, *gutter),
    )


def is_typed_at(typing: Typing | None, line: JsonLine) -> bool:
    """Whether the value of this line is being typed."""
    return (
        typing is not None and not typing.naming and not line.closing and line.path == typing.path
    )


def typed_line(line: JsonLine, typing: Typing, room: int, gutter: Pieces) -> Line:
    """A line of the resource whose value is being typed."""
    head = line.pieces[: 1 if not line.path or isinstance(line.path[-1], int) else 3]
    return _typed(head, typing, room, (ADDED if typing.adding else CHANGED, *gutter))


def new_line(typing: Typing, room: int) -> Line:
    """The line of a key or item that is not there yet."""
    depth = len(typing.path) + typing.naming
    head: Pieces = ((INDENT * depth, ""),)
    if not typing.naming and isinstance(typing.path[-1], str):
        name = printable(offered_text(typing.path[-1]))
        head = (*head, (name, "syntax-key"), (": ", "syntax-operator"))
    return _typed(head, typing, room, (ADDED, (" ", "")))


def _typed(head: Pieces, typing: Typing, room: int, gutter: Pieces) -> Line:
    used = sum(len(text) for text, _ in head) + sum(len(text) for text, _ in gutter)
    token = "error" if typing.wrong and typing.said else "syntax-key" if typing.naming else ""
    return Line((*head, *typing.line.pieces(max(10, room - used - 2), token)), gutter=gutter)
