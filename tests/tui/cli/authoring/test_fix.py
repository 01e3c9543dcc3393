from pathlib import Path

import pytest

from panther_tui.cli import commands as cli

FAULTY = """\
AnalysisType: policy
FileName: a.py  # the body
PolicyID: "A.B"
Enabled: "yes"
ResourceType: S3.Bucket.Snapshot
Severity: HIGH
Tags: [AWS, PCI, aws]
OutputIds:
Reports:
  CIS:
    - 1.10
    - 2.2
Tests:
  - Name: 1
    ExpectedResult: "true"
    Mocks:
      - name: look
        returnValue: 7
    Resource: { "a": 1 }
"""

FIXED = """\
AnalysisType: policy
Filename: a.py  # the body
PolicyID: "A.B"
Enabled: true
ResourceTypes:
  - AWS.S3.Bucket
Severity: High
Tags: [AWS, PCI]
Reports:
  CIS:
    - "1.10"
    - 2.2
Tests:
  - Name: "1"
    ExpectedResult: true
    Mocks:
      - objectName: look
        returnValue: "7"
    Resource: { "a": 1 }
"""

BODY = "look = len\n\n\ndef polcy(resource):\n    return look(resource) == 7\n"


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "a.yml").write_text(FAULTY)
    (folder / "a.py").write_text(BODY)
    monkeypatch.chdir(tmp_path)
    return folder / "a.yml"


def test_every_fixable_fault_is_mended_and_told_and_a_second_run_changes_nothing(
    spec: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["check", "--fix"]) == 0
    out = capfd.readouterr().out
    assert spec.read_text() == FIXED
    assert spec.with_suffix(".py").read_text() == BODY.replace("polcy", "policy")
    assert "policies/a.yml:2 unknown-key: renamed `FileName` to `Filename`" in out
    assert "policies/a.py:4 no-policy: renamed `polcy` to `policy`" in out
    assert "13 faults fixed in 2 files" in out
    assert cli.run(["check", "--fix"]) == 0
    assert "0 faults fixed in 0 files" in capfd.readouterr().out
    assert spec.read_text() == FIXED


def test_the_difference_is_only_shown(spec: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", "--fix", "--diff"]) == 1
    shown = capfd.readouterr()
    lines = shown.out.splitlines()
    assert lines[:2] == ["--- a/policies/a.yml", "+++ b/policies/a.yml"]
    assert {"-Severity: HIGH", "+Severity: High"} <= set(lines)
    assert "would be fixed" in shown.err
    assert spec.read_text() == FAULTY


def test_a_file_that_cannot_be_written_is_told_and_left(
    spec: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    spec.chmod(0o444)
    assert cli.run(["check", "--fix"]) == 1
    assert "is read-only: nothing was written" in capfd.readouterr().err
    assert spec.read_text() == FAULTY


def test_what_is_right_or_of_rules_is_not_touched(spec: Path) -> None:
    rule = FAULTY.replace("AnalysisType: policy", "AnalysisType: rule")
    spec.write_text(rule)
    (spec.parent / "b.yml").write_text(FIXED)
    cli.run(["check", "--fix"])
    assert spec.read_text() == rule
    assert (spec.parent / "b.yml").read_text() == FIXED


def test_options_that_do_not_go_together_are_wrong_usage(spec: Path) -> None:
    assert cli.run(["check", "--diff"]) == 2
    assert cli.run(["check", "--fix", "--format", "json"]) == 2
    assert spec.read_text() == FAULTY
