"""How the app begins: what the command line asks for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from panther_engine.events import InterpreterChosen
from panther_engine.reading.repository.pat_settings import PatSettings
from panther_engine.reading.selection.targets import Place, SelectionError
from panther_tui.app import start
from panther_tui.app.app import PantherApp
from panther_tui.app.app_request import AppRequest
from panther_tui.cli import commands as cli
from panther_tui.settings.settings import Config
from panther_tui.triage.beginning import Beginning
from tests.tui.fake_engine import (
    FakeEngine,
    done,
    errored,
    failed,
    finish,
    passed,
    policy,
    repository,
    screen_text,
    shows,
    wait_for,
)

READ = policy("AWS.S3.Read", ("Open to all", False), ("Closed", True))
MFA = policy("AWS.S3.Mfa", ("On", True), ("Off", False))
ROOT = policy("AWS.IAM.Root", ("No keys", True), folder="policies/iam")
READ_FAILS = finish(READ, failed(READ.tests[0]), errored(READ.tests[1], READ.body))
MFA_PASSES = finish(MFA, passed(MFA.tests[0]), passed(MFA.tests[1]))
ROOT_PASSES = finish(ROOT, passed(ROOT.tests[0]))


def app_that(beginning: Beginning) -> tuple[FakeEngine, PantherApp]:
    engine = FakeEngine((ROOT, MFA, READ))
    return engine, PantherApp(engine, beginning=beginning)


async def test_a_folder_puts_the_cursor_there_and_hides_nothing() -> None:
    engine, app = app_that(Beginning(places=("policies/iam",)))
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine), READ_FAILS, done(3))
        await shows(pilot, "AWS.IAM.Root", "Mfa")
        await wait_for(pilot, lambda: app.main.desk.selection.spec == ROOT.spec)
        assert app.main.panes.tree.cursor_key == ("policy", ROOT.spec)


async def test_of_several_paths_the_first_that_a_policy_has_gets_the_cursor() -> None:
    engine, app = app_that(Beginning(places=("README.md", f"{READ.body}:2", ROOT.spec)))
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine))
        await wait_for(pilot, lambda: app.main.desk.selection.spec == READ.spec)


async def test_a_path_that_no_policy_has_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, app = app_that(Beginning(places=("README.md",)))
    said: list[str] = []
    monkeypatch.setattr(app, "notify", lambda text, **options: said.append(text))
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine), READ_FAILS, done(3))
        await wait_for(pilot, lambda: said == ["No policy has or lies in README.md."])
        assert app.main.desk.selection.spec == READ.spec  # as without a path: the first failure


async def test_a_filter_is_on_from_the_beginning_and_can_be_taken_away() -> None:
    engine, app = app_that(Beginning(query="PolicyID=AWS.S3.Mfa"))
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine), READ_FAILS, done(3))
        await shows(pilot, "/ PolicyID=AWS.S3.Mfa", "1 of 3")
        await wait_for(pilot, lambda: app.main.desk.selection.spec == MFA.spec)
        await pilot.press("escape")
        await shows(pilot, "Read", "Root")


async def test_only_failures_are_listed_once_the_first_run_is_over() -> None:
    engine, app = app_that(Beginning(failed=True))
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine), ROOT_PASSES, READ_FAILS)
        await shows(pilot, "Root")
        engine.say(MFA_PASSES, done(3))
        await shows(pilot, "only failures  1 of 3")
        assert app.main.desk.selection.spec == READ.spec
        assert "Mfa" not in screen_text(app)


async def test_only_failures_keep_the_filter_and_stay_near_the_path() -> None:
    engine, app = app_that(Beginning(places=(MFA.spec,), query="Severity=High", failed=True))
    async with app.run_test(size=(160, 45)) as pilot:
        fails = finish(ROOT, failed(ROOT.tests[0]))
        engine.say(*repository(engine), fails, READ_FAILS, MFA_PASSES, done(3))
        await shows(pilot, "/ Severity=High")
        await wait_for(pilot, lambda: app.main.desk.selection.spec == READ.spec)
        assert app.main.panes.tree.query_text == "Severity=High"


async def test_when_nothing_fails_everything_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, app = app_that(Beginning(failed=True))
    said: list[str] = []
    monkeypatch.setattr(app, "notify", lambda text, **options: said.append(text))
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine), ROOT_PASSES, MFA_PASSES, done(2))
        await wait_for(pilot, lambda: said == ["No test failed."])
        await shows(pilot, "Mfa", "Root", "Read")


async def test_a_setting_of_the_command_line_outlives_a_change_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings = tmp_path / "panther-tui.toml"
    settings.write_text('theme = "panther-dark"\ntimeout = 5.0\n')
    request = AppRequest(theme="panther-light", timeout=3.0)
    engine = FakeEngine((READ,))
    config = Config(theme="panther-light", timeout=3.0)
    app = PantherApp(engine, config=config, asked=request.settings)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.theme == "panther-light"
        app.watch_settings(str(tmp_path))
        settings.write_text('theme = "panther-dark"\ntimeout = 50.0\nfollow = true\n')
        app.follow_settings(force=True)
        assert app.config.follow
        assert (app.theme, app.config.timeout) == ("panther-light", 3.0)


def test_only_what_was_asked_for_takes_the_place_of_settings() -> None:
    assert AppRequest().settings == {}
    asked = AppRequest(timeout=2.0, workers=3, theme="x", poll=True)
    assert asked.settings == {"timeout": 2.0, "workers": 3, "theme": "x", "poll": True}


def test_the_python_asked_for_runs_the_policies(tmp_path: Path) -> None:
    options = start.session_options(tmp_path, Config(), PatSettings(), sys.executable)
    assert options.python == sys.executable
    assert InterpreterChosen(options.python, "", options.python_reason).reason == "--python"


def test_the_options_reach_the_engine_and_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / ".git").mkdir()
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/a.yml").write_text("AnalysisType: policy\n")
    monkeypatch.chdir(tmp_path)
    begun: list[Any] = []
    run: list[Any] = []

    class Engine:
        def begin(self, options: object) -> None:
            begun.append(options)

        def close(self) -> None:
            pass

    class Terminal:
        def isatty(self) -> bool:
            return True

    def see(engine: object, config: object, problems: object, *rest: object) -> int:
        run.append((config, *rest))
        return 0

    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, Terminal())
    monkeypatch.setattr(start, "EngineProcess", Engine)
    monkeypatch.setattr(start, "_run", see)
    args = ["--python", sys.executable, "--timeout", "2.5", "--workers", "3", "--poll", "--failed"]
    args += [
        "--trust",
        "--theme",
        "panther-light",
        "--filter",
        "Severity=High",
        "--filter",
        "Enabled=true",
    ]
    assert cli.run([*args, "policies/a.yml:1", "policies"]) == 0
    (options,) = begun
    assert (options.python, options.limits.timeout, options.places, options.poll) == (
        sys.executable,
        2.5,
        3,
        True,
    )
    ((config, beginning, request, _),) = run
    assert (config.theme, config.timeout) == ("panther-light", 2.5)
    assert beginning == Beginning(
        ("policies/a.yml:1", "policies"), "Severity=High Enabled=true", failed=True
    )
    assert request.settings["theme"] == "panther-light"
    assert request.trust is True


def test_environments_that_cannot_be_used_are_told_on_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to("/gone/python3.9")
    told: list[str] = []
    options = start.session_options(tmp_path, Config(), PatSettings(), None, told.append)
    (said,) = told
    assert said.startswith(".venv is broken: its bin/python points to /gone/python3.9")
    assert said in options.python_reason
    (found,) = start._broken_environments(told)
    assert (found.message, found.severity) == (said, "warning")


def test_places_of_two_repositories_and_unknown_themes_open_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("one", "two"):
        (tmp_path / name / ".git").mkdir(parents=True)
    places = [Place(tmp_path / "one", None, "one"), Place(tmp_path / "two", None, "two")]
    with pytest.raises(SelectionError, match="two lies in another repository"):
        start._beginning(tmp_path / "one", places, AppRequest())
    with pytest.raises(SelectionError, match="no theme panther-drak; nearest: panther-dark"):
        start._check_theme("panther-drak")
    start._check_theme("panther-light")
    start._check_theme("textual-dark")
