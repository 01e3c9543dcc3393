"""What the keys make run, where the screen goes, and what the status bar says of it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from panther_engine.events import (
    Cancel,
    Command,
    Event,
    Pause,
    RepositoryChanged,
    Rescan,
    ResultsRecalled,
    Run,
    RunAll,
    RunStarted,
    Select,
    WatchChanged,
    WatchMode,
    entry_of,
)
from panther_engine.model import Policy, Status, TestResult
from panther_tui.app.app import PantherApp
from panther_tui.features.runs.interrupt import Interrupt
from panther_tui.panes.triage_bar import TriageBar
from panther_tui.settings.settings import Config
from panther_tui.terminal.editor import EditorCommand
from tests.tui.app.test_app import ALL, MFA, NARROW, READ, ROOT, opened, selection
from tests.tui.fake_engine import (
    FakeEngine,
    done,
    errored,
    failed,
    feature,
    finish,
    passed,
    repository,
    screen_text,
    shows,
    wait_for,
)

FAILS = (
    finish(ROOT),
    finish(MFA, failed(MFA.tests[0]), passed(MFA.tests[1])),
    finish(READ, passed(READ.tests[0]), failed(READ.tests[1]), failed(READ.tests[2])),
    done(3),
)


def saved(*policies: Policy, files: tuple[str, ...] = ()) -> RepositoryChanged:
    """A change of these policies' bodies, or of other files."""
    entries = tuple(entry_of(it) for it in policies)
    changed = (*(it.body for it in policies), *files)
    return RepositoryChanged(1, "/checkout", "develop", entries, (), (), changed)


def ran(
    policy: Policy, *results: TestResult, reason: str = "its body changed"
) -> tuple[Event, ...]:
    """The run that a change led to."""
    return RunStarted(1, {policy.spec: "its body changed"}), finish(policy, *results), done(1)


def status(app: PantherApp) -> str:
    return app.main.status.plain


async def walk_at(pilot: Pilot[None], counter: str, *texts: str) -> None:
    await shows(pilot, f"triage {counter}", *texts)


# Only failures --------------------------------------------------------------------------------


async def test_f_runs_what_failed_and_lists_nothing_else_until_pressed_again() -> None:
    async with opened(*FAILS) as (pilot, app, engine):
        await shows(pilot, "IAM.Root")
        await pilot.press("f")
        await wait_for(pilot, lambda: engine.asked(Run))
        assert engine.asked(Run) == [Run((MFA.spec, READ.spec))]
        await shows(pilot, "only failures  2 of 3")
        assert "IAM.Root" not in screen_text(app)
        assert "only failures" in status(app)
        engine.say(*FAILS[1:])
        await pilot.press("f")
        await shows(pilot, "IAM.Root")
        assert "only failures" not in status(app)
        assert len(engine.asked(Run)) == 1


async def test_f_says_so_where_nothing_failed(said: list[str]) -> None:
    async with opened(finish(ROOT), finish(MFA), finish(READ), done(3)) as (pilot, _, engine):
        await pilot.press("f")
        await wait_for(pilot, lambda: "No test failed." in said)
        assert not engine.asked(Run)


async def test_a_policy_leaves_the_list_when_it_is_fixed_and_no_longer_looked_at() -> None:
    async with opened(*FAILS) as (pilot, app, engine):
        await pilot.press("f")
        engine.say(*FAILS[1:])
        await shows(pilot, "2 of 3")
        engine.say(saved(MFA), *ran(MFA))
        await shows(pilot, "fixed 2")
        assert selection(app).spec == MFA.spec, "it stays while it is on the screen"
        await pilot.press("right_square_bracket")
        await shows(pilot, "only failures  1 of 3")


async def test_when_all_is_green_the_affected_policies_run_once_more() -> None:
    async with opened(*FAILS) as (pilot, app, engine):
        await pilot.press("f")
        engine.say(*FAILS[1:])
        engine.say(saved(READ), *ran(READ), saved(MFA), *ran(MFA))
        await wait_for(pilot, lambda: len(engine.asked(Run)) == 2)
        assert engine.asked(Run)[1] == Run((READ.spec, MFA.spec))
        await shows(pilot, "failures fixed: ran the 2 affected policies once more")
        engine.say(finish(READ), finish(MFA), done(2))
        await wait_for(pilot, lambda: not app.state.running)
        assert len(engine.asked(Run)) == 2, "once is enough"
        engine.say(saved(ROOT), *ran(ROOT))
        await wait_for(pilot, lambda: "failures fixed" not in status(app))


async def test_when_nothing_is_known_to_be_affected_everything_runs() -> None:
    async with opened(*FAILS) as (pilot, _, engine):
        await pilot.press("f")
        engine.say(finish(READ), finish(MFA), done(2))
        await wait_for(pilot, lambda: engine.asked(RunAll))
        await shows(pilot, "failures fixed: ran everything once")


# Triage ---------------------------------------------------------------------------------------


async def test_the_walk_shows_one_failure_after_the_other_with_a_counter(said: list[str]) -> None:
    async with opened(*FAILS) as (pilot, app, _):
        await pilot.press("i")
        await walk_at(pilot, "1/3", "✗ failing", "e edit", "enter next", "esc stop")
        assert "triage 1/3" in status(app)
        assert selection(app).spec == MFA.spec
        await pilot.press("enter")
        await walk_at(pilot, "2/3", "AWS.S3.Read ─ Null grants")
        await pilot.press("s")
        await walk_at(pilot, "3/3", "AWS.S3.Read ─ Closed")
        assert (selection(app).spec, selection(app).test) == (READ.spec, 2)
        await pilot.press("enter")
        await walk_at(pilot, "1/1", "AWS.S3.Read ─ Null grants")
        await pilot.press("enter")
        await wait_for(pilot, lambda: "The walk is over: 3 left failing." in said)
        assert not app.main.query_one(TriageBar).display


async def test_a_save_that_fixes_the_test_says_so_and_enter_goes_on() -> None:
    async with opened(*FAILS, size=NARROW) as (pilot, app, engine):
        await pilot.press("i")
        await walk_at(pilot, "1/3", "✗ failing")
        engine.say(saved(MFA), RunStarted(1, {MFA.spec: "its body changed"}))
        await walk_at(pilot, "1/3", "● running")
        engine.say(finish(MFA), done(1))
        await walk_at(pilot, "1/3", "✓ fixed", "enter next")
        await pilot.press("enter")
        await walk_at(pilot, "2/3", "✗ failing")
        assert selection(app).spec == READ.spec


async def test_failures_that_stream_in_join_the_walk() -> None:
    async with opened(FAILS[1]) as (pilot, _, engine):
        await pilot.press("i")
        await walk_at(pilot, "1/1")
        engine.say(FAILS[2])
        await walk_at(pilot, "1/3")


async def test_r_runs_the_test_again_and_escape_ends_the_walk() -> None:
    async with opened(*FAILS) as (pilot, app, engine):
        await pilot.press("i")
        await walk_at(pilot, "1/3")
        await pilot.press("r")
        await wait_for(pilot, lambda: engine.asked(Run) == [Run((MFA.spec,))])
        await pilot.press("escape")
        await wait_for(pilot, lambda: not app.main.query_one(TriageBar).display)
        assert "triage" not in status(app)


async def test_the_panes_can_be_used_during_the_walk() -> None:
    async with opened(*FAILS) as (pilot, app, _):
        await pilot.press("i")
        await walk_at(pilot, "1/3")
        await pilot.press("2")
        await shows(pilot, "i goes on here")
        await pilot.press("1", "g", "escape")
        await shows(pilot, "enter next")
        assert app.main.query_one(TriageBar).has_focus
        await pilot.press("question_mark")
        await shows(pilot, "Keys ─ Triage", "Put this failure off")


# Pin, pause, follow, cancel --------------------------------------------------------------------


async def test_a_pinned_policy_alone_runs_on_a_change() -> None:
    async with opened(*FAILS) as (pilot, app, engine):
        await pilot.press("m")
        await wait_for(pilot, lambda: engine.asked(Pause) == [Pause(True)])
        engine.say(WatchChanged(WatchMode.PAUSED))
        await shows(pilot, f"pinned {MFA.id}")
        assert "● watching" in status(app)
        engine.say(saved(READ))
        await wait_for(pilot, lambda: engine.asked(Run) == [Run((MFA.spec,))])
        await pilot.press("p")
        await shows(pilot, "‖ paused")
        engine.say(saved(READ), done(1))
        await wait_for(pilot, lambda: not app.state.running)
        assert len(engine.asked(Run)) == 1
        await pilot.press("p")
        await wait_for(pilot, lambda: len(engine.asked(Run)) == 2)
        await pilot.press("m")
        await wait_for(pilot, lambda: engine.asked(Pause)[-1] == Pause(False))
        assert "pinned" not in status(app)


async def test_a_pinned_policy_that_is_deleted_is_no_longer_pinned() -> None:
    async with opened(*FAILS) as (pilot, app, engine):
        await pilot.press("m")
        gone = RepositoryChanged(2, "/checkout", "develop", (), (MFA.spec,), (), (MFA.spec,))
        engine.say(gone)
        await wait_for(pilot, lambda: engine.asked(Pause) == [Pause(True), Pause(False)])
        assert "pinned" not in status(app)


async def test_following_goes_to_the_policy_that_was_saved() -> None:
    async with opened(*FAILS) as (pilot, app, engine):
        engine.say(saved(READ))
        await wait_for(pilot, lambda: app.state.saved)
        assert selection(app).spec == MFA.spec
        await pilot.press("ctrl+t")
        await wait_for(pilot, lambda: "following" in status(app))
        engine.say(saved(READ))
        await wait_for(pilot, lambda: selection(app).spec == READ.spec)


async def test_following_a_saved_helper_goes_to_what_it_broke() -> None:
    engine = FakeEngine(ALL)
    app = PantherApp(engine, config=replace(Config(), follow=True))
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine, finish(ROOT), finish(MFA), finish(READ), done(3)))
        await shows(pilot, "following")
        engine.say(saved(files=("global_helpers/base.py",)), RunStarted(1, {READ.spec: "helper"}))
        engine.say(*FAILS[2:])
        await wait_for(pilot, lambda: selection(app).spec == READ.spec)


async def test_ctrl_c_cancels_what_runs_and_the_second_time_leaves(said: list[str]) -> None:
    async with opened(*FAILS[:3], RunStarted(1, {READ.spec: "x"})) as (pilot, app, engine):
        await wait_for(pilot, lambda: app.state.running)
        feature(app, Interrupt).clock = lambda: 0.0
        await pilot.press("ctrl+c")
        await wait_for(pilot, lambda: "Cancelled. Press ctrl+c again to leave." in said)
        assert engine.asked(Cancel)
        await pilot.press("ctrl+c")
        await wait_for(pilot, lambda: not app.is_running)


async def test_a_second_ctrl_c_much_later_does_not_leave(said: list[str]) -> None:
    async with opened(*FAILS) as (pilot, app, _engine):
        now = [0.0]
        feature(app, Interrupt).clock = lambda: now[0]
        await pilot.press("ctrl+c")
        now[0] = 2.1
        await pilot.press("ctrl+c")
        await wait_for(pilot, lambda: said == ["Press ctrl+c again to leave."] * 2)
        assert app.is_running


# What the last change did, and what is remembered ----------------------------------------------


async def test_what_a_change_broke_and_mended_is_marked_until_the_next_change() -> None:
    async with opened(*FAILS) as (pilot, app, engine):
        engine.say(saved(MFA), *ran(MFA, passed(MFA.tests[0]), failed(MFA.tests[1])))
        await shows(pilot, "fixed  0.2", "new  0.2", "new 1/2")
        engine.say(saved(ROOT), *ran(ROOT))
        await wait_for(pilot, lambda: "new " not in screen_text(app))
        assert "fixed" not in screen_text(app)


async def test_results_of_an_earlier_session_are_called_remembered_until_verified() -> None:
    engine = FakeEngine(ALL)
    app = PantherApp(engine)
    async with app.run_test(size=(160, 45)) as pilot:
        recalled = tuple(it.result for it in FAILS[:3] if not isinstance(it, type(FAILS[3])))
        engine.say(*repository(engine, ResultsRecalled(recalled)))
        await shows(pilot, "remembered   ", ", remembered")
        engine.say(*FAILS)
        await wait_for(pilot, lambda: "remembered" not in screen_text(app))


# The editor -------------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for it in ALL:
        for path in (it.spec, it.body):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text("x\n" * 9, encoding="utf-8")
    return tmp_path


def own_window_editor(folder: Path) -> str:
    """An editor with a window of its own that writes down what it is to open."""
    script = folder / "editor.py"
    script.write_text(
        "import sys\n"
        f"with open({str(folder / 'edits')!r}, 'a') as log:\n"
        "    log.write(' '.join(sys.argv[1:]) + '\\n')\n",
        encoding="utf-8",
    )
    return f'"{sys.executable}" "{script}" {{file}} {{line}} &'


async def edits(pilot: Pilot[None], folder: Path, lines: int) -> list[str]:
    log = folder / "edits"

    def written() -> list[str]:
        text = log.read_text(encoding="utf-8") if log.exists() else ""
        return [line.replace(f"{folder}/", "") for line in text.splitlines()]

    await wait_for(pilot, lambda: len(written()) == lines)
    return written()


async def test_the_editor_opens_the_line_shown_and_the_tests_entry(checkout: Path) -> None:
    engine = FakeEngine(ALL)
    app = PantherApp(engine, config=replace(Config(), editor=own_window_editor(checkout)))
    async with app.run_test(size=(160, 45)) as pilot:
        first, *rest = repository(engine, *FAILS)
        told = [
            replace(it, root=str(checkout)) if isinstance(it, RepositoryChanged) else it
            for it in rest
        ]
        engine.say(first, *told)
        await shows(pilot, "def policy(resource)")
        await pilot.press("2", "j", "j", "e")
        assert (await edits(pilot, checkout, 1))[-1] == f"{MFA.body} 3"
        await pilot.press("E")
        assert (await edits(pilot, checkout, 2))[-1] == f"{MFA.spec} {MFA.tests[0].line}"


class BusyEngine(FakeEngine):
    """Takes its time to hand over the texts of a policy."""

    busy = False

    def send(self, command: Command) -> None:
        if self.busy and isinstance(command, Select):
            self.sent.append(command)
        else:
            super().send(command)


@pytest.mark.parametrize("size", [(160, 45), (80, 24)])
@pytest.mark.parametrize("go", [("right_square_bracket",), ("i", "enter")])
async def test_a_key_that_comes_before_the_text_does_what_is_meant_by_it(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], go: tuple[str, ...]
) -> None:
    edited: list[tuple[str, ...]] = []
    copied: list[str] = []

    def note(app: PantherApp, command: EditorCommand) -> str:
        edited.append(command.argv)
        return ""

    monkeypatch.setattr(PantherApp, "open_editor", note)
    monkeypatch.setattr(PantherApp, "copy_to_clipboard", lambda _, it: copied.append(it))
    engine = BusyEngine(ALL)
    app = PantherApp(engine, config=replace(Config(), editor="edit {file} {line} &"))
    async with app.run_test(size=size) as pilot:
        first, changed, *_ = repository(engine)
        assert isinstance(changed, RepositoryChanged)
        told = (
            finish(ROOT),
            finish(MFA, errored(MFA.tests[0], MFA.body, 3), passed(MFA.tests[1])),
            finish(READ, errored(READ.tests[0], READ.body), *map(passed, READ.tests[1:])),
        )
        engine.say(first, replace(changed, root=str(checkout)), *told, done(3))
        await wait_for(pilot, lambda: app.main.panes.code.path == MFA.body)
        await pilot.press("2")
        engine.busy = True
        await pilot.press(*go)
        await wait_for(pilot, lambda: selection(app).spec == READ.spec)
        app.main.activate(app.main.panes.code)
        await pilot.press("e", "Y", "y", "enter")
        await wait_for(pilot, lambda: edited)
        assert app.main.panes.code.path == MFA.body, "the text has not come"
        assert edited == [("edit", str(checkout / READ.body), "2")]
        assert copied == [f"{READ.body}:2", ""]


async def test_what_cannot_be_edited_is_said_in_words(said: list[str]) -> None:
    async with opened(*FAILS) as (pilot, _, _engine):
        await pilot.press("e")
        await wait_for(pilot, lambda: said == [f"{MFA.body} is no file that can be edited."])


async def test_coming_back_from_the_shell_looks_at_every_file() -> None:
    async with opened(*FAILS) as (pilot, app, engine):
        app._resume_signal()
        await wait_for(pilot, lambda: engine.asked(Rescan))


async def test_failures_alone_begin_with_the_first_of_the_tree_however_it_is_grouped() -> None:
    async with opened(done(3)) as (pilot, app, engine):
        await pilot.press("s", "s", "s")  # by status: failing, then invalid
        await shows(pilot, "by status")
        invalid = finish(ROOT)
        broken = replace(invalid.result, status=Status.INVALID, results=())
        engine.say(finish(MFA), finish(READ, *map(failed, READ.tests)))
        engine.say(replace(invalid, result=broken), done(3))
        await shows(pilot, "▾ invalid", "▾ failing")
        await pilot.press("g", "G")
        await wait_for(pilot, lambda: selection(app).spec == MFA.spec)
        await pilot.press("f")
        await wait_for(pilot, lambda: selection(app).spec == READ.spec)
