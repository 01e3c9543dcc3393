"""SARIF: what the standard says and what GitHub takes, however many findings there are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from panther_engine.model import Verdict
from panther_engine.scan.export import sarif
from panther_engine.scan.export.exported import Exported
from panther_engine.scan.export.write import write_findings
from panther_engine.values.scanned import Evaluation
from tests.engine.scan.export.exports import exported, keep_scan, made, problems, written


def run_of(text: str) -> Any:
    """The one run of a document that the schema has nothing against."""
    document = json.loads(text)
    assert problems(document, "sarif-2.1.0.json") == []
    (run,) = document["runs"]
    return run


def test_the_schema_finds_what_is_wrong(scan: Exported, tmp_path: Path) -> None:
    document = json.loads(written(scan, tmp_path, "f.sarif"))
    document["runs"][0]["results"][0]["level"] = "fatal"
    del document["runs"][0]["tool"]["driver"]["name"]
    found = problems(document, "sarif-2.1.0.json")
    assert found[0].startswith("$.runs[0].results[0].level: 'fatal' is not one of")
    assert found[1] == "$.runs[0].tool.driver: 'name' is a required property"


def test_a_rule_says_what_github_shows(scan: Exported, tmp_path: Path) -> None:
    (rule,) = run_of(written(scan, tmp_path, "f.sarif"))["tool"]["driver"]["rules"]
    assert rule["shortDescription"] == {"text": "The policy"}
    assert rule["fullDescription"] == {"text": 'Buckets are closed. Others are "open".'}
    assert rule["help"]["text"].endswith("Policy P in policies/P.yml")
    assert "Runbook: Close it." in rule["help"]["text"]
    assert rule["helpUri"] == "https://example.com/p"
    assert rule["properties"]["tags"] == ["security", "AWS", "Data & <More>"]
    assert rule["properties"]["security-severity"] == "8.0"


def test_what_fails_stands_where_its_policy_judges_and_what_errs_where_it_raised(
    scan: Exported, tmp_path: Path
) -> None:
    results = run_of(written(scan, tmp_path, "f.sarif"))["results"]
    places = [one["locations"][0]["physicalLocation"] for one in results]
    shown = [(one["artifactLocation"]["uri"], one["region"]) for one in places]
    definition = {"startLine": 4, "startColumn": 1, "endLine": 4, "endColumn": 22}
    raised = {"startLine": 5, "startColumn": 5, "endLine": 5, "endColumn": 39}
    body = "checkout/policies/p.py"
    assert shown == [(body, definition), (body, raised), (body, definition), (body, definition)]
    assert results[1]["message"]["text"] == "b: KeyError: 'Grants'"
    assert "\x1b" not in json.dumps(results)
    assert [bool(one.get("suppressions")) for one in results] == [False, False, False, True]
    assert len({one["partialFingerprints"]["primaryLocationLineHash"] for one in results}) == 4


def test_a_policy_that_is_there_no_longer_stands_at_its_spec(tmp_path: Path) -> None:
    (tmp_path / "checkout").mkdir()
    store = keep_scan(tmp_path / "scans.sqlite")
    run = run_of(written(exported(store, tmp_path), tmp_path, "f.sarif"))
    store.close()
    places = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    assert places[0]["artifactLocation"]["uri"] == "checkout/policies/P.yml"
    assert places[0]["region"]["startLine"] == 1
    assert run["tool"]["driver"]["rules"][0]["fullDescription"] == {"text": "P"}


def test_the_worst_are_kept_and_what_is_left_out_is_told(
    scan: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "RESULTS", 3)
    file = tmp_path / "f.sarif"
    (told,) = write_findings(scan, file)
    assert told == (
        f"{file}: the 3 worst of 4 findings are written, as many as GitHub takes; left out: 1"
    )
    run = run_of(file.read_text())
    assert [bool(one.get("suppressions")) for one in run["results"]] == [False] * 3
    assert run["properties"] == {"leftOut": 1}


def test_no_text_is_so_long_that_github_refuses_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "SIZE", 100_000)
    (tmp_path / "checkout").mkdir()
    ids = [f"{number}{'é' * 5_000}" for number in range(60)]
    found = [Evaluation("policies/P.yml", "P", one, Verdict.FAIL) for one in ids]
    store = keep_scan(tmp_path / "scans.sqlite", found, ids, (made("Low"),))
    file = tmp_path / "f.sarif"
    (told,) = write_findings(exported(store, tmp_path), file)
    store.close()
    run = run_of(file.read_text())
    assert file.stat().st_size < 101_000
    assert 5 < len(run["results"]) < 60
    assert run["properties"]["leftOut"] == 60 - len(run["results"])
    assert all(len(one["message"]["text"]) <= 1_000 for one in run["results"])
    assert "left out: " in told
