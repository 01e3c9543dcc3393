"""Files of findings: whole or not there, nobody else's, in the format that the name asks for."""

from __future__ import annotations

import csv
import json
import os
import stat
from pathlib import Path

import pytest

from panther_engine.scan.export.exported import Exported
from panther_engine.scan.export.rows import NAMES
from panther_engine.scan.export.write import (
    FORMATS,
    UnknownExportError,
    format_of,
    write_findings,
)
from tests.engine.scan.export.exports import HOSTILE, written


def test_csv_has_a_row_for_each_and_no_formula(scan: Exported, tmp_path: Path) -> None:
    text = written(scan, tmp_path, "found.csv")
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    assert tuple(rows[0]) == NAMES
    assert [row["verdict"] for row in rows] == ["FAIL", "ERROR", "ERROR", "FAIL", "PASS"]
    assert rows[0]["resource"] == "'" + HOSTILE
    assert rows[0]["title"] == "Open to all"
    assert (rows[1]["error_type"], rows[1]["error_line"]) == ("KeyError", "5")
    assert [row["suppressed"] for row in rows][3] == "true"
    assert [row["unverified"] for row in rows][4] == "true"


def test_json_and_json_lines_hold_the_same(scan: Exported, tmp_path: Path) -> None:
    lines = [json.loads(one) for one in written(scan, tmp_path, "f.jsonl").splitlines()]
    document = json.loads(written(scan, tmp_path, "f.json"))
    assert (document["version"], document["id"]) == (1, "1")
    assert document["findings"] == lines
    assert lines[0]["resource"] == HOSTILE
    assert tuple(lines[0]) == NAMES


def test_the_longest_end_of_a_name_that_is_known_says_the_format() -> None:
    assert format_of(Path("f.sarif.json")) is FORMATS[".sarif.json"]
    assert format_of(Path("f.SARIF.JSON")) is FORMATS[".sarif.json"]
    assert format_of(Path("f.2.json")) is FORMATS[".json"]
    for name, end in (("f.pdf", "with `.pdf`"), ("found", "as it does")):
        with pytest.raises(UnknownExportError, match=rf"no format ends {end}; there are \.csv"):
            format_of(Path(name))


def test_a_file_is_whole_or_not_there_and_nobody_elses(scan: Exported, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    file = tmp_path / "out" / "f.csv"
    assert write_findings(scan, file) == ()
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    with pytest.raises(OSError, match="No such file"):
        write_findings(scan, tmp_path / "no" / "f.csv")
    scan.store.execute("DROP TABLE cause")
    before = file.read_bytes()
    with pytest.raises(Exception, match="no such table"):
        write_findings(scan, file)
    assert file.read_bytes() == before
    assert [one.name for one in file.parent.iterdir()] == ["f.csv"]
