"""What an edit changes, as people read it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from panther_engine.text.clean import clean_text
from panther_engine.values.edits import FileChange

_CONTEXT = 3
_NOWHERE = "/dev/null"


def show_difference(path: str, before: bytes | None, after: bytes | None) -> str:
    """A unified difference with paths from the root; bytes that are no text are replaced.

    What is None is not there.
    """
    return "".join(f"{line}\n" for line in _difference(FileChange(path, before, after)))


@dataclass(frozen=True, slots=True)
class Difference:
    """What an edit of several files changes."""

    text: str
    """Unified."""
    changed: int
    """Lines that are added or removed."""


def show_changes(files: Iterable[FileChange], limit: int) -> Difference:
    """The differences of all files, one after the other; beyond `limit` lines they are counted."""
    lines: list[str] = []
    changed = 0
    for change in files:
        found = _difference(change)
        changed += sum(line.startswith(("+", "-")) for line in found[2:])  # after the names
        lines += found
    if len(lines) > limit:
        lines[limit:] = [f"… {len(lines) - limit} more lines"]
    return Difference("".join(f"{line}\n" for line in lines), changed)


def _difference(change: FileChange) -> list[str]:
    old, new = _lines(change.before), _lines(change.after)
    same = _same_at_start(old, new)
    left = max(0, same - _CONTEXT)
    back = _same_at_start(old[same:][::-1], new[same:][::-1])
    cut = max(0, back - _CONTEXT)
    lines = difflib.unified_diff(
        old[left : len(old) - cut],
        new[left : len(new) - cut],
        _NOWHERE if change.before is None else f"a/{change.path}",
        _NOWHERE if change.after is None else f"b/{change.path}",
        lineterm="",
        n=_CONTEXT,
    )
    return [_moved(line, left) if line.startswith("@@ ") else line for line in lines]


def _lines(content: bytes | None) -> list[str]:
    text = (content or b"").decode("utf-8", "replace").replace("\r\n", "\n")
    return clean_text(text).splitlines()


def _same_at_start(one: Sequence[str], other: Sequence[str]) -> int:
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _moved(head: str, lines: int) -> str:
    """The head of a hunk of texts whose first lines were left out."""
    _, old, new, _ = head.split(" ", 3)

    def move(span: str) -> str:
        sign, start, *length = span[0], *span[1:].split(",")
        return ",".join([f"{sign}{int(start) + lines}", *length])

    return f"@@ {move(old)} {move(new)} @@"
