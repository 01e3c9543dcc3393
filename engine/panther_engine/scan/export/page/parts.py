"""Pieces of the page: text that cannot be markup, bars, badges and tables of counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from panther_engine.scan.store.rollups import Count
from panther_engine.text.clean import clean_line, clean_text

LONGEST = 300
"""Characters of a text; what is longer is cut."""
GROUPS = 12
"""Lines of a table of counts."""
WIDTH = 1000
"""Of a bar, in units of its own."""
LEAST = 8
"""Units that anything takes that is there at all."""
SEVERITIES = ("critical", "high", "medium", "low", "info")


def plain(text: str, longest: int = LONGEST) -> str:
    """Somebody's text: no markup, no control character, and no longer than a page bears."""
    line = clean_line(text)
    return escape(line if len(line) <= longest else f"{line[: longest - 1]}…")


def told(text: str, longest: int) -> str:
    """The same of a text that may have line breaks."""
    lines = clean_text(text).strip()
    return escape(lines if len(lines) <= longest else f"{lines[: longest - 1]}…")


def link(address: str) -> str:
    """A link, if the address is one of the web; else its text."""
    shown = plain(address)
    if not address.startswith("https://") or shown != escape(address):
        return shown
    return f'<a href="{shown}" rel="noreferrer noopener">{shown}</a>'


def badge(text: str, kind: str = "") -> str:
    """A word in a frame; `kind` is a class of the style sheet."""
    return f'<span class="badge {kind}">{plain(text)}</span>'


def severity_badge(severity: str) -> str:
    """The badge of a policy's severity."""
    kind = f"s-{severity.lower()}" if severity.lower() in SEVERITIES else ""
    return badge(severity or "none", kind)


def bar(count: Count) -> str:
    """How much errs, fails, is suppressed and passes, as one bar."""
    parts = (
        ("error", count.erred),
        ("fail", count.failed),
        ("pass", count.passed),
    )
    numbers = f"{count.erred:,} err, {count.failed:,} fail, {count.passed:,} pass"
    total = sum(number for _, number in parts)
    begin, drawn = 0.0, []
    room = WIDTH - LEAST * sum(bool(number) for _, number in parts)
    for kind, number in parts:
        if number:
            width = LEAST + room * number / total
            drawn.append(f'<rect class="{kind}" x="{begin:.1f}" width="{width:.1f}" height="8"/>')
            begin += width
    return (
        f'<svg class="bar" viewBox="0 0 {WIDTH} 8" preserveAspectRatio="none" role="img"'
        f' aria-label="{numbers}">{"".join(drawn)}</svg>'
    )


def counts_table(title: str, counts: Sequence[Count], names: Iterable[str]) -> Iterator[str]:
    """A card with a line for each group; `names` are the groups' as markup."""
    yield f'<section class="card"><h2>{plain(title)}</h2><table>'
    yield '<tr><th></th><th class="n">fail</th><th class="n">err</th><th class="n">of</th>'
    yield '<th class="bar-cell"></th></tr>\n'
    for count, name in zip(counts[:GROUPS], names, strict=False):
        of = count.passed + count.failed + count.erred
        yield (
            f'<tr><td class="name">{name}</td><td class="n">{count.failed:,}</td>'
            f'<td class="n">{count.erred:,}</td><td class="n soft">{of:,}</td>'
            f'<td class="bar-cell">{bar(count)}</td></tr>\n'
        )
    yield "</table>"
    if more := counts[GROUPS:]:
        left = sum(one.failed + one.erred for one in more)
        yield f'<p class="soft">… and {len(more):,} more, with {left:,} that fail or err</p>'
    yield "</section>\n"
