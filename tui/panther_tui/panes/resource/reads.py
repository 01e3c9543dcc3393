"""Which fields of a resource the policy looked at, for the lines that show them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from panther_engine.events import Explained
from panther_engine.values.insight import ReadKind
from panther_tui.terminal.safe_text import printable
from panther_tui.views.json_lines import INDENT, JsonLine, Path
from panther_tui.views.line import Line, Pieces

READ, LAST, WHOLE, GHOST = "•", "◆", "◦", "◌"
GHOSTS_LIMIT = 40
"""Fields that were not found and are shown."""


@dataclass(frozen=True, slots=True)
class Ghost:
    """The key of a row for a field that the policy looked for and did not find."""

    path: Path


@dataclass(frozen=True, slots=True)
class Reads:
    """What the observed run looked at. Lines are those of the body, as they read it first."""

    lines: Mapping[Path, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    whole: frozenset[Path] = frozenset()
    missing: tuple[Path, ...] = ()
    last: Path = ()
    """The last one before the verdict; empty if there is none."""

    @classmethod
    def of(cls, explained: Explained | None) -> Reads:
        """Those of a run; none if nothing is known of it."""
        if explained is None or not explained.insight.same_as_plain:
            return NO_READS
        reads = explained.insight.reads
        return cls(
            {read.field: read.lines for read in reads},
            frozenset(read.field for read in reads if read.kind is ReadKind.WHOLE),
            tuple(read.field for read in reads if read.kind is ReadKind.MISSING)[:GHOSTS_LIMIT],
            explained.insight.last_read or (),
        )

    def gutter(self, line: JsonLine) -> Pieces:
        """The mark before a line of the resource."""
        if line.closing or line.path not in self.lines:
            return ((" ", ""),)
        if line.path == self.last and self.last:
            return ((LAST, "key bold"),)
        return ((WHOLE if line.path in self.whole else READ, "key"),)

    def fields_at(self, number: int) -> list[Path]:
        """The fields that a line of the body read, in the order of their first reading."""
        return [path for path, lines in self.lines.items() if number in lines and path]


NO_READS = Reads()


def ghosts_below(reads: Reads, lines: Iterable[JsonLine]) -> dict[Path, list[Ghost]]:
    """Fields that were not found, by the nearest part of the resource that is there."""
    present = {line.path for line in lines}
    found: dict[Path, list[Ghost]] = {}
    for path in reads.missing:
        above = path[:-1]
        while above and above not in present:
            above = above[:-1]
        if path not in present:
            found.setdefault(above, []).append(Ghost(path))
    return found


def ghost_line(ghost: Ghost, above: Path, reads: Reads) -> Line:
    """A field where it would be."""
    name = ".".join(str(step) for step in ghost.path[len(above) :])
    mark = LAST if ghost.path == reads.last else GHOST
    text: Pieces = (
        (INDENT * (len(above) + 1), ""),
        (printable(name, 120), "syntax-key italic"),
        ("  looked for, not there", "faint italic"),
    )
    return Line(text, gutter=((mark, "key bold" if mark == LAST else "faint"),))
