"""`panther-tui pack` and `upload`, from the command line to what they leave."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from panther_tui.cli import commands as cli

SPEC = """\
AnalysisType: policy
Filename: one.py
PolicyID: My.one
Severity: High
Enabled: true
ResourceTypes: [AWS.S3.Bucket]
Tests:
- {Name: open, ExpectedResult: true, Resource: {Open: true}}
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    root = tmp_path / "checkout"
    (root / "policies").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "policies" / "one.yml").write_text(SPEC)
    (root / "policies" / "one.py").write_text("def policy(r):\n    return r['Open']\n")
    monkeypatch.chdir(root / "policies")
    return root


@pytest.fixture
def run(checkout: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    def run_line(*args: str) -> tuple[int, str, str]:
        code = cli.run(list(args))
        return (code, *capfd.readouterr())

    return run_line


@pytest.fixture
def pat(tmp_path: Path) -> str:
    """A program that says what it was called with, and ends with 3."""
    file = tmp_path / "pat"
    file.write_text(
        f"#!{sys.executable}\nimport os, sys\nprint(os.getcwd(), sys.argv[1:])\nexit(3)\n"
    )
    file.chmod(0o755)
    return str(file)


def test_the_tests_come_first_and_then_the_zip(run: Run, checkout: Path, tmp_path: Path) -> None:
    code, out, _ = run("pack", "--out", str(tmp_path / "out"))
    assert code == 0
    assert "1 test passed" in out
    assert out.splitlines()[-2] == "1 policy  2 files, 0.0 MB as a zip"
    (file,) = (tmp_path / "out").iterdir()
    assert out.splitlines()[-1] == str(file)
    assert ZipFile(file).namelist() == ["policies/one.yml", "policies/one.py"]
    (checkout / "policies" / "one.py").write_text("def policy(r):\n    return False\n")
    code, out, _ = run("pack", "--out", str(tmp_path / "other"))
    assert code == 1
    assert "nothing was packed: the tests come first" in out
    assert not (tmp_path / "other").exists()
    assert run("pack", "--skip-tests", "--out", str(tmp_path / "other"))[0] == 0


def test_a_missing_body_or_an_empty_pack_makes_no_zip(run: Run, checkout: Path) -> None:
    (checkout / "policies" / "one.py").unlink()
    code, out, _ = run("pack", "--skip-tests")
    assert code == 1
    assert "✗ policies/one.yml:2: `Filename` names policies/one.py: No such file" in out
    (checkout / "policies" / "one.yml").unlink()
    assert run("pack", "--skip-tests")[0] == 2
    assert not list(Path().glob("*.zip"))


def test_upload_shows_what_goes_and_runs_the_users_pat(run: Run, checkout: Path, pat: str) -> None:
    code, out, _ = run("upload", "--pat", pat, "--skip-tests", "--batch")
    assert code == 1
    assert "1 policy  2 files" in out
    assert "nothing was uploaded" in out
    assert "['upload'" not in out
    code, out, _ = run(
        "upload", "--pat", pat, "--skip-tests", "--yes", "--filter", "Severity=High", "--batch"
    )
    assert code == 3
    ran = f"{checkout} ['upload', '--filter', 'Severity=High', '--batch']"
    assert ran in out
    assert out.index("1 policy") < out.index(ran)


def test_without_a_pat_nothing_is_uploaded(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    code, _, err = run("upload", "--skip-tests", "--yes")
    assert code == 2
    assert "there is neither panther_analysis_tool nor pat on the PATH" in err
