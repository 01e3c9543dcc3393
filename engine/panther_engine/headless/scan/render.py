"""Tells what a scan found: failures only, by policy; or the counts alone, as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Literal

from panther_engine.headless.scan.changes import change_json, change_lines
from panther_engine.headless.scan.planning import Planned
from panther_engine.headless.scan.rolled_up import count_words
from panther_engine.headless.scan.scanning import Scanned
from panther_engine.model import SEVERITIES, Verdict
from panther_engine.report.text.paint import DOT, FAIL_MARK, PASS_MARK, WARN_MARK, Paint
from panther_engine.report.text.words import count_of
from panther_engine.scan.evaluating.plan import why_broken
from panther_engine.scan.store.compare import Change, Changed, changed
from panther_engine.scan.store.production import Production
from panther_engine.scan.store.rollups import Count, Finding, Group, counts, findings, total_of
from panther_engine.text.clean import clean_line

ScanFormat = Literal["text", "json"]
VERSION = 1
UNUSED = 5
"""Entries that are named that ignore nothing any more."""
ROWS = 20
"""Resources of a policy that are named in the text report."""


def render_scan(scanned: Scanned, form: ScanFormat, paint: Paint, rows: int = ROWS) -> str:
    """What a scan found; `rows` is how many resources of a policy are named, at most."""
    if form == "json":
        return _json(scanned)
    return "\n".join(_text(scanned, paint, rows)) + "\n"


def render_plan(planned: Planned, form: ScanFormat, paint: Paint) -> str:
    """What a scan would do, and what it would take."""
    judging = Counter(kind for one in planned.plan.policies for kind in one.types)
    if form == "json":
        document = {
            "version": VERSION,
            "resources": sum(planned.types.values()),
            "passed_over": planned.reading.passed_over,
            "evaluations": planned.plan.evaluations,
            "core_seconds": round(planned.measured, 3),
            "unmeasured_policies": planned.unmeasured,
            "workers": planned.places,
            "types": [
                {"type": kind, "resources": count, "policies": judging[kind]}
                for kind, count in planned.types.items()
            ],
        }
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    lines = [*_about_inventory(planned, paint)]
    for kind, count in planned.types.items():
        lines.append(f"  {clean_line(kind)}  {count:,} × {count_of(judging[kind], 'policy')}")
    lines += _costs(planned)
    lines.append(f"{planned.plan.evaluations:,} evaluations; nothing was run")
    return "\n".join(lines) + "\n"


def _costs(planned: Planned) -> Iterator[str]:
    """What former scans measured of these policies."""
    if planned.measured:
        seconds = planned.measured / planned.places
        yield (
            f"about {planned.measured:,.1f} core-seconds as the last scans measured them:"
            f" {seconds:,.1f} s with {count_of(planned.places, 'worker')}"
        )
    if planned.unmeasured:
        yield f"{count_of(planned.unmeasured, 'policy')} that no scan has measured yet"


def found_severities(scanned: Scanned) -> frozenset[str]:
    """The severities of policies that fail or err for a resource that nobody wants silent."""
    return frozenset(
        severity.name
        for severity in counts(scanned.store, scanned.number, Group.SEVERITY)
        if severity.heard > 0
    )


def at_least(severity: str) -> frozenset[str]:
    """This severity and all above it, as specs write them."""
    return frozenset(SEVERITIES[SEVERITIES.index(severity) :])


def _changes(scanned: Scanned) -> list[Changed]:
    if scanned.before is None:
        return []
    return list(changed(scanned.store, scanned.before, scanned.number))


def _json(scanned: Scanned) -> str:
    by_policy = counts(scanned.store, scanned.number, Group.POLICY)
    changes = _changes(scanned)
    moved = Counter(one.change for one in changes)
    total = total_of(by_policy)
    first = scanned.before is None
    document: dict[str, object] = {
        "version": VERSION,
        "id": str(scanned.number),
        "resources": sum(scanned.planned.types.values()),
        "passed_over": scanned.planned.reading.passed_over,
        "evaluations": {"PASS": total.passed, "FAIL": total.failed, "ERROR": total.erred},
        "suppressed": total.suppressed,
        "alerts": _alerts(scanned),
        "new": total.failed + total.erred if first else moved[Change.NEW],
        "resolved": moved[Change.RESOLVED],
        "policies": [
            {
                "id": one.name,
                "PASS": one.passed,
                "FAIL": one.failed,
                "ERROR": one.erred,
                "suppressed": one.suppressed,
                "ignored": one.ignored,
            }
            for one in sorted(by_policy, key=lambda one: one.name)
        ],
        "seconds": round(scanned.seconds, 3),
        "unverified": total.unverified,
        "gone": moved[Change.GONE],
        "ignored": total.ignored,
    }
    if scanned.production.rows:
        told = scanned.production
        document["production"] = {
            "same": told.alike,
            "differ": told.differing,
            "not_judged": told.unknown,
            "differences": [
                {
                    "policy": one.policy_id,
                    "resource": one.resource_id,
                    "production": one.there,
                    "here": one.here,
                }
                for one in told.named
            ],
        }
    if scanned.compared:
        document["since"] = None if first else str(scanned.before)
        document["changes"] = [change_json(one) for one in changes]
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _alerts(scanned: Scanned) -> int:
    """FAILs that are not suppressed and were none before: those that Panther would send."""
    (count,) = scanned.store.execute(
        "SELECT count(*) FROM finding WHERE last = :now AND first = :now AND verdict = 'FAIL'"
        " AND NOT suppressed AND NOT EXISTS (SELECT 1 FROM finding f"
        " WHERE f.policy = finding.policy AND f.resource = finding.resource"
        " AND f.last = :before AND f.verdict = 'FAIL')",
        {"now": scanned.number, "before": scanned.before or 0},
    ).fetchone()
    return int(count)


def _text(scanned: Scanned, paint: Paint, rows: int) -> Iterator[str]:
    by_policy = counts(scanned.store, scanned.number, Group.POLICY)
    severities = {one.policy.id: one.policy.severity for one in scanned.planned.plan.policies}
    moved = _changes(scanned)
    new = {(one.policy_id, one.resource_id) for one in moved if one.change is Change.NEW}
    for count in by_policy:
        if count.failed + count.erred + count.unverified:
            yield from _policy(scanned, count, severities.get(count.name, ""), new, paint, rows)
            yield ""
    yield from _about_inventory(scanned.planned, paint)
    for policy in scanned.planned.plan.broken:
        yield f"{paint.warn(WARN_MARK)} not evaluated: {clean_line(why_broken(policy))}"
    if scanned.planned.plan.disabled:
        disabled = count_of(len(scanned.planned.plan.disabled), "policy")
        yield paint.quiet(f"{disabled} not enabled and left out; --all evaluates them too")
    if scanned.not_kept:
        said = f"the inventory is not kept: {clean_line(scanned.not_kept)}"
        yield f"{paint.warn(WARN_MARK)} {said}"
    yield from _about_ignores(scanned, paint)
    yield from _production(scanned.production, paint, rows)
    yield from _compared(scanned, moved, paint)
    yield _summary(scanned, total_of(by_policy), paint)


def _policy(
    scanned: Scanned,
    count: Count,
    severity: str,
    new: set[tuple[str, str]],
    paint: Paint,
    rows: int,
) -> Iterator[str]:
    mark = paint.warn(WARN_MARK)
    if count.heard > 0:
        mark = paint.bad(FAIL_MARK)
    of = count.passed + count.failed + count.erred
    name = paint.strong(clean_line(count.name))
    yield f"{mark} {name}  {paint.quiet(severity)}  {count_words(count)} of {of:,}"
    found = findings(scanned.store, scanned.number, policy_id=count.name, limit=rows)
    shown = 0
    for shown, one in enumerate(found, 1):  # noqa: B007 (counted)
        yield from _row(one, (count.name, one.resource_id) in new, paint)
    more = count.failed + count.erred - shown
    if more > 0:
        yield paint.quiet(f"    … {more:,} more")


def _row(one: Finding, new: bool, paint: Paint) -> Iterator[str]:
    quiet = one.suppressed or one.ignored
    verdict = paint.quiet(one.verdict) if quiet else paint.bad(one.verdict)
    if one.verdict is Verdict.PASS:
        verdict = paint.warn(one.verdict)
    flags = [
        name
        for name, on in (
            ("new", new),
            ("suppressed", one.suppressed),
            (f"ignored: {clean_line(one.ignored)}", bool(one.ignored)),
            ("unverified", one.unverified),
            (f"mapped by {one.mapping}", bool(one.mapping)),
        )
        if on
    ]
    place = " ".join(
        part for part in (one.account, one.region) if part and part not in one.resource_id
    )
    line = f"    {verdict:<5} {clean_line(one.resource_id)}"
    if place:
        line += f"  {paint.quiet(clean_line(place))}"
    if flags:
        line += f"  {paint.warn(', '.join(flags))}"
    if one.error is not None:
        where = f"  {one.error.path}:{one.error.line}" if one.error.path else ""
        line += f"  {clean_line(f'{one.error.type}: {one.error.message}')}{paint.quiet(where)}"
    elif one.alert is not None:
        title = str(one.alert.get("title", ""))
        line += f"  {paint.quiet(clean_line(title))}" if title != one.policy_id else ""
    yield line
    if one.missing:
        yield paint.quiet(f"          needs {clean_line(', '.join(one.missing[:3]))}")


def _about_ignores(scanned: Scanned, paint: Paint) -> Iterator[str]:
    ignores = scanned.ignores
    for one in ignores.problems:
        hint = f"; {clean_line(one.hint)}" if one.hint else ""
        said = f"{clean_line(one.path)}:{one.line}: {clean_line(one.message)}{hint}"
        yield f"{paint.warn(WARN_MARK)} {said}"
    if not scanned.partial:
        judged = {one.policy.id for one in scanned.planned.plan.policies if one.resources}
        unused = list(ignores.unused(judged))
        for entry in unused[:UNUSED]:
            place = f"{clean_line(entry.path)}:{entry.line}"
            yield paint.quiet(f"nothing left to ignore: {clean_line(entry.shown)}  {place}")
        if len(unused) > UNUSED:
            more = count_of(len(unused) - UNUSED, "more entry")
            yield paint.quiet(f"nothing left to ignore: {more}")
    if scanned.added:
        yield f"{count_of(scanned.added, 'result')} added to the baseline"


def _about_inventory(planned: Planned, paint: Paint) -> Iterator[str]:
    reading = planned.reading
    for reason, count in reading.reasons.most_common(5):
        place = next(one for one in reading.places if one.reason == reason)
        where = f"{clean_line(place.path)}:{place.line}"
        yield f"{paint.warn(WARN_MARK)} passed over {count:,}: {clean_line(reason)}  {where}"
    if planned.repeated:
        yield paint.quiet(f"{planned.repeated:,} gave way to a newer document of the same resource")
    if planned.gone:
        yield paint.quiet(f"{planned.gone:,} are deleted, says the inventory")


def _production(told: Production, paint: Paint, rows: int) -> Iterator[str]:
    """What production says otherwise, by policy."""
    if not told.rows:
        return
    for one in told.named[:rows]:
        said = f"{one.there} there, {one.here} here"
        yield f"    {clean_line(one.policy_id)}  {clean_line(one.resource_id)}  {paint.warn(said)}"
    if told.differing > min(rows, len(told.named)):
        yield paint.quiet(f"    … {told.differing - min(rows, len(told.named)):,} more")
    unknown = f" {DOT} {told.unknown:,} not judged here" if told.unknown else ""
    yield f"production: {told.alike:,} the same {DOT} {told.differing:,} differ{unknown}"


def _compared(scanned: Scanned, moved: list[Changed], paint: Paint) -> Iterator[str]:
    if scanned.before is None:
        return
    by_change = Counter(one.change for one in moved)
    parts = [f"{count:,} {change}" for change, count in sorted(by_change.items())]
    told = f" {DOT} ".join(parts) or "nothing changed"
    if scanned.compared:
        yield from change_lines(moved, paint)
    yield f"since scan {scanned.before}: {told}"
    for why, count in Counter(one.why for one in moved).most_common():
        yield paint.quiet(f"    {count:,} by the {why}")


def _summary(scanned: Scanned, total: Count, paint: Paint) -> str:
    mark = paint.bad(FAIL_MARK) if total.heard > 0 else paint.good(PASS_MARK)
    judging = sum(bool(one.resources) for one in scanned.planned.plan.policies)
    policies = count_of(judging, "policy")
    resources = count_of(sum(scanned.planned.types.values()), "resource")
    rate = scanned.planned.plan.evaluations / max(scanned.seconds, 1e-3)
    seconds = f"{scanned.seconds:.1f} s, {rate:,.0f} a second"
    ignored = f" {DOT} {total.ignored:,} ignored" if total.ignored else ""
    return (
        f"{mark} scan {scanned.number}: {resources} by {policies}: {total.passed:,} PASS"
        f" {DOT} {total.failed:,} FAIL {DOT} {total.erred:,} ERROR"
        f" {DOT} {total.suppressed:,} suppressed{ignored}  {paint.quiet(seconds)}"
    )
