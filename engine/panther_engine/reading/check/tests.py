"""Checks the unit tests of a policy."""

from __future__ import annotations

import json
from collections.abc import Mapping

from panther_engine.model import JsonValue, Level, Mock, TestCase
from panther_engine.reading.check.extras import EXTRA_TEST_KEYS, fits
from panther_engine.reading.check.findings import Findings, Path, describe
from panther_engine.reading.check.keys import check_keys
from panther_engine.reading.check.table import (
    MOCK_KEYS,
    RENAMED_IN_MOCK,
    RENAMED_IN_TEST,
    TEST_KEYS,
    Shape,
)
from panther_engine.reading.check.values import check_value
from panther_engine.text.one_line import shorten


def check_tests(findings: Findings, tests: list[JsonValue], lenient: bool) -> tuple[TestCase, ...]:
    """The tests that can be read; reports all that is wrong with any."""
    cases = []
    lines: dict[str, int] = {}
    for index, entry in enumerate(tests):
        place: Path = ("Tests", index)
        if not isinstance(entry, dict):
            findings.at_value(
                place, "wrong-type", f"a test must be a mapping, found {describe(entry)}"
            )
            continue
        case = _check_test(findings, place, entry, lenient)
        if case is None:
            continue
        cases.append(case)
        first = lines.setdefault(case.name, case.line)
        if first != case.line:
            findings.at_value(
                (*place, "Name"),
                "repeated-test-name",
                f'the test in line {first} is called "{shorten(case.name)}" too; both run',
                "give each test a name of its own",
                Level.WARNING,
            )
    return tuple(cases)


def _check_test(
    findings: Findings, place: Path, entry: Mapping[JsonValue, JsonValue], lenient: bool
) -> TestCase | None:
    before = sum(one.severity is Level.ERROR for one in findings.found)
    _check_test_keys(findings, place, entry, lenient)
    mocks: tuple[Mock, ...] = ()
    for name, key in TEST_KEYS.items():
        if name not in entry:
            continue
        right = check_value(findings, (*place, name), key.shape, entry[name])
        if right and key.shape is Shape.MOCKS:
            mocks = _check_mocks(findings, (*place, name), entry[name])
    if "Resource" in entry:
        _check_resource(findings, (*place, "Resource"), entry["Resource"])
    if sum(one.severity is Level.ERROR for one in findings.found) > before:
        return None
    span = findings.document.value_span(*place)
    return TestCase(
        name=str(entry["Name"]),
        line=1 if span is None else span.line,
        expected=bool(entry["ExpectedResult"]),
        resource=entry["Resource"],
        mocks=mocks,
    )


def _check_test_keys(
    findings: Findings, place: Path, entry: Mapping[JsonValue, JsonValue], lenient: bool
) -> None:
    """With `lenient`, PAT passes the keys of rules' tests, and still refuses all others."""
    ignored: dict[JsonValue, JsonValue] = {}
    if lenient:
        ignored = {
            key: value
            for key, value in entry.items()
            if isinstance(key, str) and key in EXTRA_TEST_KEYS and fits(value, EXTRA_TEST_KEYS[key])
        }
    check_keys(findings, place, ignored, {}, RENAMED_IN_TEST, "a policy's test", lenient=True)
    rest = {key: value for key, value in entry.items() if key not in ignored}
    check_keys(findings, place, rest, TEST_KEYS, RENAMED_IN_TEST, "a policy's test")


def _check_mocks(findings: Findings, place: Path, mocks: JsonValue) -> tuple[Mock, ...]:
    assert isinstance(mocks, list)
    made: list[Mock] = []
    for index, entry in enumerate(mocks):
        here: Path = (*place, index)
        if not isinstance(entry, dict):
            findings.at_value(
                here, "wrong-type", f"a mock must be a mapping, found {describe(entry)}"
            )
            continue
        check_keys(findings, here, entry, MOCK_KEYS, RENAMED_IN_MOCK, "a mock")
        right = [
            check_value(findings, (*here, name), key.shape, entry[name])
            for name, key in MOCK_KEYS.items()
            if name in entry
        ]
        if len(right) < len(MOCK_KEYS) or not all(right):
            continue
        name, value = entry["objectName"], entry["returnValue"]
        _warn_of_mock(findings, here, name, made)
        made.append(Mock(name, value))
    return tuple(made)


def _warn_of_mock(findings: Findings, place: Path, name: str, earlier: list[Mock]) -> None:
    if "." in name:
        findings.at_value(
            (*place, "objectName"),
            "mock-of-attribute",
            f"`{shorten(name)}` cannot be replaced: a mock names something of the body itself",
            f"name `{shorten(name.split('.')[0])}`, or a function of the body that uses it",
            Level.WARNING,
        )
    if any(mock.object_name == name for mock in earlier):
        findings.at_value(
            (*place, "objectName"),
            "repeated-mock",
            f"`{shorten(name)}` is replaced twice in this test; the last one counts",
            "remove one of them",
            Level.WARNING,
        )


def _check_resource(findings: Findings, place: Path, resource: JsonValue) -> None:
    """A resource that is no mapping passes PAT's schema; its test ends in an AttributeError."""
    if isinstance(resource, dict):
        return
    hint = "write the resource as a mapping"
    if isinstance(resource, str) and _is_json_object(resource):
        hint = "this is JSON as text: remove the quotes or the `|` before it"
    elif isinstance(resource, list):
        hint = "write one resource, not a list of them"
    findings.at_value(
        place,
        "resource-not-a-mapping",
        f"the test will err: `Resource` must be a mapping, found {describe(resource)}",
        hint,
        Level.WARNING,
    )


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
