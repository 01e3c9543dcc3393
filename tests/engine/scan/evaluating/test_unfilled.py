"""What a mapping could not fill gives no verdict, however a policy reads it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from panther_engine.model import Verdict
from panther_engine.values.scanned import Resource
from tests.engine.scan.judged import KIND, resources, scan

BODY = """\
import copy, json

def policy(resource):
    return READS[resource["Reads"]](resource)

READS = {
    "known": lambda r: r["Id"] == 1 and r.get("Name") is None,
    "index": lambda r: r["Gone"],
    "get": lambda r: r.get("Gone") is None,
    "in": lambda r: "Gone" not in r,
    "nested": lambda r: all("Type" not in one for one in r["Rows"]),
    "nested known": lambda r: [one["URI"] for one in r["Rows"]] == ["u"],
    "other": lambda r: r.get("Whatever") is None,
    "whole": lambda r: bool(json.dumps(r)),
    "copy": lambda r: copy.deepcopy(dict(r)) != {},
    "caught": lambda r: caught(r),
}

def caught(resource):
    try:
        return resource["Gone"]
    except Exception:
        return True

def title(resource):
    return resource["Gone"]
"""
DOCUMENT = {"Id": 1, "Rows": [{"URI": "u"}]}
UNFILLED = ("Gone", "Rows.Type", "*", "-Name")


def partial(*reads: str) -> list[Resource]:
    found = resources(*({**DOCUMENT, "Reads": one} for one in reads))
    return [replace(one, unfilled=UNFILLED, mapping="m") for one in found]


def test_reading_what_is_not_there_is_an_error_however_it_is_read(tmp_path: Path) -> None:
    reads = ("known", "index", "get", "in", "nested", "nested known", "other", "whole", "copy")
    native = Resource("n", KIND, "", "", {"ResourceId": "n", **DOCUMENT, "Reads": "get"})
    scanned = scan(tmp_path, BODY, [native, *partial(*reads, "caught")])
    errors = {name: one.error for name, one in scanned.evaluations.items()}
    assert set(errors) == {"r1", "r2", "r3", "r4", "r6", "r7", "r8", "r9"}
    assert all(one is not None and one.type == "NotInInventory" for one in errors.values())
    said = {name: one.message for name, one in errors.items() if one is not None}
    assert said["r1"] == "not in this inventory: `Gone`"
    assert said["r4"] == "not in this inventory: `Rows.Type`"
    assert said["r6"] == "not in this inventory: `Whatever`"
    assert said["r7"] == "not in this inventory: `Gone`, `Rows.Type`"
    first = errors["r1"]
    assert first is not None
    assert (first.path, first.line) == ("policies/body.py", 8)


def test_an_alert_function_that_reads_it_costs_its_own_text_alone(tmp_path: Path) -> None:
    body = BODY.replace('== 1 and r.get("Name") is None', "== 2")
    scanned = scan(tmp_path, body, partial("known"))
    found = scanned.evaluations["r0"]
    assert found.verdict is Verdict.FAIL
    assert found.alert is not None
    assert found.alert.title == "Test.body"
