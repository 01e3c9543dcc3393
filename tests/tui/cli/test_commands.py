from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

import panther_tui
from panther_engine.headless import chosen_run
from panther_engine.headless.run import HeadlessRun
from panther_engine.reading.selection.targets import Place
from panther_engine.running.jobs.report import RunReport
from panther_tui.app.app_request import AppRequest
from panther_tui.cli import commands as cli

BODY = """\
def policy(resource):
    print("looking")
    return resource["Open"] is False
"""

SPEC = """\
AnalysisType: policy
Filename: {name}.py
PolicyID: {id}
Severity: {severity}
Enabled: {enabled}
ResourceTypes: [AWS.S3.Bucket]
Tests:
  - Name: Closed
    ExpectedResult: true
    Resource: {{Open: false}}
  - Name: Wide open
    ExpectedResult: {open}
    Resource: {{Open: true}}
"""


def write_policy(
    folder: Path,
    name: str,
    *,
    severity: str = "High",
    enabled: str = "true",
    expects_open: str = "false",
    body: str = BODY,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(body)
    spec = folder / f"{name}.yml"
    spec.write_text(
        SPEC.format(
            name=name, id=f"My.{name}", severity=severity, enabled=enabled, open=expects_open
        )
    )
    return spec


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with `good` and `bad`, and no trace of this machine's settings."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    for name in ("VIRTUAL_ENV", "NO_COLOR", "TEXTUAL_DRIVER"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "checkout"
    write_policy(root / "policies", "good")
    write_policy(root / "policies", "bad", severity="Low", expects_open="true")
    (root / ".git").mkdir()
    monkeypatch.chdir(root)
    return root


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(checkout: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line; gives exit code, standard output and standard error."""

    def run_line(*args: str) -> tuple[int, str, str]:
        code = cli.run(list(args))
        return (code, *capsys.readouterr())

    return run_line


def parsed(text: str) -> dict[str, Any]:
    document = json.loads(text)
    assert isinstance(document, dict)
    return document


# Starting -------------------------------------------------------------------------------------


def test_help_and_version_import_nothing_that_a_command_needs() -> None:
    probe = (
        "import sys; sys.argv = ['panther-tui', '--help']\n"
        "from panther_tui.__main__ import main\n"
        "assert main() == 0\n"
        "ours = {n for n in sys.modules if n.startswith('panther_engine.')}\n"
        "heavy = {'textual', 'rich', 'yaml', 'pygments', 'watchfiles', 'platformdirs', 'asyncio'}\n"
        "assert not ours | heavy & set(sys.modules), ours | heavy & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for word in ("test", "check", "demo", "PATH[:LINE]", "Exit codes"):
        assert word in done.stdout


def test_the_version_is_told_in_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "panther_tui", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"panther-tui {panther_tui.__version__}\n"


def test_an_option_that_does_not_exist_is_a_usage_error(run: Run) -> None:
    code, _, err = run("test", "--colour")
    assert code == 2
    assert "No such option" in err


# The app --------------------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, int | None]]:
    """What the app was opened with."""
    calls: list[tuple[Path, int | None]] = []

    def open_at(places: Sequence[Place], request: AppRequest) -> int:
        calls.extend((place.path, place.line) for place in places)
        return 0

    monkeypatch.setattr("panther_tui.app.start.open_app", open_at)
    return calls


def test_without_a_command_the_app_opens_here(
    run: Run, checkout: Path, opened: list[tuple[Path, int | None]]
) -> None:
    assert run()[0] == 0
    assert opened == [(checkout, None)]


def test_a_path_with_a_line_opens_the_app_there(
    run: Run, checkout: Path, opened: list[tuple[Path, int | None]]
) -> None:
    run("policies/good.yml:8")
    run("--", "policies")
    assert opened == [(checkout / "policies/good.yml", 8), (checkout / "policies", None)]


def test_a_mistake_in_the_options_of_the_app_opens_nothing(
    run: Run, opened: list[tuple[Path, int | None]], tmp_path: Path
) -> None:
    for args, said in (
        (["--filter", "Severity"], "not of the form KEY=VALUE"),
        (["--timeout", "0"], "not in the range"),
        (["--workers", "0"], "not in the range"),
        (["policies", "nowhere"], "nowhere: there is no such file or directory"),
        (["policies/good.yml:99"], "there is no line 99, the file has 13 lines"),
        (["--colour"], "No such option"),
    ):
        code, _, err = run(*args)
        assert code == 2
        assert said in err
    assert opened == []


@pytest.mark.parametrize("args", [["--help"], ["-h"], ["policies", "--help"], ["--poll", "-h"]])
def test_the_help_of_the_app_is_that_of_the_program(
    run: Run, opened: list[tuple[Path, int | None]], args: list[str]
) -> None:
    code, out, _ = run(*args)
    assert code == 0
    for word in ("--python EXE", "--theme NAME", "--failed", "--version", "PATH[:LINE]", "check"):
        assert word in out
    assert out.count("--help") == 1
    assert "(app)" not in out
    assert "PATHS" not in out
    assert opened == []


def test_a_path_that_is_not_there_opens_nothing(
    run: Run, opened: list[tuple[Path, int | None]]
) -> None:
    code, _, err = run("polices")
    assert (code, opened) == (2, [])
    assert err == ("panther-tui: polices: there is no such file or directory; nearest: policies\n")


def test_a_mistyped_command_is_taken_for_what_it_meant(
    run: Run, opened: list[tuple[Path, int | None]]
) -> None:
    assert "did you mean the command `check`?" in run("chekc")[2]
    assert opened == []


def test_without_a_terminal_the_app_says_what_to_do_instead(run: Run) -> None:
    code, _, err = run()
    assert code == 2
    assert "panther-tui test" in err


def test_the_demo_opens_a_copy_and_says_where_it_is(
    run: Run, opened: list[tuple[Path, int | None]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code, _, err = run("demo")
    assert code == 0
    ((copy, line),) = opened
    assert (copy / "policies").is_dir()
    assert line is None
    assert f"a copy to break and mend: {copy}" in err


# test -----------------------------------------------------------------------------------------


def test_a_failure_ends_with_1_and_says_where_and_what(run: Run) -> None:
    code, out, err = run("test")
    assert code == 1
    assert "✗ My.bad · 1 failed, 1 passed of 2 tests\n" in out
    assert "expected compliant (PASS), got an alert (FAIL)\n" in out
    assert "policies/bad.yml:11\n" in out
    assert "│ looking\n" in out
    assert "My.good" not in out
    last = out.splitlines()[-1]
    assert last.startswith("✗ 2 policies: 1 failed, 1 passed · 4 tests: 1 failed, 3 passed · ")
    assert err == ""
    assert "\x1b" not in out


def test_all_passed_ends_with_0_and_one_line(run: Run) -> None:
    code, out, _ = run("test", "policies/good.yml")
    assert code == 0
    assert out.startswith("✓ 1 policy passed · 2 tests passed · ")
    assert out.count("\n") == 1


def test_json_tells_the_run_as_the_contract_says(run: Run, checkout: Path) -> None:
    code, out, _ = run("test", "--format", "json")
    told = parsed(out)
    assert code == 1
    assert told["root"] == str(checkout)
    assert [policy["id"] for policy in told["policies"]] == ["My.bad", "My.good"]
    assert told["summary"]["tests"] == {"passed": 3, "failed": 1, "errored": 0}
    opened = told["policies"][0]["tests"][1]
    assert (opened["verdict"], opened["outcome"], opened["line"]) == ("FAIL", "failed", 11)
    assert list(opened["functions"]) == ["policy", "dedup"]


def test_a_line_of_a_spec_runs_one_test(run: Run) -> None:
    told = parsed(run("test", "--format", "json", "policies/bad.yml:8")[1])
    assert [t["name"] for t in told["policies"][0]["tests"]] == ["Closed"]


def test_names_and_filters_narrow_a_run(run: Run) -> None:
    code, out, _ = run("test", "--name", "closed", "--filter", "Severity=low", "--format", "json")
    assert code == 0
    told = parsed(out)
    assert [policy["id"] for policy in told["policies"]] == ["My.bad"]
    assert [t["name"] for t in told["policies"][0]["tests"]] == ["Closed"]


def test_a_whole_name_is_one_test_where_a_part_of_it_would_be_more(run: Run) -> None:
    code, out, _ = run("test", "policies/bad.yml", "--test", "Closed", "--format", "json")
    assert code == 0
    told = parsed(out)
    assert [t["name"] for policy in told["policies"] for t in policy["tests"]] == ["Closed"]
    assert any("left out by --test Closed" in note["message"] for note in told["notes"])


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--filter", "Severity=Critical"], "no policy passes the filter"),
        (["--filter", "severity=High"], "`severity` is not a key to filter by"),
        (["--filter", "Severity"], "not of the form KEY=VALUE"),
        (["--name", "Nothing"], "no test's name holds"),
        (["--test", "closed"], 'no test is called "closed"; nearest: Closed'),
        (["--failed"], "none of these failed when it last ran"),
        (["--python", "/no/such/python"], "no Python at"),
        (["nowhere"], "there is no such file or directory"),
        (["--output", "no/such/folder/x.json"], "cannot be written to"),
        (["--timeout", "0"], "not in the range"),
    ],
)
def test_nothing_to_do_and_wrong_usage_end_with_2(run: Run, args: list[str], said: str) -> None:
    code, out, err = run("test", *args)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_what_failed_last_time_can_be_run_alone(run: Run, checkout: Path) -> None:
    run("test")
    code, out, _ = run("test", "--failed", "--format", "json")
    (policy,) = parsed(out)["policies"]
    assert (code, policy["id"], [t["name"] for t in policy["tests"]]) == (
        1,
        "My.bad",
        ["Wide open"],
    )
    write_policy(checkout / "policies", "bad")
    assert run("test", "--failed")[0] == 0
    assert run("test", "--failed")[0] == 2
    assert not list(checkout.rglob("*.json"))


def test_a_disabled_policy_runs_unless_it_is_skipped(run: Run, checkout: Path) -> None:
    write_policy(checkout / "policies", "bad", enabled="false", expects_open="true")
    assert run("test")[0] == 1
    code, out, _ = run("test", "--skip-disabled", "--format", "json")
    told = parsed(out)
    assert code == 0
    assert [policy["status"] for policy in told["policies"]] == ["skipped", "passed"]
    assert told["summary"]["policies"]["skipped"] == 1


def test_pats_settings_hold_unless_the_command_line_says_otherwise(
    run: Run, checkout: Path
) -> None:
    (checkout / ".panther_settings.yml").write_text("minimum_tests: 3\n_filter: [Severity=High]\n")
    code, out, _ = run("test")
    assert code == 1
    assert "My.good · failed" in out
    assert "My.bad" not in out
    assert run("test", "--minimum-tests", "0")[0] == 0
    assert "My.bad" in run("test", "--minimum-tests", "0", "--filter", "Severity=Low")[1]


def test_a_report_in_a_file_leaves_the_screen_to_people(run: Run, checkout: Path) -> None:
    code, out, _ = run("test", "--format", "junit", "--output", "report.xml")
    assert code == 1
    assert "✗ My.bad" in out
    assert ElementTree.parse(checkout / "report.xml").getroot().get("failures") == "1"


def test_github_gets_annotations_and_the_last_line(run: Run) -> None:
    lines = run("test", "--format", "github")[1].splitlines()
    assert lines[0].startswith("::error file=policies/bad.yml,line=11,title=My.bad%3A Wide open::")
    assert lines[-1].startswith("✗ 2 policies")


def test_annotations_name_files_as_the_pull_request_does(run: Run, checkout: Path) -> None:
    """The checkout of the pull request holds the repository of policies as one of its folders."""
    (checkout / ".git").rmdir()
    (checkout.parent / ".git").mkdir()
    (checkout / ".panther_settings.yml").write_text("minimum_tests: 0\n")
    spec = checkout / "policies/good.yml"
    spec.write_text(spec.read_text().replace("ResourceTypes", "ResourceType"))
    for command in ("test", "check"):
        marked = [
            line for line in run(command, "--format", "github")[1].splitlines() if "::" in line
        ]
        assert marked
        assert all(" file=checkout/policies/" in line for line in marked)


def test_a_cache_that_had_to_be_discarded_is_told_with_v_and_only_once(
    run: Run, tmp_path: Path
) -> None:
    run("test")
    kept = sorted((tmp_path / "xdg_cache_home").rglob("*.*"))
    assert {"parsed", "last-failed"} <= {file.parent.name for file in kept}
    for file in kept:
        file.write_text("another program's")
    assert "discarded" not in run("test")[2]
    for file in kept:
        file.write_text("another program's")
    told = run("test", "-v")[2]
    for file in kept:
        assert f"! the file {file} was discarded: it is damaged" in told
    assert "discarded" not in run("test", "-v")[2]


def test_quiet_is_one_line_and_verbose_names_passes_and_times(run: Run) -> None:
    assert run("test", "-q")[1].count("\n") == 1
    out = run("test", "-v")[1]
    assert "✓ My.good · 2 tests passed" in out
    assert "slowest tests" in out
    assert out.startswith("python ")


def test_fail_fast_ends_early(run: Run, checkout: Path) -> None:
    code, out, _ = run("test", "--fail-fast", "--workers", "1", "--format", "json")
    told = parsed(out)
    assert code == 1
    assert told["summary"]["tests"]["failed"] == 1


def test_an_endless_loop_is_stopped_and_the_rest_is_reported(run: Run, checkout: Path) -> None:
    write_policy(
        checkout / "policies", "loop", body="def policy(resource):\n    while True:\n        pass\n"
    )
    code, out, _ = run("test", "--timeout", "0.3", "policies/loop.py", "policies/good.py")
    assert code == 1
    assert "stopped: still running after 0.3 s" in out
    assert "policies/loop.py:" in out
    assert "1 passed" in out


def test_a_global_runs_what_it_affects(run: Run, checkout: Path) -> None:
    helpers = checkout / "global_helpers"
    helpers.mkdir()
    (helpers / "shared.yml").write_text(
        "AnalysisType: global\nGlobalID: shared\nFilename: shared.py\n"
    )
    (helpers / "shared.py").write_text("def closed(resource):\n    return not resource['Open']\n")
    write_policy(
        checkout / "policies",
        "user",
        body="from shared import closed\n\n\ndef policy(resource):\n    return closed(resource)\n",
    )
    for path in ("global_helpers/shared.py", "global_helpers"):
        told = parsed(run("test", path, "--format", "json")[1])
        assert [policy["id"] for policy in told["policies"]] == ["My.user"]


def test_an_interrupted_run_reports_what_it_has_and_ends_with_130(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(HeadlessRun):
        def run_parts(self, *args: Any, **options: Any) -> RunReport:
            return replace(super().run_parts(*args, **options), interrupted=True)

    monkeypatch.setattr(chosen_run, "HeadlessRun", Interrupted)
    code, out, _ = run("test")
    assert code == 130
    assert "interrupted, so far 2 policies" in out


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes and SIGINT of POSIX")
def test_ctrl_c_gives_what_is_known_by_then(checkout: Path) -> None:
    started = checkout.parent / "started"
    settings = checkout.parent / "config" / "panther-tui" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'write = ["{checkout.parent}"]\n')
    os.mkfifo(started)
    opening = f"open({str(started)!r}, 'w').close()"
    body = f"def policy(resource):\n    {opening}\n    while True:\n        pass\n"
    write_policy(checkout / "policies", "loop", body=body)
    command = [sys.executable, "-m", "panther_tui", "test", "--workers", "1", "--timeout", "60"]
    command += ["policies/bad.yml", "policies/loop.yml"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_CONFIG_HOME": str(settings.parents[1])},
    ) as process:
        started.open().close()  # returns when the loop has begun
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130
    assert "✗ My.bad" in out
    assert "interrupted, so far" in out
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_and_progress_are_for_terminals(
    checkout: Path, variables: dict[str, str], coloured: bool
) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", **variables}
    with subprocess.Popen(
        [sys.executable, "-m", "panther_tui", "test"], stdout=theirs, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        said = b""
        with contextlib.suppress(OSError):  # how Linux tells that the other end is closed
            while piece := os.read(ours, 65536):
                said += piece
    os.close(ours)
    assert process.returncode == 1
    assert (b"\x1b[31m" in said) is coloured
    assert b"0/2 policies" in said
    assert b"\r\x1b[K" in said


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_the_app_does_not_paint_into_a_file(checkout: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "panther_tui"]
    done = subprocess.run(command, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, text=True)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 2
    assert "the app needs a terminal" in done.stderr


def test_whoever_stops_reading_is_no_error(checkout: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "panther_tui", "test", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1


def test_marks_become_ascii_where_the_encoding_lacks_them(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "panther_tui", "test"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert done.returncode == 1
    assert b"x My.bad - 1 failed, 1 passed of 2 tests" in done.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("test", "json"),
        ("test", "junit"),
        ("test", "github"),
        ("check", "json"),
        ("check", "github"),
    ],
)
def test_reports_for_programs_are_utf8_whatever_the_locale(
    checkout: Path, command: str, name: str, encoding: str
) -> None:
    spec = write_policy(checkout / "policies", "bad", expects_open="true")
    text = spec.read_text().replace("Wide open", "größer ✗").replace("Low", "lów")
    spec.write_text(text.replace("My.bad", "Größe.✗"), "utf-8")
    (checkout / "policies" / "größe.yml").write_text("AnalysisType: policy\nX: [\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "panther_tui", command, "--format", name],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"},
        check=False,
    )
    assert done.returncode == 1, done.stderr
    told = done.stdout.decode("utf-8")
    if name == "junit":
        cases = ElementTree.fromstring(told.encode()).iter("testcase")
        assert "größer ✗" in {case.get("name") for case in cases}
    elif name == "json":
        assert "größe.yml" in str(parsed(told))
    else:
        assert "größe.yml" in told


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize("args", [["test", "-v"], ["check", "-v"], ["test", "größe.yml"]])
def test_text_never_dies_of_an_encoding(checkout: Path, encoding: str, args: list[str]) -> None:
    spec = write_policy(checkout / "policies", "bad", expects_open="true")
    spec.write_text(spec.read_text().replace("Wide open", "größer ✗ 漢"), "utf-8")
    (checkout / "policies" / "größe漢.yml").write_text("AnalysisType: policy\nX: [\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "panther_tui", *args],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        check=False,
    )
    assert done.returncode in (1, 2)
    assert b"Traceback" not in done.stdout + done.stderr
    assert b"gr" in done.stdout + done.stderr


def test_ctrl_c_before_anything_is_known_ends_with_130(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(chosen_run, "read_in_steps", interrupt)
    assert run("test")[0] == 130


# Bad input ------------------------------------------------------------------------------------


def test_an_empty_directory_holds_nothing_to_test_or_check(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for command in ("test", "check"):
        code, out, err = run(command, str(tmp_path / "empty"))
        assert (code, out) == (2, "")
        assert f"nothing to {command} in {tmp_path / 'empty'}" in err


def test_a_spec_that_is_not_yaml_is_told_with_its_place(run: Run, checkout: Path) -> None:
    (checkout / "policies/torn.yml").write_text("AnalysisType: policy\nTags: [a, b\nX: 1\n")
    for command in ("test", "check"):
        code, out, _ = run(command, "policies/torn.yml")
        assert code == 1
        assert "policies/torn.yml:3" in out
        assert "Traceback" not in out


def test_a_missing_body_is_told_with_the_place_that_names_it(run: Run, checkout: Path) -> None:
    (checkout / "policies/good.py").unlink()
    code, out, _ = run("test", "policies")
    assert code == 1
    assert "✗ My.good · invalid" in out
    assert "policies/good.yml:2" in out


def test_a_directory_where_a_body_should_be_is_no_crash(run: Run, checkout: Path) -> None:
    (checkout / "policies/good.py").unlink()
    (checkout / "policies/good.py").mkdir()
    code, out, err = run("test", "policies")
    assert code == 1
    assert "Traceback" not in out + err


def test_every_format_says_what_was_left_out(run: Run, checkout: Path) -> None:
    write_policy(checkout / "policies", "off", enabled="false")
    write_policy(checkout / "odd" / "policies", "other")
    (checkout / "odd" / ".panther_settings.yml").write_text("{}\n")
    (checkout / "README.md").write_text("")
    args = ["test", "README.md", ".", "--skip-disabled", "--name", "closed"]
    args += ["--filter", "Severity=High"]
    left_out = [
        "1 file is no policy: README.md",
        "1 policy and 2 tests left out by --filter Severity=High",
        "2 tests left out by --name closed",
        "1 disabled policy left out by --skip-disabled",
        "odd/.panther_settings.yml: this directory is a repository of its own and is left out"
        "; start panther-tui in it to test its policies",
    ]
    code, out, _ = run(*args)
    assert code == 0
    assert [line[2:] for line in out.splitlines() if line.startswith("i ")] == left_out
    told = parsed(run(*args, "--format", "json")[1])
    assert list(told)[-1] == "notes"
    assert [note["message"] for note in told["notes"]] == left_out
    junit = ElementTree.fromstring(run(*args, "--format", "junit")[1])
    assert (junit.findtext("testsuite/system-out") or "").splitlines() == left_out
    github = run(*args, "--format", "github")[1]
    assert github.count("::notice ") == len(left_out)
    assert run(*args, "-q")[1].endswith(" · 5 notes (told without -q)\n")


@pytest.mark.parametrize("name", ["json", "junit", "github"])
def test_a_report_of_nothing_is_still_a_report(run: Run, checkout: Path, name: str) -> None:
    (checkout / "report").write_text("an old one")
    args = ["test", "--filter", "Severity=Critical", "--format", name]
    code, out, err = run(*args)
    assert code == 2
    assert "no policy passes the filter" in out
    assert "2 policies and 4 tests left out by --filter Severity=Critical" in out
    assert "no policy passes the filter" in err
    assert run(*args, "--output", "report")[0] == 2
    written = (checkout / "report").read_text()
    assert "no policy passes the filter" in written
    if name == "json":
        assert parsed(written)["policies"] == []


def test_a_run_of_policies_without_tests_is_no_pass(run: Run, checkout: Path) -> None:
    spec = checkout / "policies/good.yml"
    spec.write_text(spec.read_text().partition("Tests:")[0])
    code, out, _ = run("test", "policies/good.yml")
    assert code == 2
    assert out.splitlines()[-3:] == [
        "i no test ran: 1 policy without tests",
        "",
        *out.splitlines()[-1:],
    ]
    assert out.splitlines()[-1].startswith("! 1 policy: 1 untested · 0 tests · ")
    assert run("test", "policies/good.yml", "--allow-empty")[0] == 0


def test_failed_after_a_green_run_with_untested_policies_is_nothing_to_test(
    run: Run, checkout: Path
) -> None:
    """An invalid policy that lost its tests stayed among the failures for ever."""
    spec = checkout / "policies/good.yml"
    spec.write_text(spec.read_text().replace("Severity: High", "Severity: Hihg"))
    write_policy(checkout / "policies", "bad")
    assert run("test")[0] == 1
    spec.write_text(spec.read_text().replace("Hihg", "High").partition("Tests:")[0])
    assert run("test")[0] == 0
    code, out, err = run("test", "--failed")
    assert (code, out) == (2, "")
    assert "none of these failed when it last ran" in err


def test_disabled_policies_alone_are_no_pass(run: Run, checkout: Path) -> None:
    write_policy(checkout / "policies", "good", enabled="false")
    code, out, _ = run("test", "--skip-disabled", "policies/good.yml")
    assert code == 2
    assert "i 1 disabled policy left out by --skip-disabled\n" in out
    assert "i no test ran\n" in out


def test_what_a_run_that_ended_early_left_out_is_told(run: Run, checkout: Path) -> None:
    write_policy(checkout / "policies", "a", expects_open="true")
    out = run("test", "--fail-fast", "--workers", "1")[1]
    assert "not run: --fail-fast ended the run at the first failure\n" in out


def test_pats_settings_are_named_for_what_they_leave_out(run: Run, checkout: Path) -> None:
    (checkout / ".panther_settings.yml").write_text(
        "path: policies\nskip_disabled_tests: true\ntest_names: [Closed]\n"
        "ignore_files: [policies/bad.yml]\n_filter: [Severity=High]\n"
    )
    write_policy(checkout / "policies", "low", severity="Low")
    write_policy(checkout / "policies", "off", enabled="false")
    out = run("test")[1]
    for said in (
        "only policies was looked at: `path` in .panther_settings.yml says so",
        "left out by `ignore_files` in .panther_settings.yml: policies/bad.yml",
        "1 policy and 2 tests left out by `_filter` in .panther_settings.yml",
        "2 tests left out by `test_names` in .panther_settings.yml",
        "1 disabled policy left out by `skip_disabled_tests` in .panther_settings.yml",
    ):
        assert f"i {said}\n" in out


def test_a_wrong_place_is_told_what_was_looked_for_and_what_to_do(
    run: Run, checkout: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    for command in ("test", "check"):
        err = run(command, str(tmp_path / "empty"))[2]
        assert "looked for `.yml`, `.yaml` and `.json` files with `AnalysisType: policy`" in err
        assert str(tmp_path / "empty") in err
        assert "`panther-tui demo`" in err
    elsewhere = tmp_path / "elsewhere"
    write_policy(elsewhere / "detections", "lost")
    (elsewhere / "rules").mkdir()
    (elsewhere / "rules/r.yml").write_text("AnalysisType: rule\nRuleID: r\nFilename: r.py\n")
    (elsewhere / ".git").mkdir()
    err = run("test", str(elsewhere))[2]
    assert "found specs of other types: 1 of type rule" in err
    assert "name the one with your policies: `panther-tui test detections`" in err


def test_a_hook_can_hand_over_what_was_staged(run: Run, checkout: Path) -> None:
    (checkout / "README.md").write_text("")
    (checkout / "rules").mkdir()
    (checkout / "rules/r.yml").write_text("AnalysisType: rule\nRuleID: r\nFilename: r.py\n")
    (checkout / "rules/r.py").write_text("")
    for command, done in (("test", "tested"), ("check", "checked")):
        code, out, _ = run(command, "README.md", "rules/r.py", "policies/good.py")
        assert code == 0
        assert f"i rules/r.py: a rule: only policies are {done}\n" in out
        assert "i 1 file is no policy: README.md\n" in out
        assert run(command, "README.md", "rules/r.py", "policies/good.py", "nowhere.py")[0] == 2
        for strangers in (["README.md"], ["rules/r.py"], ["README.md", "rules/r.py"]):
            assert run(command, *strangers)[0] == 2
            code, _, err = run(command, "--allow-empty", *strangers)
            assert code == 0
            assert "Traceback" not in err
            assert err.startswith("! ")


def test_the_shipped_hooks_are_commands_that_take_what_was_staged(run: Run, checkout: Path) -> None:
    text = (Path(__file__).parents[3] / ".pre-commit-hooks.yaml").read_text()
    hooks = yaml.safe_load(text)
    assert [hook["id"] for hook in hooks] == ["panther-tui-check", "panther-tui-test"]
    (checkout / "README.md").write_text("")
    for hook in hooks:
        program, *args = hook["entry"].split()
        assert program == "panther-tui"
        assert run(*args, "README.md")[0] == 0
        assert run(*args, "README.md", "policies/good.py")[0] == 0
        assert hook["require_serial"], "one run tells all, and tells what it left out once"
    assert run(*hooks[1]["entry"].split()[1:], "policies/bad.yml")[0] == 1


# check ----------------------------------------------------------------------------------------


def test_check_finds_nothing_in_sound_policies_and_runs_no_code(run: Run, checkout: Path) -> None:
    marker = checkout / "ran"
    write_policy(checkout / "policies", "good", body=f"open({str(marker)!r}, 'w')\n{BODY}")
    code, out, _ = run("check")
    assert (code, out) == (0, "✓ 2 policies checked · nothing found\n")
    assert not marker.exists()


def test_check_tells_faults_as_text_json_and_annotations(run: Run, checkout: Path) -> None:
    spec = checkout / "policies/good.yml"
    spec.write_text(spec.read_text().replace("ResourceTypes", "ResourceType"))
    code, out, _ = run("check")
    assert code == 1
    assert "policies/good.yml:6" in out
    assert "ResourceTypes" in out
    code, out, _ = run("check", "--format", "json")
    (found,) = parsed(out)["diagnostics"]
    assert (code, found["path"], found["line"]) == (1, "policies/good.yml", 6)
    code, out, _ = run("check", "--format", "github")
    assert code == 1
    assert out.startswith("::error file=policies/good.yml,line=6,")


def test_check_of_a_path_leaves_out_what_lies_elsewhere(run: Run, checkout: Path) -> None:
    spec = checkout / "policies/good.yml"
    spec.write_text(spec.read_text().replace("ResourceTypes", "ResourceType"))
    assert run("check", "policies/bad.yml")[0] == 0
    assert run("check", "policies/good.py")[0] == 1
