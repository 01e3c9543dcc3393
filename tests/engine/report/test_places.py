"""All formats tell the same place of the same finding."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from panther_engine.model import Diagnostic, Level, Policy, PolicyResult, Status
from panther_engine.report.github import render_findings_github, render_github
from panther_engine.report.json import render_findings_json, render_json
from panther_engine.report.junit import render_junit
from panther_engine.report.text.findings import render_findings
from panther_engine.report.text.paint import Paint
from panther_engine.report.text.report import render_text
from panther_engine.running.jobs.report import RunReport

FOUND = Diagnostic("policies/key.yml", 3, 4, Level.ERROR, "unknown-key", "there is no such key")
"""In the fifth column of the third line; inside the program columns count from 0."""

POLICY = Policy("policies/key.yml", "policies/key.py", "Key")

TOLD = ("policies/key.yml", 3, 5)


def of_a_policy(found: Diagnostic) -> RunReport:
    result = PolicyResult(POLICY.spec, 1, Status.INVALID)
    policy = replace(POLICY, diagnostics=(found,))
    return RunReport("/r", "py", 1, ((policy, result),), (), 0.1)


def of_the_repository(found: Diagnostic) -> RunReport:
    return RunReport("/r", "py", 1, (), (found,), 0.1)


def in_text(text: str) -> tuple[str, int, int]:
    (place,) = set(re.findall(r"(policies/key\.yml):(\d+):(\d+)", text))
    return place[0], int(place[1]), int(place[2])


def in_github(text: str) -> tuple[str, int, int]:
    (place,) = re.findall(r"^::error file=(.*?),line=(\d+),col=(\d+),", text, re.MULTILINE)
    return place[0], int(place[1]), int(place[2])


def in_json(text: str) -> tuple[str, int, int]:
    told = json.loads(text)
    listed = list(told["diagnostics"])
    for policy in told.get("policies", ()):
        listed += policy["diagnostics"]
    (found,) = listed
    return found["path"], found["line"], found["column"]


@pytest.mark.parametrize("report", [of_a_policy(FOUND), of_the_repository(FOUND)])
def test_every_format_of_a_run_tells_the_same_place_counted_from_1(report: RunReport) -> None:
    (error,) = ElementTree.fromstring(render_junit(report)).iter("error")
    assert {
        "text": in_text(render_text(report, Paint())),
        "json": in_json(render_json(report)),
        "github": in_github(render_github(report)),
        "junit": in_text(error.text or ""),
    } == dict.fromkeys(("text", "json", "github", "junit"), TOLD)


def test_every_format_of_check_tells_the_same_place_counted_from_1() -> None:
    assert {
        "text": in_text(render_findings("/r", 1, [FOUND], Paint())),
        "json": in_json(render_findings_json("/r", 1, [FOUND])),
        "github": in_github(render_findings_github([FOUND])),
    } == dict.fromkeys(("text", "json", "github"), TOLD)


def test_a_finding_about_a_whole_file_has_neither_line_nor_column() -> None:
    whole = replace(FOUND, line=0, column=0)
    report = of_the_repository(whole)
    assert in_json(render_json(report)) == ("policies/key.yml", 0, 0)
    assert in_json(render_findings_json("/r", 1, [whole])) == ("policies/key.yml", 0, 0)
    assert "  policies/key.yml\n" in render_text(report, Paint())
    assert "file=policies/key.yml,title=" in render_github(report)


def test_the_version_says_that_columns_count_from_1() -> None:
    assert json.loads(render_json(of_a_policy(FOUND)))["version"] == 2
    assert json.loads(render_findings_json("/r", 1, [FOUND]))["version"] == 2
