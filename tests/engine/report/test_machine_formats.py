from __future__ import annotations

from dataclasses import replace
from typing import get_args
from xml.etree import ElementTree

import pytest

from panther_engine.headless.render import ReportFormat, render_report
from panther_engine.model import Diagnostic, Level, Outcome, Status, TestResult, Verdict
from panther_engine.reading.selection.notes import Note
from panther_engine.report.github import render_findings_github, render_github
from panther_engine.report.junit import render_junit
from panther_engine.running.jobs.report import RunReport
from tests.engine.report.sample import BUCKET, FINE, FINE_RESULT, sample_report

ALLOWED: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"name", "tests", "failures", "errors", "time", "skipped", "file"},
        {"testcase", "system-out"},
    ),
    "testcase": (
        {"name"},
        {"name", "classname", "time"},
        {"failure", "error", "skipped", "system-out"},
    ),
    "failure": (set(), {"type", "message"}, set()),
    "error": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}
"""Required and allowed attributes, and children: junit-10.xsd of Jenkins' xUnit plugin."""


def junit(report: RunReport) -> ElementTree.Element:
    top = ElementTree.fromstring(render_junit(report).encode())
    for element in top.iter():
        required, allowed, children = ALLOWED[element.tag]
        assert required <= set(element.attrib) <= allowed
        assert {child.tag for child in element} <= children
    return top


def odd_report(name: str) -> RunReport:
    failed = TestResult(name, 4, True, Verdict.FAIL, Outcome.FAILED, 1.0, output=name)
    result = replace(FINE_RESULT, status=Status.FAILED, results=(failed,))
    return RunReport("/r", "py", 1, ((replace(FINE, id=name), result),), (), 0.1)


def test_junit_counts_agree_with_its_cases() -> None:
    top = junit(sample_report("/r"))
    for suite in top:
        assert int(suite.get("tests", "")) == len(suite)
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("errors", "")) == len(suite.findall("testcase/error"))
    assert (top.get("tests"), top.get("failures"), top.get("errors")) == ("10", "2", "5")


TELLS_A_TERMINAL = "\x1b]0;taken\x07\x1b[2J\x9b31m\x85\u202e\r\x08\x7f\udc80"


@pytest.mark.parametrize("form", get_args(ReportFormat))
def test_no_format_tells_a_terminal_what_to_do(form: ReportFormat) -> None:
    report = odd_report(TELLS_A_TERMINAL)
    fault = Diagnostic(TELLS_A_TERMINAL, 1, 1, Level.ERROR, "code", TELLS_A_TERMINAL)
    note = Note("filter", TELLS_A_TERMINAL)
    report = replace(report, root=TELLS_A_TERMINAL, diagnostics=(fault,), notes=(note,))
    told = render_report(report, form, verbosity=2)
    assert "taken" in told
    assert not set(TELLS_A_TERMINAL) & set(told) - set("0123456789;[]Jakentm")


def test_junit_has_a_suite_for_each_policy_and_one_for_the_repository() -> None:
    names = [suite.get("name") for suite in junit(sample_report("/r"))]
    assert names == ["repository", "Bare", "Bucket.PublicRead", "Fine", "Key", "Loop", "Off"]


def test_junit_prints_what_was_left_out_and_counts_no_case_for_it() -> None:
    note = Note("filter", "1 policy left out by --filter Severity=<High>\x00")
    nested = Diagnostic("odd/x.yml", 1, 0, Level.INFO, "nested-repository", "is left out")
    report = sample_report("/r")
    top = junit(replace(report, notes=(note,), diagnostics=(*report.diagnostics, nested)))
    assert top[0].get("name") == "notes"
    assert top[0].findtext("system-out") == (
        "1 policy left out by --filter Severity=<High>\ufffd\nodd/x.yml: is left out\n"
    )
    assert top.get("tests") == junit(report).get("tests")


def test_github_tells_what_was_left_out_as_notices() -> None:
    note = Note("filter", "1 policy left out by --filter A=B")
    nested = Diagnostic("odd/x.yml", 1, 0, Level.INFO, "nested-repository", "is left out")
    report = RunReport("/r", "py", 1, ((FINE, FINE_RESULT),), (nested,), 0.1, notes=(note,))
    assert render_github(report).splitlines() == [
        "::notice file=odd/x.yml,line=1,col=1,title=nested-repository::is left out",
        "::notice title=filter::1 policy left out by --filter A=B",
    ]
    assert render_findings_github([], notes=[note]) == (
        "::notice title=filter::1 policy left out by --filter A=B\n"
    )


def test_junit_tells_failures_errors_and_skips_apart() -> None:
    top = junit(sample_report("/r"))
    cases = {case.get("name"): case for case in top.iter("testcase")}
    assert cases["Anyone may read"].find("failure") is not None
    assert cases["Any"].find("error") is not None
    assert cases["o"].find("skipped") is not None
    invalid = cases["(policy)"].find("error")
    assert invalid is not None
    assert invalid.get("type") == "unknown-key"
    assert "it is spelt `ResourceTypes`" in (invalid.text or "")


def test_junit_holds_what_a_test_printed() -> None:
    texts = [out.text for out in junit(sample_report("/r")).iter("system-out")]
    assert texts == ["looking at 0 grants\n"]


def test_junit_is_xml_whatever_a_test_is_called() -> None:
    top = junit(odd_report('<a & "b"> \x00\x1b\ud800\ufffe ]]> \''))
    case = next(top.iter("testcase"))
    assert case.get("name") == '<a & "b"> \ufffd\ufffd\ufffd\ufffd ]]> \''


def test_a_policy_that_failed_by_a_rule_alone_is_an_error_in_junit() -> None:
    few = Diagnostic(FINE.spec, 1, 0, Level.ERROR, "too-few-tests", "has 1 test")
    result = replace(FINE_RESULT, status=Status.FAILED, diagnostics=(few,))
    top = junit(RunReport("/r", "py", 1, ((FINE, result),), (), 0.1))
    assert top.get("errors") == "1"


def test_github_marks_the_line_that_raised_and_names_the_test() -> None:
    lines = render_github(sample_report("/r")).splitlines()
    assert (
        "::error file=policies/bucket.py,line=5,title=Bucket.PublicRead%3A No grants at all::"
        "TypeError: 'NoneType' object is not iterable%0A"
        "expected compliant (PASS), got an error (ERROR)%0Atest at policies/bucket.yml:7"
    ) in lines
    assert len(lines) == 8


def test_github_marks_a_wrong_verdict_at_its_test() -> None:
    assert (
        "::error file=policies/bucket.yml,line=4,title=Bucket.PublicRead%3A Anyone may read::"
        "expected an alert (FAIL), got compliant (PASS)\n"
    ) in render_github(sample_report("/r"))


def test_github_columns_count_from_one_and_levels_keep_their_names() -> None:
    found = [
        Diagnostic("a.yml", 2, 4, level, "c", "m", "h")
        for level in (Level.ERROR, Level.WARNING, Level.INFO)
    ]
    assert render_findings_github(found).splitlines() == [
        "::error file=a.yml,line=2,col=5,title=c::m%0Ah",
        "::warning file=a.yml,line=2,col=5,title=c::m%0Ah",
        "::notice file=a.yml,line=2,col=5,title=c::m%0Ah",
    ]


def test_no_text_of_the_users_ends_an_annotation_or_begins_another() -> None:
    told = render_github(odd_report("a,b:c%d\r\n::error::x\x1b"))
    assert told.count("\n") == 1
    assert "title=a%2Cb%3Ac%25d%0A%3A%3Aerror%3A%3Ax\\x1b%3A" in told


def test_github_says_nothing_when_all_passed() -> None:
    assert render_github(RunReport("/r", "py", 1, ((FINE, FINE_RESULT),), (), 0.1)) == ""


def test_a_finding_without_a_line_marks_the_file() -> None:
    found = Diagnostic("a.yml", 0, 0, Level.ERROR, "c", "m")
    assert render_findings_github([found]) == "::error file=a.yml,title=c::m\n"


def test_a_failed_policy_is_never_silent_on_github() -> None:
    result = replace(FINE_RESULT, status=Status.FAILED)
    told = render_github(RunReport("/r", "py", 1, ((FINE, result),), (), 0.1))
    assert told.startswith("::error file=policies/fine.yml")
    assert BUCKET.id not in told
