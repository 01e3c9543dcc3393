"""What is wrong with the unit tests of a policy."""

from __future__ import annotations

import pytest

from panther_engine.model import Diagnostic, Level, Policy
from panther_engine.reading.check.body import check_mocks
from panther_engine.reading.check.spec import check_spec

HEAD = """\
AnalysisType: policy
Filename: a.py
PolicyID: A.B
Enabled: true
Severity: High
Tests:
"""
TEST = """\
  - Name: one
    ExpectedResult: true
    Resource: {}
"""


def check(tests: str) -> Policy:
    found = check_spec("a.yml", (HEAD + tests).encode(), lambda _: True)
    assert isinstance(found, Policy)
    return found


def only(tests: str) -> Diagnostic:
    (found,) = check(tests).diagnostics
    return found


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "hint"),
    [
        ("Resource: {}", "Log: {}", 9, "unknown-key", "rename it to `Resource`"),
        ("Resource: {}", "resource: {}", 9, "unknown-key", "rename it to `Resource`"),
        ("    Resource: {}\n", "", 7, "missing-key", "add `Resource: {}`"),
        ("Name: one", "Name:", 7, "wrong-type", '""'),
        ("Name: one", "Name: 5", 7, "wrong-type", '"5"'),
        ("true", "yes", 8, "wrong-type", "`ExpectedResult: true`"),
        ("true", '"true"', 8, "wrong-type", "without quotes"),
        ("true", "PASS", 8, "wrong-type", "or `ExpectedResult: false`"),
        ("ExpectedResult", "Expected", 8, "unknown-key", "rename it to `ExpectedResult`"),
        ("Name: one", "Name: one\n    ExpectedDestinations: []", 8, "unknown-key", "only rules"),
        ("Name: one", "Name: one\n    Note: x", 8, "unknown-key", "remove it"),
        ("Name: one", "Name: one\n    ResourceType: 1", 8, "wrong-type", "quotes"),
        ("Name: one", "Name: one\n    Mocks:", 8, "wrong-type", "leave the key out"),
        ("Name: one", "Name: one\n    Mocks: [f]", 8, "wrong-type", ""),
    ],
)
def test_a_fault_of_a_test_is_told(old: str, new: str, line: int, code: str, hint: str) -> None:
    found = only(TEST.replace(old, new))
    assert (found.line, found.code, found.severity) == (line, code, Level.ERROR)
    assert hint in found.hint


@pytest.mark.parametrize(
    ("mock", "code", "hint"),
    [
        ("{objectName: f}", "missing-key", "add `returnValue:"),
        ("{returnValue: x}", "missing-key", "add `objectName:"),
        ("{name: f, returnValue: x}", "unknown-key", "rename it to `objectName`"),
        ("{ObjectName: f, returnValue: x}", "unknown-key", "rename it to `objectName`"),
        ("{objectName: f, returnValue: x, y: 1}", "unknown-key", "`objectName` and `returnValue`"),
        ("{objectName: 1, returnValue: x}", "wrong-type", '"1"'),
        ("{objectName: f, returnValue: 10}", "wrong-type", '"10"'),
        ("{objectName: f, returnValue: {a: 1}}", "wrong-type", "JSON as text"),
        ("{objectName: f, returnValue: [a]}", "wrong-type", "JSON as text"),
        ("{objectName: f, returnValue: null}", "wrong-type", "JSON as text"),
    ],
)
def test_a_fault_of_a_mock_is_told(mock: str, code: str, hint: str) -> None:
    found = only(f"{TEST}    Mocks:\n      - {mock}\n")
    assert (found.line, found.code, found.severity) == (11, code, Level.ERROR)
    assert hint in found.hint


@pytest.mark.parametrize(
    ("resource", "hint"),
    [
        ("[]", "one resource"),
        ("null", "a mapping"),
        ("5", "a mapping"),
        ("text", "a mapping"),
        ("""'{"a": 1}'""", "remove the quotes"),
        ('|\n      {"a": 1}', "the `|` before it"),
    ],
)
def test_a_resource_that_is_no_mapping_is_a_warning_since_its_test_runs(
    resource: str, hint: str
) -> None:
    policy = check(TEST.replace("{}", resource))
    (found,) = policy.diagnostics
    assert (found.line, found.severity) == (9, Level.WARNING)
    assert found.code == "resource-not-a-mapping"
    assert hint in found.hint
    assert len(policy.tests) == 1


def test_a_test_that_is_no_mapping_is_told_and_the_others_are_kept() -> None:
    policy = check(f"  - just text\n{TEST}  -\n")
    assert [(one.line, one.code) for one in policy.diagnostics] == [
        (7, "wrong-type"),
        (11, "wrong-type"),
    ]
    assert [test.name for test in policy.tests] == ["one"]


def test_a_name_given_to_two_tests_is_a_warning() -> None:
    policy = check(TEST + TEST)
    (found,) = policy.diagnostics
    assert (found.line, found.code, found.severity) == (10, "repeated-test-name", Level.WARNING)
    assert "line 7" in found.message
    assert len(policy.tests) == 2


@pytest.mark.parametrize(
    ("mocks", "code"),
    [
        ("[{objectName: boto3.client, returnValue: x}]", "mock-of-attribute"),
        (
            "[{objectName: f, returnValue: x}, {objectName: f, returnValue: y}]",
            "repeated-mock",
        ),
    ],
)
def test_a_mock_that_cannot_work_is_a_warning(mocks: str, code: str) -> None:
    found = only(f"{TEST}    Mocks: {mocks}\n")
    assert (found.line, found.code, found.severity) == (10, code, Level.WARNING)


def unknown(name: str, source: str) -> list[str]:
    policy = check(f"{TEST}    Mocks: [{{objectName: {name}, returnValue: x}}]\n")
    found = check_mocks(policy, source.encode())
    assert all(one.severity is Level.WARNING and one.line == 7 for one in found)
    return [one.hint for one in found]


@pytest.mark.parametrize(
    "source",
    [
        "def lookup(): pass",
        "lookup = 1",
        "from helpers import find as lookup",
        "import lookup.sub",
        "for lookup in []: pass",
        "with open('x') as (a, lookup): pass",
        "try:\n    import lookup\nexcept ImportError:\n    pass",
        "[y := 1, (lookup := 2)]",
        "[lookup := x for x in ()]",
        "def f():\n    global lookup\n    lookup = 1",
        "match {}:\n    case {'a': lookup}:\n        pass",
        "class lookup: pass",
        "lookup: int = 1",
        "from helpers import *",
        "globals()['lookup'] = 1",
        "def __getattr__(name): return 1",
        "this isn't Python",
    ],
)
def test_a_mock_of_what_the_body_has_or_may_have_is_right(source: str) -> None:
    assert unknown("lookup", source) == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(lookup): pass",
        "def f():\n    lookup = 1",
        "[lookup for lookup in ()]",
        "lookup: int",
        "import x.lookup",
        "class A:\n    lookup = 1",
        "x.lookup = 1",
        "f = lambda lookup: 1",
    ],
)
def test_a_mock_of_what_the_body_surely_lacks_is_told(source: str) -> None:
    assert len(unknown("lookup", source)) == 1


def test_the_nearest_name_of_the_body_is_offered() -> None:
    assert unknown("resource_lokup", "from a import resource_lookup") == [
        "did you mean `resource_lookup`?"
    ]


@pytest.mark.parametrize("name", ["open", "len", "print"])
def test_builtins_can_be_replaced(name: str) -> None:
    assert unknown(name, "x = 1") == []
