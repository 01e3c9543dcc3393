"""Tells what goes to Panther, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from panther_engine.authoring.packing.pack import Pack
from panther_engine.model import Diagnostic, Level
from panther_engine.report.text.paint import DOT, FAIL_MARK, WARN_MARK, Paint
from panther_engine.report.text.words import count_of
from panther_engine.text.clean import clean_line

NAMED = 20
"""Findings that are named; the rest is counted."""


def render_pack(pack: Pack, refusals: Sequence[Diagnostic], size: int, paint: Paint) -> str:
    """What goes, what does not and why, and what a server would make of it."""
    return "".join(f"{line}\n" for line in _lines(pack, refusals, size, paint))


def _lines(pack: Pack, refusals: Sequence[Diagnostic], size: int, paint: Paint) -> Iterator[str]:
    yield from _findings(pack.problems, paint)
    yield from _findings([one for one in refusals if one.severity is not Level.INFO], paint)
    for said, count in Counter(
        one.message for one in refusals if one.severity is Level.INFO
    ).items():
        yield paint.quiet(f"{count_of(count, 'policy')}: {said}")
    for reason, count in sorted(pack.left_out.items()):
        yield paint.quiet(f"{count_of(count, 'spec')} left out: {reason}")
    kinds = Counter(item.kind for item in pack.items)
    told = f" {DOT} ".join(f"{count:,} {clean_line(kind)}" for kind, count in sorted(kinds.items()))
    files = count_of(len(pack.contents), "file")
    yield f"{told or 'nothing'}  {paint.quiet(f'{files}, {size / 1e6:,.1f} MB as a zip')}"


def _findings(found: Sequence[Diagnostic], paint: Paint) -> Iterator[str]:
    for one in found[:NAMED]:
        mark = paint.bad(FAIL_MARK) if one.severity is Level.ERROR else paint.warn(WARN_MARK)
        place = f"{clean_line(one.path)}:{one.line}: " if one.path else ""
        hint = f"; {clean_line(one.hint)}" if one.hint else ""
        yield f"{mark} {place}{clean_line(one.message)}{hint}"
    if len(found) > NAMED:
        yield paint.quiet(f"… and {len(found) - NAMED:,} more")
