"""`panther-tui reports`, with and without a scan."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from panther_tui.cli import commands as cli

SPEC = """\
AnalysisType: policy
Filename: {name}.py
PolicyID: My.{name}
Severity: High
Enabled: {enabled}
ResourceTypes: [AWS.S3.Bucket]
Reports: {{Own: [{sections}], "\\e[31mred": [x]}}
"""
RULE = "AnalysisType: rule\nRuleID: R\nFilename: r.py\nEnabled: true\nReports: {Own: [9.9]}\n"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    root = tmp_path / "checkout"
    for folder in ("policies", "rules", ".git", ".panther-tui"):
        (root / folder).mkdir(parents=True)
    for name, enabled, sections in (("one", "true", "'1.1', '1.2'"), ("off", "false", "'2.1'")):
        spec = SPEC.format(name=name, enabled=enabled, sections=sections)
        (root / "policies" / f"{name}.yml").write_text(spec)
        (root / "policies" / f"{name}.py").write_text("def policy(r):\n    return r['Ok']\n")
    (root / "rules" / "r.yml").write_text(RULE)
    (root / "rules" / "r.py").write_text("def rule(e):\n    return True\n")
    (root / ".panther-tui" / "reports.yml").write_text("Own: ['1.1', '3.10']\n")
    monkeypatch.chdir(root)

    def run_line(*args: str) -> tuple[int, str, str]:
        code = cli.run(list(args))
        return (code, *capsys.readouterr())

    return run_line


def test_sections_are_told_with_their_policies_and_the_last_scan(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("reports", "own", "-v")
    assert (code, out.splitlines()) == (
        0,
        [
            "Own  2 covered · 1 off · 1 elsewhere · 1 uncovered  list: .panther-tui/reports.yml",
            "    1.1   1 policy · 0 tests",
            "          My.one  High  0 tests",
            "    1.2   1 policy · 0 tests · not in the list",
            "          My.one  High  0 tests",
            "    2.1   1 policy (1 off) · 0 tests · not in the list",
            "          My.off  High  off · 0 tests",
            "    only by detections that are no policies: 9.9",
            "  ! by nothing: 3.10",
            "",
            "no scan is kept: `panther-tui scan INVENTORY` makes one",
        ],
    )
    bucket = {"ResourceId": "a", "ResourceType": "AWS.S3.Bucket", "Ok": False}
    (tmp_path / "i.json").write_text(json.dumps(bucket))
    run("scan", str(tmp_path / "i.json"))
    _, out, _ = run("reports")
    assert "  ✗ 1.1   1 policy · 0 tests · 1 fail of 1" in out
    assert "of scan 1, " in out
    assert "\x1b" not in out


def test_json_has_everything(run: Run) -> None:
    _, out, _ = run("reports", "Own", "--format", "json")
    document = json.loads(out)
    (report,) = document["reports"]
    assert (document["scan"], report["uncovered"]) == (None, ["3.10"])
    assert [one["cover"] for one in report["sections"]] == [
        "covered", "covered", "off", "uncovered", "elsewhere"
    ]  # fmt: skip
    assert report["sections"][0]["policies"][0]["id"] == "My.one"
    assert report["sections"][-1]["others"][0]["type"] == "rule"


def test_a_report_that_nothing_names_is_no_report(run: Run) -> None:
    code, _, err = run("reports", "Owm")
    assert code == 2
    assert "no detection names a report `Owm`; nearest: Own" in err
