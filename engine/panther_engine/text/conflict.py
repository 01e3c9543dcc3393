"""Finds the conflict markers that a merge leaves in a file."""

from __future__ import annotations

_OURS, _BASE, _MIDDLE, _THEIRS = "<<<<<<<", "|||||||", "=======", ">>>>>>>"

CONFLICT_HINT = "settle the conflict: keep what is right of both sides, and delete these lines"


def conflict_lines(content: bytes) -> tuple[int, ...]:
    """The lines (1-based) that hold conflict markers, in file order; empty if there is none.

    An indented one counts, for an editor may have moved it; a line of equals signs only beside
    another marker.
    """
    found: list[tuple[int, str]] = []
    for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), 1):
        mark, _, label = line.strip().partition(" ")
        if mark in (_OURS, _BASE, _THEIRS) or (mark == _MIDDLE and not label):
            found.append((number, mark))
    if not any(mark in (_OURS, _THEIRS) for _, mark in found):
        return ()
    return tuple(number for number, _ in found)


def say_conflict(lines: tuple[int, ...]) -> str:
    """`conflict markers at lines 3, 5 and 9`; a long list is cut."""
    numbers = [str(line) for line in lines[:6]]
    if len(lines) > 6:
        numbers.append("more")
    if len(numbers) == 1:
        return f"a conflict marker at line {numbers[0]}"
    return f"conflict markers at lines {', '.join(numbers[:-1])} and {numbers[-1]}"
