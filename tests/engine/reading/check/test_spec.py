"""What is wrong with a spec, where, and what to do about it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from panther_engine.model import Diagnostic, Global, Level, Policy
from panther_engine.reading.check.spec import Other, check_spec
from panther_engine.reading.repository.ids import check_ids
from tests.engine.reading.spec.yaml_documents import EXAMPLES, specs

POLICY = """\
AnalysisType: policy
Filename: a.py
PolicyID: A.B
Enabled: true
Severity: High
"""

Items = tuple[Policy | Global | Other, ...]


def check(text: str | bytes, lenient: bool = False, path: str = "p/a.yml") -> Policy:
    """The policy in a text whose body is `p/a.py`."""
    content = text.encode() if isinstance(text, str) else text
    found = check_spec(path, content, lambda body: body == "p/a.py", lenient)
    assert isinstance(found, Policy), found
    return found


def only(text: str, lenient: bool = False) -> Diagnostic:
    (found,) = check(text, lenient).diagnostics
    return found


def codes(policy: Policy | Global) -> list[tuple[int, str]]:
    return [(found.line, found.code) for found in policy.diagnostics]


def test_a_policy_holds_what_its_spec_declares() -> None:
    policy = check(
        POLICY
        + """\
DisplayName: A bucket
ResourceTypes: [AWS.S3.Bucket]
Tags: [x, y]
Reports: {CIS: [1.2, "3.10"]}
Description: >-
  One
  two
Runbook: r
Reference: f
OutputIds: [o]
Status: experimental
Tests:
  - Name: one
    ExpectedResult: true
    Resource: {a: 1}
    Mocks:
      - {objectName: f, returnValue: "{}"}
  - Name: two
    ExpectedResult: false
    Resource: {}
"""
    )
    assert policy.diagnostics == ()
    assert not policy.invalid
    assert (policy.spec, policy.body, policy.id) == ("p/a.yml", "p/a.py", "A.B")
    assert (policy.display_name, policy.enabled, policy.severity) == ("A bucket", True, "High")
    assert (policy.resource_types, policy.tags) == (("AWS.S3.Bucket",), ("x", "y"))
    assert policy.reports == (("CIS", ("1.2", "3.10")),)
    assert (policy.description, policy.runbook, policy.reference) == ("One two", "r", "f")
    assert (policy.output_ids, policy.status) == (("o",), "experimental")
    assert [(test.name, test.line, test.expected) for test in policy.tests] == [
        ("one", 18, True),
        ("two", 23, False),
    ]
    assert policy.tests[0].resource == {"a": 1}
    assert [(mock.object_name, mock.return_value) for mock in policy.tests[0].mocks] == [
        ("f", "{}")
    ]


@pytest.mark.parametrize(
    ("line", "code", "column", "message", "hint"),
    [
        ("ResourceType: [AWS.S3.Bucket]", "unknown-key", 0, "`ResourceType`", "`ResourceTypes`"),
        ("Displayname: x", "unknown-key", 0, "`Displayname`", "rename it to `DisplayName`"),
        ("Tag: [a]", "unknown-key", 0, "", "rename it to `Tags`"),
        ("severity: Low", "unknown-key", 0, "", "remove it: `Severity` is there already"),
        ("DedupPeriodMinutes: 60", "unknown-key", 0, "", "only rules have it"),
        ("Detection: []", "unknown-key", 0, "", "in its Python body"),
        ("Whatever: 1", "unknown-key", 0, "`Whatever`", "ignore_extra_keys"),
        ("true: 1", "unknown-key", 0, "`True`", ""),
        ("1.5: 1", "unknown-key", 0, "`1.5`", ""),
        ("ResourceTypes: AWS.S3.Bucket", "wrong-type", 15, "a list", "[AWS.S3.Bucket]"),
        ("ResourceTypes: null", "wrong-type", 15, "nothing (null)", "leave the key out"),
        ("ResourceTypes: [aws.s3.bucket]", "unknown-resource-type", 16, "", "`AWS.S3.Bucket`"),
        ("ResourceTypes: [S3.Bucket]", "unknown-resource-type", 16, "", "`AWS.S3.Bucket`"),
        (
            "ResourceTypes: [AWS.IAM.User.Snapshot]",
            "unknown-resource-type",
            16,
            "",
            "`AWS.IAM.User`",
        ),
        ("ResourceTypes: ['AWS.*']", "unknown-resource-type", 16, "", "no wildcards"),
        ("Description: 1.10", "wrong-type", 13, "the number 1.1", 'in quotes: "1.10"'),
        ("Description: {a: b}", "wrong-type", 13, "a mapping", ">-"),
        ("Runbook: [a]", "wrong-type", 9, "a list of 1", "one text"),
        ("Reference: null", "wrong-type", 11, "nothing", '""'),
        ("DisplayName: A & B", "forbidden-character", 13, "hold &", "`and`"),
        ("DisplayName: <b>", "forbidden-character", 13, "hold < >", "leave them out"),
        ('DisplayName: ""', "empty-value", 13, "must not be empty", ""),
        ("Tags: [a, b, A]", "repeated-value", 13, '"A" is in `Tags` twice as "a"', "remove"),
        ("Tags: [1.10]", "wrong-type", 7, "an item of `Tags`", '"1.10"'),
        ("Suppressions: [a, a]", "repeated-value", 18, "", "remove"),
        ("BaseVersion: '3'", "wrong-type", 13, "a whole number", "without quotes"),
        ("BaseVersion: 1.5", "wrong-type", 13, "a whole number", "fraction"),
        ("BaseVersion: true", "wrong-type", 13, "the boolean true", ""),
        ("OnlyUseBaseRiskScore: yes", "wrong-type", 22, 'the text "yes"', "as text"),
        ("Reports: {}", "wrong-type", 9, "an empty mapping", "leave the key out"),
        ("Reports: [a]", "wrong-type", 9, "a mapping of frameworks", "CIS: [1.2]"),
        ("Reports: {CIS: 1.2}", "wrong-type", 15, "a list of sections", "CIS: [1.2]"),
        ("Reports: {CIS: [null]}", "wrong-report-section", 16, "nothing", ""),
        ("Reports: {CIS: [true]}", "wrong-report-section", 16, "the boolean true", "quotes"),
        ("Reports: {1: [a]}", "wrong-type", 10, "the number 1", "quotes"),
        ("Tests: null", "wrong-type", 7, "a list of mappings", "leave the key out"),
        ("Tests: {a: 1}", "wrong-type", 7, "a list of mappings", "begin each with `-`"),
    ],
)
def test_a_fault_is_told_with_its_place_and_what_to_write(
    line: str, code: str, column: int, message: str, hint: str
) -> None:
    found = only(f"{POLICY}{line}\n")
    assert (found.path, found.line, found.column, found.code) == ("p/a.yml", 6, column, code)
    assert found.severity is Level.ERROR
    assert message in found.message
    assert hint in found.hint


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "hint"),
    [
        ("Severity: High", "Severity: HIGH", 5, "wrong-value", "`Severity: High`"),
        ("Severity: High", "Severity: informational", 5, "wrong-value", "`Severity: Info`"),
        ("Severity: High", "Severity: 3", 5, "wrong-value", ""),
        ("Severity: High\n", "", 1, "missing-key", "add `Severity: Medium`"),
        ("Enabled: true", "Enabled: yes", 4, "wrong-type", "`Enabled: true`; Panther reads `yes`"),
        ("Enabled: true", 'Enabled: "false"', 4, "wrong-type", "`Enabled: false`, without quotes"),
        ("Enabled: true", "Enabled: 0", 4, "wrong-type", "`Enabled: false`"),
        ("Enabled: true", "Enabled:", 4, "wrong-type", "`Enabled: true` or `Enabled: false`"),
        ("Filename: a.py", "FileName: a.py", 2, "unknown-key", "rename it to `Filename`"),
        ("Filename: a.py", "Filename: b.py", 2, "missing-body", "did you mean `a.py`?"),
        ("Filename: a.py", "Filename: a", 2, "missing-body", "did you mean `a.py`?"),
        ("Filename: a.py", 'Filename: ""', 2, "missing-body", ""),
        ("Filename: a.py", 'Filename: "a\\0.py"', 2, "missing-body", ""),
        ("PolicyID: A.B", "RuleID: A.B", 3, "unknown-key", "rename it to `PolicyID`"),
        ("PolicyID: A.B", "PolicyID: A<B", 3, "forbidden-character", "< > & \" %"),
    ],
)  # fmt: skip
def test_a_fault_of_a_required_key_is_told(
    old: str, new: str, line: int, code: str, hint: str
) -> None:
    found = only(POLICY.replace(old, new))
    assert (found.line, found.code, found.severity) == (line, code, Level.ERROR)
    assert hint in found.hint


@pytest.mark.parametrize(
    ("kind", "hint"), [("polcy", "`AnalysisType: policy`"), ("[policy]", "`correlation_rule`")]
)
def test_an_unknown_analysis_type_is_told(kind: str, hint: str) -> None:
    found = only(POLICY.replace("policy", kind))
    assert (found.line, found.column, found.code) == (1, 14, "unknown-analysis-type")
    assert hint in found.hint


def test_all_faults_of_a_file_are_told_at_once_in_file_order() -> None:
    policy = check(
        "AnalysisType: policy\nFileName: a.py\nPolicyID: A&B\nEnabled: on\nSeverity: high\n"
        "Tags: [a, A, 1]\nTests:\n  - Name: 1\n    ExpectedResult: 'true'\n    Log: {}\n  - x\n"
    )
    assert policy.invalid
    assert policy.id == "A&B"
    assert codes(policy) == [
        (2, "unknown-key"),
        (3, "forbidden-character"),
        (4, "wrong-type"),
        (5, "wrong-value"),
        (6, "wrong-type"),
        (8, "wrong-type"),
        (9, "wrong-type"),
        (10, "unknown-key"),
        (11, "wrong-type"),
    ]


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("Severity: High", "repeated-key", "in line 5 already"),
        ("Reports: {CIS: [1.10]}", "number-rewritten", "1.10 is read as the number 1.1"),
        ("Reports: {CIS: [007]}", "number-rewritten", "007 is read as the number 7"),
        ("Tests: [{Name: a, ExpectedResult: true, Resource: {b: 1, b: 2}}]", "repeated-key", "`b`"),
    ],
)
def test_what_pat_lets_pass_is_a_warning(line: str, code: str, message: str) -> None:
    policy = check(f"{POLICY}{line}\n")
    (found,) = policy.diagnostics
    assert (found.line, found.code, found.severity) == (6, code, Level.WARNING)
    assert message in found.message
    assert not policy.invalid


@pytest.mark.parametrize(
    "line",
    [
        "ResourceTypes: []",
        "ResourceTypes: [AWS.S3.Bucket, AWS.S3.Bucket]",
        'ResourceTypes: ["AWS.S3.Bucket\\n"]',
        "Tests: []",
        "DisplayName: it's a/b\\c",
        "Reports: {CIS: []}",
        "Reports: {CIS: [1.5, 3, x, .nan]}",
        "AutoRemediationParameters: null",
        "Tags: []",
        'Description: ""',
        "OutputIds: [a, A]",
        "BaseVersion: 0",
    ],
)
def test_what_pat_calls_valid_is_valid(line: str) -> None:
    assert not check(f"{POLICY}{line}\n").invalid


@pytest.mark.parametrize(
    ("line", "valid"),
    [
        ("Whatever: 1", True),
        ("LogTypes: [a]", True),
        ("LogTypes: [a, a]", False),
        ("LogTypes: a", False),
        ("LogTypes: [1]", False),
        ("PackIDs: abc", True),
        ("PackIDs: aa", False),
        ("PackIDs: 1", False),
        ("Threshold: 5.0", True),
        ("Threshold: 5.5", False),
        ("Threshold: true", False),
        ("Schedule: {RateMinutes: 5, TimeoutMinutes: 1}", True),
        ("Schedule: {RateMinutes: 5}", False),
        ("Detection: [{KeyPath: a, Condition: Equals, Value: 1}]", True),
        ("Detection: [{All: [{Key: a, Condition: Exists}]}]", True),
        ("Detection: [{All: [{Key: a}]}]", False),
        ("Detection: &d [{All: *d}]", False),
        ("Refresh: {PeriodMinutes: 1, ObjectPath: x, RoleARN: y}", True),
        ("Refresh: {PeriodMinutes: 1, ObjectPath: x}", False),
        ("BaseDetection: ''", True),
        ("BaseDetection: x", False),
        ("ScheduledQueries: []", False),
        ("Tests: [{Name: a, ExpectedResult: true, Resource: {}, Log: 1}]", True),
        ("Tests: [{Name: a, ExpectedResult: true, Resource: {}, LogType: 1}]", False),
        ("Tests: [{Name: a, ExpectedResult: true, Resource: {}, Whatever: 1}]", False),
        ("Tests: [{Name: a, ExpectedResult: true, Log: {}}]", False),
    ],
)
def test_ignored_keys_are_warnings_where_pat_ignores_them(line: str, valid: bool) -> None:
    policy = check(f"{POLICY}{line}\n", lenient=True)
    assert policy.invalid is not valid
    assert valid is False or all(one.severity is Level.WARNING for one in policy.diagnostics)


def test_a_resource_that_holds_itself_is_refused() -> None:
    test = "  - {Name: a, ExpectedResult: true, Resource: &r {a: [*r]}}\n"
    assert codes(check(f"{POLICY}Tests:\n{test}")) == [(7, "resource-holds-itself")]
    shared = "  - {Name: b, ExpectedResult: true, Resource: {a: &s {}, b: *s, c: [*s, *s]}}\n"
    assert check(f"{POLICY}Tests:\n{shared}").diagnostics == ()


def test_a_json_spec_is_a_policy_with_a_note() -> None:
    data = {"AnalysisType": "policy", "Filename": "a.py", "PolicyID": "A", "Enabled": True}
    text = json.dumps({**data, "Severity": "High"}, indent=1)
    policy = check(text, path="p/a.json")
    (note,) = policy.diagnostics
    assert (note.code, note.severity) == ("json-spec", Level.INFO)
    assert codes(check(text.replace("High", "HIGH"), path="p/a.json"))[-1] == (6, "wrong-value")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a: 1\n", None),
        ("", None),
        ("5\n", None),
        ("a: [\n", None),
        ("AnalysisType: rule\nRuleID: R\n", Other("p/a.yml", "rule", "R", 2)),
        ("AnalysisType: rule\nRuleID: R\na: [\n", Other("p/a.yml", "rule", "R", 2)),
        ("{AnalysisType: pack, PackID: P}", Other("p/a.yml", "pack", "P", 1)),
        ("AnalysisType: rule\nRuleID: [R]\n", Other("p/a.yml", "rule", "", 2)),
    ],
)
def test_files_that_are_no_policies_are_told_apart(content: str, expected: Other | None) -> None:
    assert check_spec("p/a.yml", content.encode(), lambda _: True) == expected


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("AnalysisType: policy\na: [\n", "invalid-yaml"),
        ("{AnalysisType: policy, a: [\n", "invalid-yaml"),
        ("- AnalysisType\n", "wrong-type"),
        ("about AnalysisType\n", "wrong-type"),
        ("!!set {AnalysisType}\n", "wrong-type"),
    ],
)
def test_a_spec_that_cannot_be_read_is_an_invalid_policy_without_id(
    content: str, code: str
) -> None:
    policy = check(content)
    assert policy.invalid
    assert policy.id == ""
    assert [found.code for found in policy.diagnostics] == [code]


def test_a_global_is_checked_with_its_own_keys() -> None:
    text = b"AnalysisType: global\nFilename: g.py\nGlobalID: g\nTags: [a]\n"
    found = check_spec("p/g.yml", text, lambda body: body == "p/g.py")
    assert found == Global("g", "p/g.yml", "p/g.py")
    # PAT is as strict with globals when it is told to ignore keys
    broken = check_spec("p/g.yml", text + b"PolicyID: x\nTags: 1\n", lambda _: False, True)
    assert isinstance(broken, Global)
    assert codes(broken) == [
        (2, "missing-body"),
        (5, "unknown-key"),
        (6, "repeated-key"),
        (6, "wrong-type"),
    ]
    unreadable = check_spec("p/g.yml", b"AnalysisType: global\na: [\n", lambda _: True)
    assert isinstance(unreadable, Global)
    assert codes(unreadable) == [(3, "invalid-yaml")]


@pytest.mark.parametrize(
    ("filename", "body"),
    [("../x.py", "x.py"), ("sub/x.py", "p/sub/x.py"), ("./x.py", "p/x.py"), ("/x.py", "/x.py")],
)
def test_the_body_is_named_relative_to_the_spec(filename: str, body: str) -> None:
    text = POLICY.replace("a.py", filename).encode()
    found = check_spec("p/a.yml", text, lambda asked: asked == body)
    assert isinstance(found, Policy)
    assert (found.body, found.diagnostics) == (body, ())


@pytest.mark.parametrize("filename", ["x", "x.txt", "X.PY"])
def test_a_body_that_python_cannot_import_by_its_name_is_told(filename: str) -> None:
    found = check_spec("p/a.yml", POLICY.replace("a.py", filename).encode(), lambda _: True)
    assert isinstance(found, Policy)
    assert [one.code for one in found.diagnostics] == ["body-not-python"]


@settings(max_examples=EXAMPLES)
@given(specs)
def test_no_bytes_raise(content: bytes) -> None:
    for lenient in (False, True):
        for path in ("p/a.yml", "p/a.json"):
            found = check_spec(path, content, lambda _: True, lenient)
            check_ids([] if found is None else [found])
            for one in getattr(found, "diagnostics", ()):
                assert one.path == path
                assert one.line >= 1
                assert one.column >= 0
                assert "\n" not in one.message + one.hint


def _policy(spec: str, identity: str, *found: str) -> Policy:
    faults = tuple(Diagnostic(spec, 1, 0, Level.ERROR, code, "x") for code in found)
    return Policy(spec, "", identity, diagnostics=faults)


def test_the_first_spec_keeps_an_id_and_later_ones_are_told_both_places() -> None:
    items: Items = (
        Other("r.yml", "rule", "A", 3),
        _policy("a.yml", "A"),
        _policy("b.yml", "B"),
        Global("B", "g.yml", ""),
        Other("q.yml", "saved_query", "A", 9),
    )
    found = check_ids(items, {"a.yml": 7, "b.yml": 2})
    assert list(found) == ["a.yml", "g.yml", "q.yml"]
    first = found["a.yml"]
    assert (first.line, first.severity, first.code) == (7, Level.ERROR, "duplicate-id")
    assert "r.yml, line 3" in first.message
    assert "b.yml, line 2" in found["g.yml"].message
    assert found["q.yml"].line == 9


@pytest.mark.parametrize(
    ("code", "claims"),
    [
        ("wrong-type", False),
        ("unknown-key", False),
        ("repeated-value", False),
        ("missing-body", True),
        ("wrong-report-section", True),
    ],
)
def test_a_spec_that_pat_refuses_does_not_claim_its_id(code: str, claims: bool) -> None:
    found = check_ids([_policy("a.yml", "A", code), _policy("b.yml", "A")])
    assert ("b.yml" in found) is claims


def test_a_missing_id_is_never_taken() -> None:
    assert check_ids([_policy("a.yml", ""), _policy("b.yml", "")]) == {}


def test_a_resource_that_aliases_make_huge_is_refused_and_let_go() -> None:
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    resource = "".join(f"      {layer}\n" for layer in layers)
    test = f"  - Name: t\n    ExpectedResult: true\n    Resource:\n{resource}"
    found = check(f"{POLICY}Tests:\n{test}")
    assert codes(found) == [(10, "resource-too-large")]
    assert found.tests[0].resource is None


def test_a_resource_with_a_few_aliases_is_kept() -> None:
    test = "  - {Name: t, ExpectedResult: true, Resource: {a: &a [1, 2], b: *a, c: *a}}\n"
    found = check(f"{POLICY}Tests:\n{test}")
    assert found.tests[0].resource == {"a": [1, 2], "b": [1, 2], "c": [1, 2]}
