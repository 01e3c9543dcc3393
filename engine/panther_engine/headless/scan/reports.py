"""Tells which sections of frameworks are covered, by which policies, and what scans say of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from panther_engine.headless.remembered.last_failed import failed_file, load_failed
from panther_engine.model import Diagnostic, JsonValue, Verdict
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import load_pat_settings
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.repository.walk.discover import find_root
from panther_engine.reading.selection.targets import SelectionError
from panther_engine.reading.spec.document import load_document
from panther_engine.reading.storage.read_regular import LARGEST, read_regular
from panther_engine.report.text.paint import DOT, FAIL_MARK, PASS_MARK, WARN_MARK, Paint
from panther_engine.report.text.words import count_of
from panther_engine.scan.frameworks.coverage import (
    Cover,
    Covering,
    Detection,
    Framework,
    Section,
    frameworks,
)
from panther_engine.scan.frameworks.lists import load_lists
from panther_engine.scan.store.rollups import Count, Group, Scan, counts, scans
from panther_engine.scan.store.schema import open_store, store_file
from panther_engine.text.clean import clean_line
from panther_engine.text.suggest import nearest_names

ReportsFormat = Literal["text", "json"]
ID_KEYS = ("RuleID", "QueryName", "PolicyID")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is covered in a checkout."""

    frameworks: tuple[Framework, ...]
    scan: Scan | None
    """The last scan that is kept."""
    problems: tuple[Diagnostic, ...]
    """Of the lists of sections."""


def find_coverage(here: Path, names: Iterable[str] = ()) -> Coverage:
    """The reports of the checkout that holds `here`; of all, or of those with these names.

    Raises SelectionError for a name that no report has, StoreError, OSError.
    """
    root = find_root(here)
    repository = load_repository(root, settings=load_pat_settings(root))
    lists, problems = load_lists(root)
    failed = load_failed(failed_file(str(root)), lambda sentence: None)
    failing = {spec: len(tests) for spec, tests in failed.items()}
    last, scanned = _last_scan(root)
    found = frameworks(repository.policies.values(), _others(repository), lists, failing, scanned)
    wanted = {name.casefold() for name in names}
    for name in names:
        if name.casefold() not in {one.name.casefold() for one in found}:
            near = nearest_names(name, [one.name for one in found])
            raise SelectionError(f"no detection names a report `{name}`{near}")
    kept = tuple(one for one in found if not wanted or one.name.casefold() in wanted)
    return Coverage(kept, last, tuple(problems))


def render_coverage(coverage: Coverage, form: ReportsFormat, paint: Paint, verbose: bool) -> str:
    """As text or JSON; text names policies only if it is to be verbose."""
    if form == "json":
        return _json(coverage)
    return "".join(f"{line}\n" for line in _text(coverage, paint, verbose))


def _last_scan(root: Path) -> tuple[Scan | None, dict[str, Count]]:
    file = store_file(root)
    if not file.exists():
        return None, {}
    store = open_store(file)
    try:
        last = next((one for one in scans(store) if one.state == "complete"), None)
        found = [] if last is None else counts(store, last.number, Group.POLICY)
    finally:
        store.close()
    return last, {one.name: one for one in found}


def _others(repository: Repository) -> Iterator[Detection]:
    """Rules, queries and the like that name reports."""
    for spec in repository.others:
        content = read_regular(repository.root / spec, LARGEST)
        if b"Reports" not in content:
            continue
        document = load_document(content, spec)
        facts = None if isinstance(document, Diagnostic) else document.data
        if isinstance(facts, dict) and isinstance(reports := facts.get("Reports"), dict):
            name = next((facts[key] for key in ID_KEYS if key in facts), spec)
            yield Detection(
                str(name),
                spec,
                str(facts.get("AnalysisType", "")),
                facts.get("Enabled") is True,
                tuple((str(report), _sections(found)) for report, found in reports.items()),
            )


def _sections(found: JsonValue) -> tuple[str, ...]:
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _text(coverage: Coverage, paint: Paint, verbose: bool) -> Iterator[str]:
    for problem in coverage.problems:
        yield f"{paint.warn(WARN_MARK)} {problem.path}:{problem.line}: {problem.message}"
    if not coverage.frameworks:
        yield "no detection of this checkout names a report"
        return
    for framework in coverage.frameworks:
        yield from _framework(framework, paint, verbose)
        yield ""
    if coverage.scan is None:
        yield paint.quiet("no scan is kept: `panther-tui scan INVENTORY` makes one")
    else:
        scan = coverage.scan
        resources = count_of(scan.resources, "resource")
        yield paint.quiet(f"of scan {scan.number}, {scan.started}, {resources}")


def _framework(framework: Framework, paint: Paint, verbose: bool) -> Iterator[str]:
    by_cover = {cover: framework.of(cover) for cover in Cover}
    told = f" {DOT} ".join(f"{len(found)} {cover}" for cover, found in by_cover.items() if found)
    source = f"  {paint.quiet(f'list: {clean_line(framework.listed)}')}" if framework.listed else ""
    yield f"{paint.strong(clean_line(framework.name))}  {told}{source}"
    width = max(len(clean_line(one.id)) for one in framework.sections)
    for section in framework.sections:
        if section.policies:
            yield _section(section, width, paint)
            if verbose:
                for one in section.policies:
                    yield _policy(one, width, paint)
    for cover, off in ((Cover.ELSEWHERE, ""), (Cover.OFF, " and off")):
        found = [one for one in framework.of(cover) if not one.policies]
        if found:
            yield paint.quiet(
                f"    only by detections that are no policies{off}: {_together(found)}"
            )
    if uncovered := framework.of(Cover.UNCOVERED):
        yield f"  {paint.warn(WARN_MARK)} by nothing: {_together(uncovered)}"


def _together(sections: Iterable[Section]) -> str:
    """Their identifiers; what stands before a colon in several is said once."""
    by_head: dict[str, list[str]] = {}
    for section in sections:
        head, colon, rest = clean_line(section.id).partition(":")
        by_head.setdefault(head + colon if rest else "", []).append(rest or head)
    return f" {DOT} ".join(
        f"{head} {', '.join(ids)}" if head else ", ".join(ids) for head, ids in by_head.items()
    )


def _section(section: Section, width: int, paint: Paint) -> str:
    mark = {
        None: " ",
        Verdict.PASS: paint.good(PASS_MARK),
        Verdict.FAIL: paint.bad(FAIL_MARK),
        Verdict.ERROR: paint.bad(FAIL_MARK),
    }[section.verdict]
    enabled = sum(one.policy.enabled for one in section.policies)
    policies = count_of(len(section.policies), "policy")
    off = len(section.policies) - enabled
    parts = [
        policies + (f" ({off} off)" if off else ""),
        count_of(section.tests, "test"),
        *_failing(sum(one.failing for one in section.policies)),
        *_scanned(section.scanned),
    ]
    others = len(section.others)
    parts += [count_of(others, "other detection")] if others else []
    parts += ["not in the list"] if not section.listed else []
    return f"  {mark} {clean_line(section.id):<{width}}  {f' {DOT} '.join(parts)}"


def _policy(one: Covering, width: int, paint: Paint) -> str:
    state = [] if one.policy.enabled else ["off"]
    parts = [
        *state,
        count_of(len(one.policy.tests), "test"),
        *_failing(one.failing),
        *_scanned(one.scanned),
    ]
    name = f"{clean_line(one.policy.id)}  {clean_line(one.policy.severity)}"
    return paint.quiet(f"    {'':<{width}}  {name}  {f' {DOT} '.join(parts)}")


def _failing(count: int) -> list[str]:
    return [f"{count_of(count, 'test')} failed last"] if count else []


def _scanned(count: Count | None) -> list[str]:
    if count is None:
        return []
    judged = count.passed + count.failed + count.erred
    words = (
        (count.failed, "fail"),
        (count.erred, "err"),
        (count.suppressed, "suppressed"),
        (count.ignored, "ignored"),
        (count.unverified, "unverified"),
    )
    told = ", ".join(f"{number:,} {word}" for number, word in words if number) or "all pass"
    return [f"{told} of {judged:,}"]


def _json(coverage: Coverage) -> str:
    document = {
        "version": 1,
        "scan": None if coverage.scan is None else str(coverage.scan.number),
        "reports": [
            {
                "name": one.name,
                "list": one.listed or None,
                "sections": [_section_json(section) for section in one.sections],
                "uncovered": [section.id for section in one.of(Cover.UNCOVERED)],
            }
            for one in coverage.frameworks
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _section_json(section: Section) -> Mapping[str, object]:
    return {
        "id": section.id,
        "cover": section.cover,
        "listed": section.listed,
        "tests": section.tests,
        "verdict": section.verdict,
        "scan": _count_json(section.scanned),
        "policies": [
            {
                "id": one.policy.id,
                "spec": one.policy.spec,
                "enabled": one.policy.enabled,
                "severity": one.policy.severity,
                "tests": len(one.policy.tests),
                "failed_last": one.failing,
                "scan": _count_json(one.scanned),
            }
            for one in section.policies
        ],
        "others": [
            {"id": one.id, "spec": one.spec, "type": one.kind, "enabled": one.enabled}
            for one in section.others
        ],
    }


def _count_json(count: Count | None) -> Mapping[str, int] | None:
    if count is None:
        return None
    return {
        "PASS": count.passed,
        "FAIL": count.failed,
        "ERROR": count.erred,
        "suppressed": count.suppressed,
        "ignored": count.ignored,
        "unverified": count.unverified,
    }
