"""OCSF: events that the schema of their class has nothing against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from panther_engine.scan.export.exported import Exported
from tests.engine.scan.export.exports import (
    FOUND,
    HOSTILE,
    exported,
    keep_scan,
    made,
    problems,
    write_policy,
    written,
)

SCHEMA = "ocsf-compliance-finding-1.8.0.json"


def events_of(text: str) -> list[Any]:
    events = [json.loads(line) for line in text.splitlines()]
    assert [problem for one in events for problem in problems(one, SCHEMA)] == []
    return events


def test_the_schema_finds_what_is_wrong(scan: Exported, tmp_path: Path) -> None:
    (event, *_) = events_of(written(scan, tmp_path, "f.ocsf.jsonl"))
    event["compliance"]["status_id"] = 7
    event["made_up"] = 1
    del event["finding_info"]["uid"]
    told = "\n".join(problems(event, SCHEMA))
    assert "$.compliance.status_id: 7 is not one of" in told
    assert "'made_up' was unexpected" in told
    assert "$.finding_info: 'uid' is a required property" in told


def test_each_finding_is_an_event(scan: Exported, tmp_path: Path) -> None:
    events = events_of(written(scan, tmp_path, "f.ocsf.jsonl"))
    results = [(one["compliance"]["status_id"], one["status"]) for one in events]
    assert results == [(3, "New"), (99, "New"), (99, "New"), (3, "Suppressed"), (2, "New")]
    first, error = events[:2]
    assert (first["type_uid"], first["severity"], first["message"]) == (
        200301,
        "High",
        "Open to all",
    )
    (resource,) = first["resources"]
    assert resource["uid"] == HOSTILE
    assert first["cloud"] == {
        "provider": "AWS",
        "account": {"uid": "000000000001"},
        "region": "eu-west-1",
    }
    assert first["compliance"]["standards"] == ["CIS"]
    assert first["compliance"]["requirements"] == ["CIS 1.1", "CIS 1.2"]
    assert first["remediation"] == {"desc": "Close it.", "references": ["https://example.com/p"]}
    assert error["compliance"]["status_details"] == ["KeyError: 'Grants'"]
    assert error["unmapped"] == {
        "spec": "policies/P.yml",
        "unverified": False,
        "error_path": "policies/p.py",
        "error_line": 5,
    }
    assert events[4]["compliance"]["status_details"] == [
        "looked up x, which is not in the inventory"
    ]
    assert len({one["finding_info"]["uid"] for one in events}) == 5


def test_what_was_found_before_is_an_update_of_the_same_finding(tmp_path: Path) -> None:
    write_policy(tmp_path)
    file = tmp_path / "scans.sqlite"
    keep_scan(file).close()
    store = keep_scan(file, FOUND[:2])
    store.execute("UPDATE scan SET started = '2026-01-01T00:00:00Z' WHERE number = 1")
    one, two = (
        events_of(written(exported(store, tmp_path, number), tmp_path, "f.ocsf.jsonl"))[0]
        for number in (1, 2)
    )
    store.close()
    assert (one["activity_name"], two["activity_name"]) == ("Create", "Update")
    assert one["finding_info"]["uid"] == two["finding_info"]["uid"]
    assert two["finding_info"]["first_seen_time"] == 1767225600000 == one["time"]
    assert two["time"] > one["time"]


def test_the_document_is_an_array_of_the_same_events(scan: Exported, tmp_path: Path) -> None:
    lines = events_of(written(scan, tmp_path, "f.ocsf.jsonl"))
    assert json.loads(written(scan, tmp_path, "f.ocsf.json")) == lines
    scan.store.execute("DELETE FROM finding")
    assert json.loads(written(scan, tmp_path, "f.ocsf.json")) == []


def test_a_severity_that_ocsf_does_not_know_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "checkout").mkdir()
    store = keep_scan(tmp_path / "scans.sqlite", FOUND, policies=(made("Odd"),))
    events = events_of(written(exported(store, tmp_path), tmp_path, "f.ocsf.jsonl"))
    store.close()
    assert {one["severity_id"] for one in events} == {0}
