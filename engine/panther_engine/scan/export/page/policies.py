"""The page's policies: each that does not pass everything, with some of its resources."""

from __future__ import annotations

from collections.abc import Iterator

from panther_engine.model import SEVERITIES, Policy, Verdict
from panther_engine.scan.export.exported import Exported
from panther_engine.scan.export.page.parts import badge, bar, link, plain, severity_badge, told
from panther_engine.scan.store.rollups import Count, Finding, Group

ROWS = 20
"""Resources of a policy that are named."""
ALL_ROWS = 1_000
"""Resources of all policies together that are named."""
LONGEST_TOLD = 1_000
"""Characters of a description or a runbook."""
POLICIES = 500
"""Policies that are told one by one."""


def policy_sections(exported: Exported) -> Iterator[str]:
    """The policies that fail, err or lean on what is not there, the most severe first."""
    counts = exported.counts(Group.POLICY)
    bad = [one for one in counts if one.failed + one.erred + one.unverified]
    severities = exported.severities()
    bad.sort(key=lambda one: _rank(severities.get(one.name, "")))
    left = ALL_ROWS
    if bad:
        yield "<h2>Policies</h2>\n"
    for count in bad[:POLICIES]:
        found = list(exported.findings(count.name, limit=min(ROWS, left), worst_first=True))
        left -= len(found)
        policy = exported.checkout.policy_of(count.name, severities.get(count.name, ""))
        yield from _section(count, policy, found, exported.number)
    if more := bad[POLICIES:]:
        total = sum(one.failed + one.erred for one in more)
        yield f'<p class="soft">… and {len(more):,} policies more, with {total:,} resources</p>\n'
    yield from _passing([one for one in counts if not one.failed + one.erred + one.unverified])


def _rank(severity: str) -> int:
    return -SEVERITIES.index(severity) if severity in SEVERITIES else 1


def _section(count: Count, policy: Policy, found: list[Finding], scan: int) -> Iterator[str]:
    title = plain(policy.display_name or count.name)
    shown = f'<span class="id">{plain(count.name)}</span>' if policy.display_name else ""
    yield '<details class="card"><summary>'
    yield f"<span>{severity_badge(policy.severity)}</span>"
    yield f'<span class="title"><span>{title}</span>{shown}</span>'
    yield f'<span class="n">{_numbers(count)}</span>{bar(count)}</summary>\n'
    yield '<div class="inside">'
    if policy.description:
        yield f'<p class="told">{told(policy.description, LONGEST_TOLD)}</p>'
    if policy.runbook:
        yield f'<p class="soft told">Runbook: {told(policy.runbook, LONGEST_TOLD)}</p>'
    if policy.reference:
        yield f'<p class="soft">{link(policy.reference)}</p>'
    if found:
        yield "<table>\n"
        yield from (_row(one, scan) for one in found)
        yield "</table>"
    hidden = count.failed + count.erred - sum(one.verdict is not Verdict.PASS for one in found)
    if hidden > 0:
        yield f'<p class="soft">{hidden:,} more are not on this page; `--export` writes all</p>'
    yield "</div></details>\n"


def _numbers(count: Count) -> str:
    parts = (
        (count.failed, "fail", "t-fail"),
        (count.erred, "err", "t-error"),
        (count.suppressed, "suppressed", "t-quiet"),
        (count.ignored, "ignored", "t-quiet"),
        (count.unverified, "unverified", "t-quiet"),
    )
    return " ".join(badge(f"{number:,} {word}", kind) for number, word, kind in parts if number)


def _row(found: Finding, scan: int) -> str:
    kind = {Verdict.FAIL: "t-fail", Verdict.ERROR: "t-error"}.get(found.verdict, "t-quiet")
    if found.suppressed or found.ignored:
        kind = "t-quiet"
    flags = (
        ("new", found.since == scan and scan > 1),
        ("suppressed", found.suppressed),
        (f"ignored: {found.ignored}", bool(found.ignored)),
        ("unverified", found.unverified),
        (f"mapped by {found.mapping}", bool(found.mapping)),
    )
    marks = " ".join(badge(name) for name, on in flags if on)
    where = " ".join(one for one in (found.account, found.region) if one)
    return (
        f"<tr><td>{badge(found.verdict.value, kind)}</td>"
        f'<td><span class="id">{plain(found.resource_id)}</span> {marks}{_said(found)}</td>'
        f'<td class="soft n">{plain(where)}</td></tr>\n'
    )


def _said(found: Finding) -> str:
    title = (found.alert or {}).get("title")
    said = title if isinstance(title, str) and title != found.policy_id else ""
    if found.error is not None:
        place = f"  {found.error.path}:{found.error.line}" if found.error.path else ""
        said = f"{found.error.type}: {found.error.message}{place}"
    if found.missing:
        said = f"{said} needs {', '.join(found.missing[:3])}".strip()
    return f'<br><span class="soft">{plain(said)}</span>' if said else ""


def _passing(counts: list[Count]) -> Iterator[str]:
    judging = sorted((one for one in counts if one.passed), key=lambda one: one.name)
    if not judging:
        return
    yield '<h2>Passed by all resources</h2>\n<div class="card passing">'
    for one in judging[:POLICIES]:
        yield f"<span>{plain(one.name)} <b>{one.passed:,}</b></span>\n"
    if more := judging[POLICIES:]:
        yield f"<span>… and {len(more):,} more</span>"
    yield "</div>\n"
