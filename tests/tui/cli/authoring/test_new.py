from pathlib import Path

import pytest

from panther_tui.cli import commands as cli


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policies").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


ASKED = ["new", "AWS S3 Bucket Versioning", "--type", "AWS.S3.Bucket", "--severity", "high"]


def test_the_pair_has_conventional_names_keys_and_tests_that_pass(
    root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    more = ["--tag", "AWS", "--report", "CIS=1.10", "--description", "Keeps: old ones."]
    assert cli.run([*ASKED, "--field", "Versioning", *more]) == 0
    assert "policies/aws_s3_policies/aws_s3_bucket_versioning.yml" in capfd.readouterr().out
    spec = (root / "policies/aws_s3_policies/aws_s3_bucket_versioning.yml").read_text()
    assert spec.startswith("""\
AnalysisType: policy
Filename: aws_s3_bucket_versioning.py
PolicyID: "AWS.S3.Bucket.Versioning"
DisplayName: "AWS S3 Bucket Versioning"
Enabled: true
ResourceTypes:
  - AWS.S3.Bucket
Tags:
  - AWS
Reports:
  CIS:
    - "1.10"
Severity: High
Description: >
  Keeps: old ones.
Tests:
  - Name: Versioning is set
    ExpectedResult: true
    Resource:
      {
""")
    assert cli.run(["check"]) == 0
    assert cli.run(["test", "--minimum-tests", "2"]) == 0


@pytest.mark.parametrize("kind", ["AWS.KMS.Key", "AWS.IAM.RootUser", "AWS.Route53Domains", ""])
def test_any_type_gives_a_policy_whose_tests_pass(root: Path, kind: str) -> None:
    assert cli.run(["new", "Something New", *(["--type", kind] if kind else [])]) == 0
    assert cli.run(["test", "--minimum-tests", "2"]) == 0


def test_a_taken_id_or_file_is_refused_and_nothing_is_written(
    root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(ASKED) == 0
    held = sorted(root.rglob("*.*"))
    assert cli.run(ASKED) == 2
    assert "is there already: nothing was written" in capfd.readouterr().err
    assert cli.run([*ASKED, "--file", "other.py"]) == 2
    assert "AWS.S3.Bucket.Versioning is taken by" in capfd.readouterr().err
    assert sorted(root.rglob("*.*")) == held


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--type", "AWS.S3.Buckets"], "did you mean AWS.S3.Bucket?"),
        (["--id", "A&B"], "must not hold &"),
        (["--tag", "a", "--tag", "A"], "twice"),
        (["--report", "CIS"], "write it as CIS=1.2"),
        (["--file", "../a.py"], "is no file name"),
    ],
)
def test_what_panther_would_refuse_is_refused_first(
    root: Path, options: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["new", "A Name", *options]) == 2
    assert said in capfd.readouterr().err
    assert not list(root.rglob("*.*"))
