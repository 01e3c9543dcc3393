"""The whole page: what was scanned, the counts by severity, account, type and cause, the policies.

Whoever opens it loads nothing and runs nothing: its content security policy lets only its own style
sheet in, and all that came from an inventory or a checkout is text. However much was found, it
names some resources of each policy and counts the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

import panther_engine
from panther_engine.model import SEVERITIES
from panther_engine.report.text.words import count_of
from panther_engine.scan.export.exported import Exported
from panther_engine.scan.export.page.parts import (
    GROUPS,
    bar,
    counts_table,
    plain,
    severity_badge,
)
from panther_engine.scan.export.page.policies import policy_sections
from panther_engine.scan.export.page.style import POLICY, STYLE
from panther_engine.scan.store.rollups import (
    Count,
    Group,
    Scan,
    causes,
    total_of,
    worst_resources,
)


def html_page(exported: Exported) -> Iterator[str]:
    """The page, piece by piece."""
    scan = exported.scan
    name = exported.checkout.name
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{plain(name)}: scan {scan.number}</title>\n<style>{STYLE}</style></head>\n"
        f"<body><main>\n<h1>{plain(name)}</h1>\n"
    )
    severities = exported.counts(Group.SEVERITY)
    total = total_of(severities)
    yield from _head(scan, total, len(exported.counts(Group.POLICY)))
    yield from _tiles(total)
    yield from _groups(exported, severities)
    yield from policy_sections(exported)
    yield from _causes(exported)
    yield (
        f"<footer>Made by panther-tui {plain(panther_engine.__version__)}. It names resources of"
        " yours: share it with care.</footer>\n</main></body></html>\n"
    )


def _head(scan: Scan, total: Count, policies: int) -> Iterator[str]:
    evaluations = total.passed + total.failed + total.erred
    when = scan.started.replace("T", " ").removesuffix("Z")
    resources, judging = count_of(scan.resources, "resource"), count_of(policies, "policy")
    yield (
        f'<p class="soft">Scan {scan.number} · {plain(when)} UTC · {resources} by {judging}:'
        f" {evaluations:,} evaluations in {scan.seconds:,.1f} s</p>\n"
    )
    if scan.scope:
        yield f'<p class="soft">Only {plain(scan.scope)}</p>\n'
    if scan.passed_over:
        yield f'<p class="soft">{scan.passed_over:,} of the inventory were passed over</p>\n'


def _tiles(total: Count) -> Iterator[str]:
    of = total.passed + total.failed + total.erred
    tiles = (
        ("t-fail", total.failed, "fail"),
        ("t-error", total.erred, "err"),
        ("t-pass", total.passed, f"pass, {100 * total.passed / max(of, 1):.1f} %"),
        ("t-quiet", total.suppressed, "suppressed"),
        ("t-quiet", total.ignored, "ignored"),
        ("t-quiet", total.unverified, "unverified"),
    )
    yield '<div class="tiles">'
    for kind, number, word in tiles:
        yield f'<div class="card tile {kind}"><b>{number:,}</b><span>{plain(word)}</span></div>\n'
    yield f'</div><div class="whole">{bar(total)}</div>\n'


def _groups(exported: Exported, severities: list[Count]) -> Iterator[str]:
    ranks = {name: place for place, name in enumerate(reversed(SEVERITIES))}
    severities.sort(key=lambda one: ranks.get(one.name, len(ranks)))
    accounts = exported.counts(Group.ACCOUNT)
    types = exported.counts(Group.TYPE)
    yield '<div class="groups">\n'
    yield from counts_table(
        "By severity", severities, (severity_badge(one.name) for one in severities)
    )
    yield from counts_table("By account", accounts, _names(accounts))
    regions = exported.counts(Group.REGION)
    yield from counts_table("By region", regions, _names(regions))
    yield from counts_table("By resource type", types, _names(types))
    worst = worst_resources(exported.store, exported.number)
    if worst:
        yield from counts_table("Worst resources", worst, _names(worst))
    yield "</div>\n"


def _names(counts: list[Count]) -> list[str]:
    return [f'<span class="id">{plain(one.name) or "none"}</span>' for one in counts[:GROUPS]]


def _causes(exported: Exported) -> Iterator[str]:
    found = causes(exported.store, exported.number)
    if not found:
        return
    yield '<h2>Why policies err</h2>\n<div class="card passing"><table>\n'
    for failure, number in found[:GROUPS]:
        place = f"{failure.path}:{failure.line}" if failure.path else ""
        yield (
            f'<tr><td class="n">{number:,}</td><td class="name">'
            f"{plain(f'{failure.type}: {failure.message}')}</td>"
            f'<td class="id soft">{plain(place)}</td></tr>\n'
        )
    yield "</table>"
    if more := found[GROUPS:]:
        total = sum(number for _, number in more)
        yield f'<p class="soft">… and {len(more):,} causes more, of {total:,} errors</p>'
    yield "</div>\n"
