"""Findings as files for other programs: every row, in every format, whatever names are like."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sarif_pydantic import Sarif  # type: ignore[import-untyped]

from panther_engine.model import Failure, Verdict
from panther_engine.scan.export import sarif
from panther_engine.scan.export.rows import NAMES
from panther_engine.scan.export.write import UnknownExportError, write_findings
from panther_engine.scan.inventory.spool import private_spool
from panther_engine.scan.store.keep import Keeper
from panther_engine.scan.store.schema import open_store
from panther_engine.values.scanned import Alert, Evaluation, Resource
from tests.engine.scan.judged import KIND
from tests.engine.scan.store.test_store import made

HOSTILE = '=1+1|"cmd",\n\x1b[31mname'
ALERT = Alert("Open to all", "High", "", "", "", "dedup", None)
BROKEN = Failure("KeyError", "'Grants'", "policies/p.py", 3)
OUTSIDE = Failure("OSError", "no", "/usr/lib/python3/json.py", 9)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """One scan: a FAIL of a hostile name, an ERROR, one outside of the checkout, one suppressed."""
    found = open_store(tmp_path / "state" / "scans.sqlite")
    ids = (HOSTILE, "b", "c", "d", "e")
    with private_spool() as spool:
        for one in ids:
            document = {"ResourceId": one, "ResourceType": KIND}
            spool.add(Resource(one, KIND, "123456789012", "eu-west-1", document))
        spool.settle()
        keeper = Keeper(found, spool.folder / "index.sqlite", (made(),))
        keeper.add(
            (
                Evaluation("P.yml", "P", HOSTILE, Verdict.FAIL, alert=ALERT),
                Evaluation("P.yml", "P", "b", Verdict.ERROR, error=BROKEN),
                Evaluation("P.yml", "P", "c", Verdict.ERROR, error=OUTSIDE),
                Evaluation("P.yml", "P", "d", Verdict.FAIL, suppressed=True),
                Evaluation("P.yml", "P", "e", Verdict.PASS, missing=("x",)),
            )
        )
        keeper.complete(resources=5, passed_over=0, seconds=1.0, inventory="i", keep=20)
    yield found
    found.close()


def written(store: sqlite3.Connection, folder: Path, name: str) -> str:
    file = folder / name
    write_findings(store, 1, file, {"P": "The policy"})
    return file.read_bytes().decode()


def test_csv_has_a_row_for_each_and_no_formula(store: sqlite3.Connection, tmp_path: Path) -> None:
    text = written(store, tmp_path, "found.csv")
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    assert tuple(rows[0]) == NAMES
    assert [row["verdict"] for row in rows] == ["FAIL", "ERROR", "ERROR", "FAIL", "PASS"]
    assert rows[0]["resource"] == "'" + HOSTILE
    assert rows[0]["title"] == "Open to all"
    assert (rows[1]["error_type"], rows[1]["error_line"]) == ("KeyError", "3")
    assert [row["suppressed"] for row in rows][3] == "true"
    assert [row["unverified"] for row in rows][4] == "true"


def test_json_and_json_lines_hold_the_same(store: sqlite3.Connection, tmp_path: Path) -> None:
    lines = [json.loads(one) for one in written(store, tmp_path, "f.jsonl").splitlines()]
    document = json.loads(written(store, tmp_path, "f.json"))
    assert (document["version"], document["id"]) == (1, "1")
    assert document["findings"] == lines
    assert lines[0]["resource"] == HOSTILE
    assert tuple(lines[0]) == NAMES


def test_sarif_is_what_the_standard_says(store: sqlite3.Connection, tmp_path: Path) -> None:
    document = json.loads(written(store, tmp_path, "f.sarif"))
    Sarif.model_validate(document)
    (run,) = document["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["shortDescription"] == {"text": "The policy"}
    results = run["results"]
    assert [one["message"]["text"] for one in results][1] == "b: KeyError: 'Grants'"
    assert len(results) == 4, "what passes is no result"
    places = [one["locations"][0]["physicalLocation"] for one in results]
    assert [(it["artifactLocation"]["uri"], it["region"]["startLine"]) for it in places] == [
        ("P.yml", 1),
        ("policies/p.py", 3),
        ("P.yml", 1),
        ("P.yml", 1),
    ]
    assert "\x1b" not in json.dumps(results)
    assert [bool(one.get("suppressions")) for one in results] == [False, False, False, True]
    prints = {one["partialFingerprints"]["policyAndResource/v1"] for one in results}
    assert len(prints) == 4


def test_sarif_keeps_the_worst_and_says_how_many_it_left_out(
    store: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "RESULTS", 3)
    (run,) = json.loads(written(store, tmp_path, "f.sarif"))["runs"]
    assert [bool(one.get("suppressions")) for one in run["results"]] == [False] * 3
    assert run["properties"] == {"leftOut": 1}


def test_a_file_is_whole_or_not_there_and_nobody_elses(
    store: sqlite3.Connection, tmp_path: Path
) -> None:
    written(store, tmp_path, "f.csv")
    assert stat.S_IMODE(os.stat(tmp_path / "f.csv").st_mode) == 0o600
    with pytest.raises(OSError, match="No such file"):
        write_findings(store, 1, tmp_path / "no" / "f.csv", {})
    with pytest.raises(UnknownExportError, match=r"no format ends with `\.pdf`; there are \.csv"):
        write_findings(store, 1, tmp_path / "f.pdf", {})
    assert sorted(one.name for one in tmp_path.iterdir()) == ["f.csv", "state"]
