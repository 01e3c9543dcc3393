"""Layouts, themes, settings, copying and the screens that are put over the four panes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.geometry import Region
from textual.pilot import Pilot

from panther_engine.events import (
    Event,
    InterpreterChosen,
    Notice,
    OpenSource,
    RepositoryChanged,
    SourceOpened,
    entry_of,
)
from panther_engine.model import Diagnostic, Level
from panther_tui.app.app import PantherApp
from panther_tui.features.display.about import About
from panther_tui.features.display.layout import LayoutKeys
from panther_tui.keys.actions import ACTIONS
from panther_tui.settings.settings import Config
from panther_tui.terminal import clipboard
from panther_tui.views.one_line import OneLine
from tests.tui.fake_engine import (
    FakeEngine,
    done,
    errored,
    failed,
    feature,
    finish,
    passed,
    policy,
    screen_text,
    shows,
    wait_for,
)

READ = policy("AWS.S3.Read", ("Open to all", False), ("Null grants", True), ("Closed", True))
MFA = policy("AWS.S3.Mfa", ("On", True), ("Off", False))
ROOT = policy("AWS.IAM.Root", ("No keys", True), folder="policies/iam")
ALL = (ROOT, MFA, READ)
FAILING = finish(
    READ, passed(READ.tests[0]), errored(READ.tests[1], READ.body), failed(READ.tests[2])
)
BODY = "from base import dig\n\n\ndef policy(resource):\n    return dig(resource)\n"


@asynccontextmanager
async def opened(
    root: Path,
    *events: Event,
    size: tuple[int, int] = (160, 45),
    config: Config | None = None,
    problems: tuple[Diagnostic, ...] = (),
    bodies: str = BODY,
) -> AsyncIterator[tuple[Pilot[None], PantherApp, FakeEngine]]:
    """The app over the policies in a checkout that exists."""
    engine = FakeEngine(ALL, bodies)
    app = PantherApp(engine, config=config, problems=problems)
    async with app.run_test(size=size, notifications=True) as pilot:
        entries = tuple(entry_of(it) for it in ALL)
        engine.say(
            InterpreterChosen("/venv/bin/python", "3.11", ".venv"),
            RepositoryChanged(1, str(root), "main", entries, (), ()),
            *(events or (finish(ROOT), finish(MFA), FAILING, done(3))),
        )
        await wait_for(pilot, lambda: app.state.opened and app.state.last_run)
        await pilot.pause()
        yield pilot, app, engine


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was copied."""
    texts: list[str] = []

    def copy(app: object, text: str) -> str:
        texts.append(text)
        return "copied"

    monkeypatch.setattr(clipboard, "copy", copy)
    return texts


async def test_every_action_of_the_table_has_somebody_to_answer_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_, app, _engine):
        answered = {"back", "quit"}.union(*(it.answers() for it in app.main.features))
        nodes = {pane.NAME: pane for pane in app.main.panes}
        for action in ACTIONS:
            if not action.method:
                assert action.id in answered, f"{action.id} is dead"
            for pane in action.panes if action.method else ():
                name = f"action_{action.method}"
                assert hasattr(nodes[pane], name), f"{action.id} is dead in {pane}"


async def test_no_action_is_answered_twice_where_both_would_take_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_, app, _engine):
        for action in ACTIONS:
            takers = [
                type(it).__name__
                for it in app.main.features
                if action.id in it.answers() and it.takes(action.id)
            ]
            assert len(takers) <= 1, f"{action.id}: {takers}"


async def test_the_tree_is_grouped_by_each_of_the_groupings_in_turn(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, _app, _):
        await pilot.press("s")
        await shows(pilot, "▾ High", "by severity")
        await pilot.press("s")
        await shows(pilot, "▾ AWS.S3.Bucket", "by resource type")
        await pilot.press("s")
        await shows(pilot, "▾ failing", "▾ passed", "by status")
        await pilot.press("s")
        await shows(pilot, "▾ in no report", "by report")
        await pilot.press("s")
        await shows(pilot, "▾ TypeError read.py:2", "by cause")
        await pilot.press("s")
        await shows(pilot, "▾ iam", "▾ s3")


async def test_a_policy_goes_to_its_other_group_when_its_status_changes(tmp_path: Path) -> None:
    async with opened(tmp_path, config=Config(group_by="status")) as (pilot, app, engine):
        await shows(pilot, "▾ failing")
        engine.say(finish(READ), done(1))
        await wait_for(pilot, lambda: "▾ failing" not in screen_text(app))
        await shows(pilot, "▾ passed")


async def test_tests_in_the_tree_are_chosen_like_those_of_the_results(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, _):
        await pilot.press("t")
        await shows(pilot, "! Null grants")
        app.main.panes.tree.reveal(READ.spec)
        await pilot.press("j", "j", "j")
        await wait_for(pilot, lambda: app.main.desk.selection.test == 2)
        await shows(pilot, '"Name": "Closed"')


async def test_a_filter_by_key_and_value_lists_what_has_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, _):
        await pilot.press("slash", *"policyid=aws.s3", "enter")
        await wait_for(pilot, lambda: "Root" not in screen_text(app).split("2 ")[0])
        await shows(pilot, "2 of 3")
        await pilot.press("escape")
        await shows(pilot, "Root")


async def test_layouts_follow_their_key_and_come_back_with_the_repository(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, _):
        await pilot.press("L")
        await shows(pilot, " 1 Policies   2 Code ")
        await pilot.press("L", "L", "b")
        await wait_for(pilot, lambda: "1 Policies" not in screen_text(app))
        await pilot.press("s", "q")
    async with opened(tmp_path) as (pilot, app, _):
        assert not feature(app, LayoutKeys).layout.sidebar
        assert "1 Policies" not in screen_text(app)
        await pilot.press("1")
        await shows(pilot, "1 Policies")


async def test_a_pane_grows_and_shrinks_by_the_keyboard(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, _):
        tree, results = app.main.panes.tree, app.main.panes.results
        wide, high = tree.size.width, results.size.height
        await pilot.press("plus", "plus")
        await wait_for(pilot, lambda: tree.size.width == wide + 8)
        await pilot.press("4", "underscore")
        await wait_for(pilot, lambda: results.size.height == high - 2)
        await pilot.press("z")
        await wait_for(pilot, lambda: results.size.width > 150)
        await pilot.press("z")
        await wait_for(pilot, lambda: tree.size.width == wide + 8)


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (100, 30), (250, 70)])
async def test_no_key_breaks_the_screen_in_any_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async with opened(tmp_path, size=size) as (pilot, app, _):
        for keys in ("L L b z", "3 D j escape", "V escape T j escape", "exclamation_mark escape"):
            await pilot.press(*keys.split())
        await pilot.press("2", "w", "plus", "underscore", "4", "w", "plus", "L", "o", "O")
        await pilot.resize_terminal(160, 45)
        await pilot.pause()
        assert "passed" in screen_text(app)


async def test_a_theme_is_seen_at_once_and_escape_puts_the_old_one_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, _):
        await pilot.press("T")
        await shows(pilot, "paper", "Iron-gall ink")
        await pilot.press("j")
        await wait_for(pilot, lambda: app.theme == "panther-light")
        await pilot.press("escape")
        assert app.theme == "panther-dark"
        await pilot.press("T", "j", "enter")
        assert app.theme == "panther-light"


async def test_what_is_only_good_to_know_is_listed_and_not_counted(tmp_path: Path) -> None:
    nested = Diagnostic("more/.panther_settings.yml", 1, 0, Level.INFO, "x", "another repository")
    wrong = Diagnostic("policies/x.yml", 1, 0, Level.ERROR, "y", "cannot be read")
    async with opened(tmp_path) as (pilot, app, engine):
        engine.say(RepositoryChanged(2, str(tmp_path), "main", (), (), (nested,)))
        await wait_for(pilot, lambda: app.state.diagnostics)
        assert feature(app, About).problem_count() == 0
        engine.say(RepositoryChanged(3, str(tmp_path), "main", (), (), (nested, wrong)))
        await shows(pilot, "!1")
        await pilot.press("exclamation_mark")
        await shows(pilot, "another repository", "cannot be read")


async def test_what_the_engine_told_counts_until_it_is_read(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        engine.say(Notice(Level.WARNING, "a worker was replaced"))
        await shows(pilot, "!1")
        await pilot.press("exclamation_mark")
        await shows(pilot, "a worker was replaced")
        await pilot.press("escape")
        assert feature(app, About).problem_count() == 0
        engine.say(Notice(Level.WARNING, "a worker was replaced"))
        await shows(pilot, "!1")


async def test_an_unknown_theme_and_faults_of_settings_are_said_and_listed(tmp_path: Path) -> None:
    fault = Diagnostic("panther-tui.toml", 3, 0, Level.WARNING, "x", "there is no setting 'a'")
    (tmp_path / "panther-tui.toml").write_text('\ntheme = "papr"\n')
    found = Config(theme="papr")
    async with opened(tmp_path, config=found, problems=(fault,)) as (pilot, app, _):
        assert app.theme == "panther-dark"
        await shows(pilot, "!2")
        await pilot.press("exclamation_mark")
        await shows(pilot, "panther-tui.toml:3  there is no setting 'a'")
        await shows(pilot, "panther-tui.toml:2  there is no theme 'papr'", "did you mean `paper`?")


async def test_settings_are_read_again_when_their_files_change(
    tmp_path: Path, own_folders: Path
) -> None:
    async with opened(tmp_path) as (pilot, app, _engine):
        themes = own_folders / "config" / "panther-tui" / "themes"
        themes.mkdir(parents=True)
        (themes / "mine.toml").write_text('[colors]\nprimary = "tomato"\n')
        (tmp_path / "panther-tui.toml").write_text(
            'theme = "mine"\ntimeout = 3\nkeys.about = "f9"\ngroup-by = "status"\n'
        )
        app.follow_settings()
        await wait_for(pilot, lambda: app.theme == "mine")
        await shows(pilot, "`timeout`: takes effect", "by status")
        await pilot.press("f9")
        await shows(pilot, "policies on", "/venv/bin/python")


async def test_what_the_cursor_is_on_is_copied_with_its_place(
    tmp_path: Path, copied: list[str]
) -> None:
    async with opened(tmp_path) as (pilot, _app, _):
        await pilot.press("y", "Y", "3", "j", "y", "Y", "2", "g", "y", "Y")
        assert copied[:2] == [READ.id, READ.spec]
        assert copied[2:4] == ["Null grants", 'resource["Name"]']
        assert copied[4:] == ["from base import dig", f"{READ.body}:1"]
        await pilot.press("4", "y")
        assert "expected compliant, got an error" in copied[-1]
        assert "TypeError: 'NoneType' object is not iterable" in copied[-1]


async def test_what_is_copied_is_whole_and_says_which_policy(
    tmp_path: Path, copied: list[str]
) -> None:
    long = "A name that is much too long for the column in which it stands, so that it is cut"
    wordy = policy("AWS.S3.Wordy", (long, True), ("b", True))
    async with opened(tmp_path, size=(80, 24)) as (pilot, app, engine):
        engine.policies[wordy.spec] = wordy
        entry = (entry_of(wordy),)
        engine.say(RepositoryChanged(2, str(tmp_path), "main", entry, (), ()))
        engine.say(finish(wordy, *map(failed, wordy.tests)), done(1))
        await wait_for(pilot, lambda: wordy.spec in app.state.policies)
        await pilot.press("G")
        await wait_for(pilot, lambda: app.state.opened and app.state.opened.policy is wordy)
        await pilot.press("4")
        await shows(pilot, "in which it stands, so that it is cut"[-12:])
        assert long not in screen_text(app)
        await pilot.press("y")
        head, *lines = copied[-1].splitlines()
        assert head == f"AWS.S3.Wordy · {long}: expected PASS, got FAIL, wrong verdict"
        assert lines[0].strip() == "expected True (compliant), got False (alert)"
        assert "severity      High" in copied[-1], "what is folded on the screen too"


async def test_the_command_that_runs_a_test_is_copied_where_the_test_is(
    tmp_path: Path, copied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(tmp_path) as (pilot, app, _):
        await pilot.press("4", "Y")
        assert copied == [f"panther-tui test {READ.spec} --test 'Null grants'"]
        await pilot.press("1", "t", "j", "j")
        await wait_for(pilot, lambda: app.main.desk.selection.chosen)
        await pilot.press("y", "Y")
        name = READ.tests[app.main.desk.selection.test].name
        assert copied[1] == f"{READ.id} · {name}"
        assert copied[2] == f"panther-tui test {READ.spec} --test '{name}'"


async def test_resources_of_two_tests_are_compared(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, _app, _):
        await pilot.press("3", "D")
        await shows(pilot, "Compare with", '-   "Name": "Open to all"', '+   "Name": "Null grants"')
        await pilot.press("j", "enter")
        await shows(pilot, "compared with Closed", '-   "Name": "Closed"')
        await pilot.press("D")
        await shows(pilot, "3 Resource ─ AWS.S3.Bucket")


async def test_a_helpers_function_is_found_and_left_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from panther_engine.events import PolicyOpened

    async with opened(tmp_path) as (pilot, app, engine):
        known = app.state.opened
        assert isinstance(known, PolicyOpened)
        engine.say(replace(known, globals=("global_helpers/base.py",)))
        await shows(pilot, "body · spec · base.py")
        await pilot.press("2", "G", "enter")
        await wait_for(pilot, lambda: engine.asked(OpenSource))
        engine.say(
            SourceOpened("global_helpers/base.py", "import os\n\ndef dig(it):\n    return it\n")
        )
        await shows(pilot, "def dig(it)")
        assert app.main.panes.code.place().line == 3
        await pilot.press("backspace")
        await shows(pilot, "return dig(resource)")
        assert app.main.panes.code.place().line == 5


async def test_a_long_message_goes_on_on_the_next_row(tmp_path: Path) -> None:
    from dataclasses import replace

    long = errored(READ.tests[1], READ.body)
    assert long.error is not None
    words = " ".join(f"word{number}" for number in range(40))
    long = replace(long, error=replace(long.error, message=words))
    events = (finish(ROOT), finish(MFA), finish(READ, passed(READ.tests[0]), long), done(3))
    async with opened(tmp_path, *events, size=(80, 24)) as (pilot, _app, _):
        await pilot.press("4")
        await shows(pilot, "word0", "word20", "word39")


async def test_the_alert_has_what_the_spec_adds_to_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, _):
        await pilot.press("4", "G")
        await wait_for(pilot, lambda: app.main.desk.selection.test == 0)
        await shows(pilot, "alert", 'title         "Alert of Open to all"')
        await shows(pilot, "▸ from the spec  severity, destinations, dedup")
        assert "severity      High" not in screen_text(app)
        await pilot.press("j", "enter")
        await shows(pilot, "▾ from the spec", "severity      High")
        await shows(pilot, "dedup         Alert of Open to all")


async def test_a_theme_is_whole_before_anything_is_painted_in_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, _):
        bars = list(app.screen.query(OneLine))
        app.known_themes()
        for name in ("ansi-dark", "panther-dark", "ansi-light", "panther-light"):
            app.theme = name
            for bar in bars:
                bar.refresh()
                bar.render_lines(Region(0, 0, bar.size.width, 1))
            await pilot.pause()
