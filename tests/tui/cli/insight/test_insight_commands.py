"""`explain`, `probe`, `mutants`, `debug` and `test --coverage` on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from panther_tui.cli import commands as cli

BODY = """\
def policy(resource):
    for grant in resource["Grants"]:
        if grant["Who"] == "all":
            return False
    return True
"""
SPEC = """\
AnalysisType: policy
Filename: grants.py
PolicyID: My.Grants
Severity: High
Enabled: true
ResourceTypes: [AWS.S3.Bucket]
Tests:
  - Name: Mine
    ExpectedResult: true
    Resource: {Grants: [{Who: me}]}
  - Name: Everybody's
    ExpectedResult: false
    Resource: {Grants: [{Who: me}, {Who: all}]}
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    for name in ("VIRTUAL_ENV", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "checkout"
    (root / "policies").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "policies" / "grants.py").write_text(BODY)
    (root / "policies" / "grants.yml").write_text(SPEC)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def run(checkout: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line; gives exit code, standard output and standard error."""

    def run_line(*args: str) -> tuple[int, str, str]:
        code = cli.run(list(args))
        return (code, *capsys.readouterr())

    return run_line


def test_explain_tells_the_reason_the_steps_and_the_flips(run: Run) -> None:
    code, out, _ = run("explain", "policies/grants.yml", "--test", "Everybody's")
    assert code == 0
    assert "It fails because `Grants[1].Who` is 'all'." in out
    assert '   3 yes grant["Who"] == "all"' in out
    assert "return False  policies/grants.py:4" in out
    assert 'PASS if Grants[1].Who is "me" (now "all")' in out
    assert "Mine" not in out


def test_explain_writes_the_documented_keys(run: Run) -> None:
    code, out, _ = run("explain", "policies", "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert list(document) == ["version", "root", "python", "tests"]
    mine, everybodys = document["tests"]
    assert list(everybodys)[:12] == [
        "policy",
        "spec",
        "test",
        "line",
        "expected",
        "verdict",
        "same_as_plain",
        "deciding",
        "reason",
        "conditions",
        "reads",
        "flips",
    ]
    assert everybodys["deciding"] == {
        "path": "policies/grants.py",
        "line": 4,
        "column": 13,
        "kind": "return",
        "text": "return False",
    }
    condition = everybodys["conditions"][-1]
    assert list(condition)[:7] == [
        "path",
        "line",
        "column",
        "text",
        "value",
        "iteration",
        "operands",
    ]
    assert (condition["line"], condition["column"], condition["iteration"]) == (3, 12, 2)
    assert condition["operands"] == [
        {"text": 'grant["Who"]', "value": "'all'", "field": "$.Grants[1].Who"}
    ]
    assert {"field": "$.Grants", "kind": "value", "lines": [2]} in everybodys["reads"]
    assert everybodys["flips"][0] == {
        "verdict": "PASS",
        "changes": [{"op": "set", "field": "$.Grants[1].Who", "old": "all", "new": "me"}],
    }
    assert mine["verdict"] == "PASS"


def test_a_line_of_a_spec_picks_its_test(run: Run) -> None:
    _, out, _ = run("explain", "policies/grants.yml:9", "--format", "json")
    assert [test["test"] for test in json.loads(out)["tests"]] == ["Mine"]


def test_a_name_that_no_test_has_is_refused_with_the_nearest(run: Run) -> None:
    code, _, err = run("explain", "policies", "--test", "Mime")
    assert code == 2
    assert 'no test is called "Mime"' in err
    assert "Mine" in err


def test_a_body_that_cannot_run_is_told(run: Run, checkout: Path) -> None:
    (checkout / "policies" / "grants.py").write_text("import nothing_of_it\n" + BODY)
    code, out, err = run("explain", "policies")
    assert (code, out) == (0, "")
    assert "policies/grants.yml: ModuleNotFoundError" in err


def test_probe_fails_only_where_it_is_asked_to(run: Run) -> None:
    code, out, _ = run("probe")
    assert code == 0
    assert "raises if Grants is null: TypeError" in out
    assert out.splitlines()[-1].startswith("! 1 policy raises on 1 of ")
    assert run("probe", "--fail")[0] == 1
    document = json.loads(run("probe", "--format", "json")[1])
    assert list(document)[:4] == ["version", "root", "python", "policies"]
    (policy,) = document["policies"]
    assert list(policy)[:3] == ["id", "spec", "fields"]
    for field in policy["fields"]:
        assert list(field)[:4] == ["field", "verdict", "line", "error"]
        assert field["error"] is None or list(field["error"]) == ["type", "message"]
    code, out, _ = run("probe", "--format", "github")
    assert out.startswith("::warning file=policies/grants.py,line=2")


def test_mutants_fails_below_the_minimum(run: Run) -> None:
    code, _out, _ = run("mutants", "--minimum", "100")
    document = json.loads(run("mutants", "--format", "json")[1])
    assert list(document)[:4] == ["version", "root", "python", "policies"]
    assert document["version"] == 1
    (policy,) = document["policies"]
    assert list(policy)[:6] == ["id", "spec", "body", "total", "killed", "survivors"]
    assert policy["total"] == policy["killed"] + len(policy["survivors"])
    assert (code == 1) is bool(policy["survivors"])
    assert run("mutants", "--minimum", "10")[0] == 0


def test_mutants_writes_the_documented_keys_of_survivors(run: Run, checkout: Path) -> None:
    body = "def policy(it):\n    return len(it['Grants']) < 2 and it.get('Name') != 'old'\n"
    (checkout / "policies" / "grants.py").write_text(body)
    (policy,) = json.loads(run("mutants", "--format", "json")[1])["policies"]
    assert policy["survivors"]
    for survivor in policy["survivors"]:
        assert list(survivor)[:5] == ["line", "column", "kind", "from", "to"]


def test_coverage_is_written_beside_the_report(run: Run, checkout: Path) -> None:
    code, out, _ = run("test", "--coverage", "lines.info")
    assert code == 0
    assert "2 tests passed" in out
    assert "DA:4,1" in (checkout / "lines.info").read_text()
    run("test", "--name", "Mine", "--coverage", "lines.json")
    (policy,) = json.loads((checkout / "lines.json").read_text())["policies"]
    assert policy["missing"] == [4]


@pytest.mark.parametrize(
    ("extra", "said"),
    [(("lines.txt",), "says no format"), (("lines.json", "--failed"), "one whole run")],
)
def test_coverage_that_cannot_be_written_is_refused(
    run: Run, extra: tuple[str, ...], said: str
) -> None:
    code, _, err = run("test", "--coverage", *extra)
    assert code == 2
    assert said in " ".join(err.split())


def test_debug_wants_one_test(run: Run) -> None:
    code, _, err = run("debug", "policies/grants.yml")
    assert code == 2
    assert '"Mine", "Everybody\'s"' in err


def test_debug_runs_pdb_in_the_terminal(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "panther_tui", "debug", "policies/grants.yml", "--test", "Mine"],
        input="p len(resource['Grants'])\nc\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '-> for grant in resource["Grants"]:' in done.stdout
    assert "(Pdb) 1" in done.stdout


def test_the_help_names_the_commands(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    for word in ("explain", "probe", "mutants", "debug"):
        assert word in out
