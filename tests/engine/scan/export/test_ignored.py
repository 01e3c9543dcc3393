"""What the team ignores is in every file, and an alarm in none."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

from panther_engine.model import Verdict
from panther_engine.values.scanned import Evaluation
from tests.engine.scan.export.exports import exported, keep_scan, problems, write_policy, written

KNOWN = Evaluation("policies/P.yml", "P", "a", Verdict.FAIL, ignored="known & <old>")


def test_ignored_results_are_flagged_with_the_reason_in_every_format(tmp_path: Path) -> None:
    write_policy(tmp_path)
    store = keep_scan(tmp_path / "scans.sqlite", (KNOWN,), ("a", "b"))
    scan = exported(store, tmp_path)
    (result,) = json.loads(written(scan, tmp_path, "f.sarif"))["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "external", "justification": KNOWN.ignored}]
    event = json.loads(written(scan, tmp_path, "f.ocsf.jsonl"))
    assert not problems(event, "ocsf-compliance-finding-1.8.0.json")
    assert (event["status"], event["comment"]) == ("Suppressed", KNOWN.ignored)
    suite = ElementTree.fromstring(written(scan, tmp_path, "f.xml"))[0]
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")
    (skipped,) = suite.iter("skipped")
    assert "known & <old>" in str(skipped.get("message"))
    row = json.loads(written(scan, tmp_path, "f.jsonl"))
    assert (row["ignored"], row["why_ignored"]) == (True, KNOWN.ignored)
    store.close()
