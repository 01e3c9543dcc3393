from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from panther_engine.model import (
    Diagnostic,
    FunctionResult,
    Level,
    Outcome,
    Status,
    TestResult,
    Verdict,
)
from panther_engine.reading.selection.notes import Note
from panther_engine.report.json import render_findings_json, render_json
from panther_engine.running.jobs.report import RunReport
from tests.engine.report.sample import BUCKET, KEY, NOT_YAML, sample_report


def document(report: RunReport) -> dict[str, Any]:
    parsed = json.loads(render_json(report), parse_constant=lambda name: refuse(name))
    assert isinstance(parsed, dict)
    return parsed


def refuse(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def report_of(output: object, name: str = "t", printed: str = "") -> RunReport:
    """A report whose one test has this output of `alert_context`."""
    result = TestResult(
        name,
        1,
        False,
        Verdict.FAIL,
        Outcome.PASSED,
        0.1,
        {"alert_context": FunctionResult(output, None, True)},
        output=printed,
    )
    sample = sample_report("/r")
    policy, known = sample.policies[1]
    return replace(
        sample, policies=((policy, replace(known, status=Status.PASSED, results=(result,))),)
    )


def output_in(report: RunReport) -> Any:
    return document(report)["policies"][0]["tests"][0]["functions"]["alert_context"]["output"]


def test_keys_come_in_the_order_of_the_contract() -> None:
    told = document(sample_report("/r"))
    assert list(told) == [
        "version",
        "root",
        "python",
        "generation",
        "policies",
        "diagnostics",
        "summary",
        "notes",
    ]
    bucket = told["policies"][1]
    assert list(bucket) == [
        "id",
        "spec",
        "body",
        "enabled",
        "severity",
        "resource_types",
        "status",
        "diagnostics",
        "tests",
    ]
    test = bucket["tests"][1]
    assert list(test) == [
        "name",
        "line",
        "expected",
        "verdict",
        "outcome",
        "duration_ms",
        "functions",
        "error",
        "output",
    ]
    assert list(test["functions"]["policy"]) == ["output", "error", "matched"]
    assert list(test["error"]) == ["type", "message", "path", "line", "frames"]
    assert list(test["error"]["frames"][0]) == ["path", "line", "function", "source"]
    assert list(told["diagnostics"][0]) == [
        "path",
        "line",
        "column",
        "severity",
        "code",
        "message",
        "hint",
    ]
    assert list(told["summary"]) == ["policies", "tests", "seconds"]
    assert list(told["summary"]["policies"]) == [
        "passed",
        "failed",
        "invalid",
        "untested",
        "skipped",
    ]
    assert list(told["summary"]["tests"]) == ["passed", "failed", "errored"]


def test_the_summary_counts_policies_by_status_and_tests_by_outcome() -> None:
    assert document(sample_report("/r"))["summary"] == {
        "policies": {"passed": 1, "failed": 2, "invalid": 1, "untested": 1, "skipped": 1},
        "tests": {"passed": 2, "failed": 2, "errored": 3},
        "seconds": 11.5,
    }


def test_what_was_left_out_is_told_at_the_end() -> None:
    note = Note("filter", "1 policy left out by --filter Severity=High", ("policies/a.yml",))
    nested = Diagnostic(
        "odd/x.yml", 1, 0, Level.INFO, "nested-repository", "is left out", "go there"
    )
    told = document(replace(sample_report("/r"), notes=(note,), diagnostics=(NOT_YAML, nested)))
    assert told["notes"] == [
        {"code": "filter", "message": note.message, "paths": ["policies/a.yml"]},
        {
            "code": "nested-repository",
            "message": "odd/x.yml: is left out; go there",
            "paths": ["odd/x.yml"],
        },
    ]
    assert json.loads(render_findings_json("/r", 0, (), (note,)))["notes"] == [
        {"code": "filter", "message": note.message, "paths": ["policies/a.yml"]}
    ]


def test_functions_come_in_the_order_of_their_calls_and_only_those_there_are() -> None:
    anyone = document(sample_report("/r"))["policies"][1]["tests"][0]
    assert list(anyone["functions"]) == ["policy", "dedup"]


def test_a_policys_findings_are_its_own_and_those_of_its_run_each_once() -> None:
    sample = sample_report("/r")
    policy, result = sample.policies[3]
    assert policy is KEY
    twice = replace(result, diagnostics=KEY.diagnostics)
    told = document(replace(sample, policies=((policy, twice),)))
    assert [found["code"] for found in told["policies"][0]["diagnostics"]] == ["unknown-key"]


def test_values_that_json_lacks_are_told_as_text() -> None:
    given_output = {
        "nan": float("nan"),
        "far": [float("inf"), -float("inf")],
        2: "two",
        None: "none",
        True: "yes",
        1.5: "float",
        "set": {1},
        "bytes": b"\xff",
        "half": "\ud800",
        "\udfff": "key",
        "many": 10**5000,
    }
    output = output_in(report_of(given_output))
    assert output["nan"] == "NaN"
    assert output["far"] == ["Infinity", "-Infinity"]
    assert output["null"] == "none"
    assert output["2"] == "two"
    assert output["true"] == "yes"
    assert output["1.5"] == "float"
    assert output["set"] == [1]
    assert output["half"] == "\ufffd"
    assert output["\ufffd"] == "key"
    assert output["many"].startswith("0x")


def test_a_value_that_holds_itself_ends_somewhere() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert isinstance(output_in(report_of(endless)), list)


def test_halves_of_characters_in_names_and_printed_text_do_not_get_out() -> None:
    told = render_json(report_of(None, name="a\udc80", printed="\x1b[31m\ud83d\ude00\x9b"))
    assert told.isascii()
    assert "\x1b" not in told
    test = json.loads(told)["policies"][0]["tests"][0]
    assert test["name"] == "a\ufffd"
    assert test["output"] == "\x1b[31m😀\x9b"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text() | st.integers() | st.floats() | st.booleans() | st.none(), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(VALUES, st.text(st.characters(exclude_categories=())))
def test_the_document_is_valid_json_whatever_a_policy_returns(output: object, name: str) -> None:
    told = document(report_of(output, name=name, printed=name))
    json.dumps(told, ensure_ascii=False).encode("utf-8")


def test_check_counts_findings_by_severity() -> None:
    note = Diagnostic("a.json", 1, 0, Level.INFO, "json-spec", "PAT ignores it")
    told = json.loads(render_findings_json("/r", 2, [NOT_YAML, *KEY.diagnostics, note]))
    assert list(told) == ["version", "root", "diagnostics", "summary", "notes"]
    assert told["summary"] == {"policies": 2, "errors": 2, "warnings": 0, "infos": 1}
    assert BUCKET.id not in told
