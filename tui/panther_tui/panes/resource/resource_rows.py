"""Which rows a resource is shown in, folded as it is and with what is laid over it. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from panther_tui.panes.resource.reads import Ghost
from panther_tui.panes.resource.scratch_rows import Gone, TypingRow, gone_below
from panther_tui.panes.scratch.laid_over import ShownScratch
from panther_tui.views.json_lines import JsonLine, Path


def resource_rows(
    lines: Sequence[JsonLine],
    folded: AbstractSet[Path],
    ghosts: Mapping[Path, Sequence[Ghost]],
    scratch: ShownScratch | None,
) -> list[Hashable]:
    """The keys of the rows: places in `lines`, fields not found, and what only a scratch has."""
    rows: list[Hashable] = []
    place = 0
    while place < len(lines):
        found = lines[place]
        missing: Sequence[Hashable] = ghosts.get(found.path, ())
        last = found.closing or not found.end
        if last and scratch is not None:
            missing = (*_scratch_rows(scratch, lines, found.path), *missing)
        if found.closing:  # fields that were not found would be the last ones
            rows += missing
        rows.append(place)
        if not found.end and not found.closing:
            rows += missing
        place = found.end if found.end and found.path in folded else place + 1
    return rows


def has_path(lines: Sequence[JsonLine], path: Path) -> bool:
    """Whether a resource has this field."""
    return any(line.path == path for line in lines)


def row_of(keys: Sequence[Hashable], lines: Sequence[JsonLine], path: Path) -> int | None:
    """The row where this path, or what holds it, begins."""
    firsts = {
        lines[key].path: row
        for row, key in reversed(list(enumerate(keys)))
        if isinstance(key, int) and not lines[key].closing
    }
    firsts |= {
        key.path: row
        for row, key in enumerate(keys)
        if isinstance(key, Ghost | Gone) and key.path not in firsts
    }
    while path and path not in firsts:
        path = path[:-1]
    return firsts.get(path)


def _scratch_rows(scratch: ShownScratch, lines: Sequence[JsonLine], path: Path) -> list[Hashable]:
    """What a scratch shows at the end of a part: what it lost, and what is being added."""
    rows: list[Hashable] = [*gone_below(scratch.differences, path)]
    typing = scratch.typing
    if typing is not None and typing.adding:
        holder = typing.path if typing.naming else typing.path[:-1]
        there = not typing.naming and has_path(lines, typing.path)
        if holder == path and not there:
            rows.append(TypingRow())
    return rows
