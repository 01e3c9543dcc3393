"""Turns a spec's mapping into a policy or a global."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import inf

from panther_engine.model import Global, JsonValue, Level, Policy, TestCase
from panther_engine.reading.check.extras import check_extra_keys
from panther_engine.reading.check.filename import check_body_path
from panther_engine.reading.check.findings import Findings
from panther_engine.reading.check.keys import check_keys
from panther_engine.reading.check.table import GLOBAL_KEYS, POLICY_KEYS, RENAMED, UNIQUE_KEYS, Key
from panther_engine.reading.check.tests import check_tests
from panther_engine.reading.check.values import check_value
from panther_engine.text.one_line import shorten

VALUES_LIMIT = 1_000_000
"""Values that a resource may have with its aliases written out."""


def check_policy(
    findings: Findings,
    data: Mapping[JsonValue, JsonValue],
    body_exists: Callable[[str], bool],
    lenient: bool,
) -> Policy:
    """The policy that a mapping declares, with all that is wrong with it."""
    check_keys(findings, (), data, POLICY_KEYS, RENAMED, "a policy", lenient)
    if lenient:
        check_extra_keys(findings, data)
    right = _check_values(findings, data, POLICY_KEYS)
    body = check_body_path(findings, data, body_exists) if "Filename" in right else ""
    tests: tuple[TestCase, ...] = ()
    if "Tests" in right:
        entries = right["Tests"]
        assert isinstance(entries, list)
        tests = check_tests(findings, entries, lenient)
        tests = _check_sharing(findings, tests)
    _warn_of_repeated_keys(findings)
    return Policy(
        spec=findings.path,
        body=body,
        id=_text(data, "PolicyID"),
        display_name=_text(right, "DisplayName"),
        enabled=bool(right.get("Enabled", True)),
        severity=_text(right, "Severity"),
        resource_types=_texts(right, "ResourceTypes"),
        tags=_texts(right, "Tags"),
        reports=_reports(right),
        description=_text(right, "Description"),
        runbook=_text(right, "Runbook"),
        reference=_text(right, "Reference"),
        output_ids=_texts(right, "OutputIds"),
        suppressions=_texts(right, "Suppressions"),
        status=_text(right, "Status"),
        tests=tests,
        diagnostics=findings.sorted(),
    )


def check_global(
    findings: Findings, data: Mapping[JsonValue, JsonValue], body_exists: Callable[[str], bool]
) -> Global:
    """The global that a mapping declares, with all that is wrong with it."""
    check_keys(findings, (), data, GLOBAL_KEYS, {"FileName": "Filename"}, "a global")
    right = _check_values(findings, data, GLOBAL_KEYS)
    body = check_body_path(findings, data, body_exists) if "Filename" in right else ""
    _warn_of_repeated_keys(findings)
    return Global(_text(data, "GlobalID"), findings.path, body, findings.sorted())


def _check_values(
    findings: Findings, data: Mapping[JsonValue, JsonValue], table: Mapping[str, Key]
) -> dict[JsonValue, JsonValue]:
    """The keys whose values are right; reports all others."""
    right: dict[JsonValue, JsonValue] = {
        name: data[name]
        for name, key in table.items()
        if name in data and check_value(findings, (name,), key.shape, data[name])
    }
    for name in UNIQUE_KEYS:
        values = right.get(name)
        if isinstance(values, list):
            _check_unique(findings, name, values)
    return right


def _check_unique(findings: Findings, name: str, values: list[str]) -> None:
    """PAT 1.11.1: validation.contains_invalid_field_set."""
    first: dict[str, int] = {}
    for index, value in enumerate(values):
        folded = value.lower() if name == "Tags" else value
        earlier = first.setdefault(folded, index)
        if earlier != index:
            same = "" if values[earlier] == value else f' as "{shorten(values[earlier])}"'
            findings.at_value(
                (name, index),
                "repeated-value",
                f'"{shorten(value)}" is in `{name}` twice{same}',
                "remove one of them",
            )


def _check_sharing(findings: Findings, tests: tuple[TestCase, ...]) -> tuple[TestCase, ...]:
    """The tests without resources that aliases make endless or huge: nothing could look at them."""
    if not findings.document.may_share:
        return tests
    sizes: dict[int, float] = {}
    safe = []
    for index, test in enumerate(tests):
        size = _expanded(test.resource, sizes)
        place = ("Tests", index, "Resource")
        if size == inf:
            findings.at_value(
                place,
                "resource-holds-itself",
                "an alias puts the resource, or a part of it, into itself",
                "write the value out instead of the alias",
            )
        elif size > VALUES_LIMIT:
            findings.at_value(
                place,
                "resource-too-large",
                f"aliases make the resource {size:,.0f} values large,"
                f" more than {VALUES_LIMIT:,} are not tested",
                "write the resource out with what the policy reads",
            )
        else:
            safe.append(test)
            continue
        safe.append(replace(test, resource=None))
    return tuple(safe)


def _expanded(value: JsonValue, sizes: dict[int, float]) -> float:
    """How many values it is with each alias written out; infinite if it holds itself."""
    if not isinstance(value, dict | list | tuple):
        return 1
    known = sizes.get(id(value))
    if known is None:
        sizes[id(value)] = inf  # what holds itself comes back here
        items = value.values() if isinstance(value, dict) else value
        known = sizes[id(value)] = 1 + sum(_expanded(item, sizes) for item in items)
    return known


def _warn_of_repeated_keys(findings: Findings) -> None:
    for again in findings.document.repeated_keys():
        findings.at_span(
            again.last,
            "repeated-key",
            f"`{shorten(again.key)}` is in line {again.first.line} already; the last one counts",
            "remove one of them",
            Level.WARNING,
        )


def _text(data: Mapping[JsonValue, JsonValue], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _texts(data: Mapping[JsonValue, JsonValue], key: str) -> tuple[str, ...]:
    value = data.get(key)
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _reports(data: Mapping[JsonValue, JsonValue]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    reports = data.get("Reports")
    if not isinstance(reports, dict):
        return ()
    return tuple((name, tuple(map(str, sections))) for name, sections in reports.items())
