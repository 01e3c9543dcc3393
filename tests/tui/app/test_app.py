"""The screen as a user meets it, over an engine of the tests' own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise

import pytest
from textual.events import AppFocus
from textual.pilot import Pilot

from panther_engine.events import (
    Cancel,
    Close,
    Event,
    OpenSource,
    Pause,
    RepositoryChanged,
    Rescan,
    Run,
    RunAll,
    RunStarted,
    Select,
    SourceOpened,
    WatchChanged,
    WatchMode,
    entry_of,
)
from panther_engine.model import Diagnostic, Level, Status
from panther_tui.app.app import PantherApp
from panther_tui.app.link import FLUSH_SECONDS
from panther_tui.features.display.layout import LayoutKeys
from panther_tui.panes.results.results import TestRow
from panther_tui.triage.beginning import Beginning
from panther_tui.triage.selection import Place, Selection
from tests.tui.fake_engine import (
    FakeEngine,
    done,
    errored,
    failed,
    feature,
    finish,
    passed,
    policy,
    repository,
    screen_text,
    shows,
    wait_for,
)

READ = policy("AWS.S3.Read", ("Open to all", False), ("Null grants", True), ("Closed", True))
MFA = policy("AWS.S3.Mfa", ("On", True), ("Off", False))
ROOT = policy("AWS.IAM.Root", ("No keys", True), folder="policies/iam")
ALL = (ROOT, MFA, READ)
WIDE, MEDIUM, NARROW = (160, 45), (110, 32), (80, 24)

READ_FAILS = finish(
    READ, passed(READ.tests[0]), errored(READ.tests[1], READ.body), failed(READ.tests[2])
)


@asynccontextmanager
async def opened(
    *events: Event, size: tuple[int, int] = WIDE, start: str = "", engine: FakeEngine | None = None
) -> AsyncIterator[tuple[Pilot[None], PantherApp, FakeEngine]]:
    """The app over the three policies, after the engine has said these events."""
    engine = engine or FakeEngine(ALL)
    app = PantherApp(engine, beginning=Beginning((start,) if start else ()))
    async with app.run_test(size=size) as pilot:
        engine.say(*repository(engine, *events))
        await wait_for(pilot, lambda: app.state.generation)
        await wait_for(pilot, lambda: app.state.opened or not engine.policies)
        await pilot.pause()
        yield pilot, app, engine


def selection(app: PantherApp) -> Selection:
    return app.main.desk.selection


async def test_all_four_panes_are_filled_on_a_wide_screen() -> None:
    async with opened(finish(ROOT), finish(MFA), finish(READ), done(3)) as (pilot, app, _):
        await shows(pilot, "1 Policies", "2 root.py ─ body · spec", "3 Resource ─ AWS.S3.Bucket")
        await shows(pilot, "4 Results ─ AWS.IAM.Root ── 1 passed", "def policy(resource):")
        await shows(pilot, '"Name": "No keys"', "panther-tui  /checkout  develop")
        await shows(pilot, "python 3.11 (.venv)", "6 passed  0 failed  0 errored  3 policies")
        assert "✗" not in screen_text(app)


async def test_it_opens_on_the_first_failure_and_its_line() -> None:
    async with opened(finish(ROOT), finish(MFA), READ_FAILS, done(3)) as (pilot, app, _):
        assert selection(app) == Selection(READ.spec, 1)
        await shows(pilot, '▶  2      for grant in resource["Grants"]:')
        await shows(pilot, "╰ TypeError: 'NoneType' object is not iterable")
        await shows(pilot, "expected PASS   got ERROR  TypeError at line 2")
        await shows(pilot, '"Name": "Null grants"', "1 failed  1 errored")


async def test_it_stays_where_the_user_went_before_the_first_failure() -> None:
    async with opened() as (pilot, app, engine):
        await pilot.press("j", "j")
        await wait_for(pilot, lambda: selection(app).spec)
        here = selection(app).spec
        engine.say(READ_FAILS, done(3))
        await wait_for(pilot, lambda: app.state.last_run)
        assert selection(app).spec == here


async def test_it_opens_on_the_place_that_was_asked_for() -> None:
    async with opened(READ_FAILS, done(3), start=f"{MFA.spec}:5") as (pilot, app, _):
        assert selection(app) == Selection(MFA.spec, 1, True)
        await shows(pilot, "2 mfa.yml ─ body · spec")


async def test_moving_in_the_tree_selects_and_tells_the_engine() -> None:
    async with opened() as (pilot, app, engine):
        await pilot.press("G")
        await wait_for(pilot, lambda: selection(app).spec == READ.spec)
        assert engine.asked(Select)[-1] == Select(READ.spec)
        await shows(pilot, "2 read.py", "4 Results ─ AWS.S3.Read")


@pytest.mark.parametrize(("key", "step"), [("right_square_bracket", 1), ("f8", 1)])
async def test_next_failure_goes_through_the_whole_repository_and_round(
    key: str, step: int
) -> None:
    events = (finish(ROOT, failed(ROOT.tests[0])), finish(MFA), READ_FAILS, done(3))
    async with opened(*events) as (pilot, app, _):
        seen = [(selection(app).spec, selection(app).test)]
        for _ in range(3):
            await pilot.press(key)
            seen.append((selection(app).spec, selection(app).test))
        first, *others = [(ROOT.spec, 0), (READ.spec, 1), (READ.spec, 2)]
        assert seen == [first, *others, first]
        await pilot.press("left_square_bracket")
        assert (selection(app).spec, selection(app).test) == others[-1]


async def test_the_first_failure_of_the_tree_is_selected_not_the_first_to_arrive() -> None:
    async with opened(READ_FAILS) as (pilot, app, engine):
        await shows(pilot, "1 failed  1 errored")
        assert selection(app).spec == ROOT.spec, "one before it may still fail"
        engine.say(finish(MFA, passed(MFA.tests[0]), failed(MFA.tests[1])), finish(ROOT), done(3))
        await wait_for(pilot, lambda: selection(app) == Selection(MFA.spec, 1))


async def test_a_failure_that_none_can_come_before_is_selected_while_tests_run() -> None:
    reasons = dict.fromkeys((ROOT.spec, MFA.spec, READ.spec), "asked for")
    events = (RunStarted(1, reasons), finish(ROOT), finish(MFA), READ_FAILS)
    async with opened(*events) as (pilot, app, _):
        assert app.state.running
        await wait_for(pilot, lambda: selection(app) == Selection(READ.spec, 1))


async def test_the_cursor_is_left_on_a_folder_where_the_user_put_it() -> None:
    async with opened() as (pilot, app, engine):
        await pilot.press("k")
        tree = app.main.panes.tree
        folder = tree.cursor_key
        assert folder == ("folder", "policies/iam")
        engine.say(finish(ROOT), finish(MFA), READ_FAILS, done(3))
        await wait_for(pilot, lambda: app.state.last_run)
        assert (tree.cursor_key, selection(app).spec) == (folder, ROOT.spec)


async def test_stepping_says_which_failure_of_how_many_and_when_it_went_round() -> None:
    async with opened(finish(ROOT, failed(ROOT.tests[0])), READ_FAILS, done(3)) as (pilot, app, _):
        await pilot.press("right_square_bracket")
        await shows(pilot, "failure 2 of 3")
        await pilot.press("right_square_bracket", "right_square_bracket")
        await shows(pilot, "failure 1 of 3 · went round")
        await pilot.press("left_square_bracket")
        await shows(pilot, "failure 3 of 3 · went round")
        await pilot.press("left_square_bracket")
        await wait_for(pilot, lambda: "failure 2 of 3  " in screen_text(app))
        await pilot.press("1", "g", "j")
        await wait_for(pilot, lambda: "failure" not in app.main.status.plain)


async def test_stepping_is_offered_only_while_something_fails() -> None:
    async with opened(finish(ROOT), finish(MFA), finish(READ), done(3)) as (pilot, app, engine):
        footer = app.main.desk.footer
        assert "next failure" not in footer.plain
        assert "fail.next" not in {it.id for it in app.main.offered("tree")}
        engine.say(READ_FAILS, done(1))
        await wait_for(pilot, lambda: "] next failure" in footer.plain)
        engine.say(finish(READ), done(1))
        await wait_for(pilot, lambda: "next failure" not in footer.plain)


async def test_where_one_pane_is_in_view_stepping_goes_to_the_one_that_says_why() -> None:
    async with opened(finish(ROOT), READ_FAILS, done(3), size=NARROW) as (pilot, app, _):
        panes = app.main.panes
        assert panes.tree.has_focus, "at the start nothing takes the policies away"
        await pilot.press("left_square_bracket")
        await wait_for(pilot, lambda: panes.results.has_focus)
        await shows(pilot, "expected", "failure 2 of 2 · went round")
        await pilot.press("1", "left_square_bracket")
        await wait_for(pilot, lambda: panes.results.has_focus)
        await shows(
            pilot, "AWS.S3.Read", "! Null grants", "TypeError: 'NoneType'", "failure 1 of 2"
        )


async def test_stepping_leaves_whoever_reads_code_there_as_long_as_a_line_of_it_raised() -> None:
    async with opened(finish(ROOT), READ_FAILS, done(3), size=NARROW) as (pilot, app, _):
        panes = app.main.panes
        await pilot.press("2", "left_square_bracket")
        await wait_for(pilot, lambda: panes.results.has_focus)
        await pilot.press("2", "left_square_bracket")
        await wait_for(pilot, lambda: selection(app).test == 1)
        await shows(pilot, "╰ TypeError: 'NoneType' object is not iterable")
        assert panes.code.has_focus


async def test_the_name_of_the_policy_is_worth_more_than_the_count_of_what_passes() -> None:
    name = "AWS.S3.Bucket.WithAVeryLongName"
    long = policy(name, ("a", True), ("b", True), ("c", True))
    results = (failed(long.tests[0]), errored(long.tests[1], long.body), passed(long.tests[2]))
    engine = FakeEngine((long,))
    async with opened(finish(long, *results), done(1), size=(110, 32), engine=engine) as (
        pilot,
        *_,
    ):
        await shows(pilot, f"4 Results ─ {name} ── 2 of 3 fail")


async def test_a_pane_that_was_hidden_says_in_its_frame_what_fits_when_it_is_shown() -> None:
    long = policy("AWS.S3.BucketAbandonedUploadsExpire", ("a", True))
    engine = FakeEngine((long,))
    async with opened(finish(long), done(1), size=NARROW, engine=engine) as (pilot, *_):
        await pilot.press("2")
        await shows(pilot, "2 bucketabandoneduploadsexpire.py ─ body · spec")


async def test_on_larger_screens_stepping_leaves_the_keys_where_they_are() -> None:
    async with opened(finish(ROOT), READ_FAILS, done(3)) as (pilot, app, _):
        await pilot.press("3", "right_square_bracket")
        assert app.main.panes.resource.has_focus


async def test_next_failure_unfolds_the_folder_it_goes_to() -> None:
    async with opened(finish(ROOT), READ_FAILS, done(3)) as (pilot, app, _):
        await pilot.press("minus")
        await wait_for(pilot, lambda: "S3.Read  " not in screen_text(app))
        await pilot.press("right_square_bracket")
        await shows(pilot, "✗ S3.Read")


async def test_a_save_that_breaks_a_test_of_the_selected_policy_shows_it_untouched() -> None:
    async with opened(finish(ROOT), finish(MFA), finish(READ), done(3)) as (pilot, app, engine):
        await pilot.press("G")
        await wait_for(pilot, lambda: app.state.opened and app.state.opened.policy is READ)
        now = time.time()
        engine.say(RunStarted(2, {READ.spec: "it changed"}), READ_FAILS, done(1, now))
        await wait_for(pilot, lambda: selection(app).test == 1)
        await shows(pilot, '▶  2      for grant in resource["Grants"]:', '"Name": "Null grants"')
        clock = time.strftime("%H:%M:%S", time.localtime(now))
        await shows(pilot, f"saved {clock} · 1 affected · ")
        engine.say(finish(READ), done(1, now))
        await shows(pilot, "3 passed", "0 failed  0 errored")
        assert "▶" not in screen_text(app)
        assert selection(app).test == 1


async def test_choosing_a_test_shows_its_resource_and_enter_its_line() -> None:
    async with opened(READ_FAILS, done(3)) as (pilot, app, _):
        await pilot.press("4", "G")
        await shows(pilot, '"Name": "Open to all"', 'title         "Alert of Open to all"')
        await pilot.press("g")
        await shows(pilot, '"Name": "Null grants"', "expected compliant, got an error", "hello")
        await pilot.press("enter")
        await wait_for(pilot, lambda: app.main.desk.active is app.main.panes.code)
        assert app.main.panes.code.place().line == 2


async def test_policies_that_are_only_announced_do_not_lose_the_place_to_start_at() -> None:
    engine = FakeEngine(ALL)
    app = PantherApp(engine, beginning=Beginning((f"{MFA.body}:2",)))
    async with app.run_test(size=WIDE) as pilot:
        entries = tuple(replace(entry_of(it), body="", tests=()) for it in ALL)
        engine.say(RepositoryChanged(0, "/checkout", "develop", entries, (), ()))
        await shows(pilot, "S3.Mfa", "reading the policies …", "reading")
        engine.say(*repository(engine, finish(ROOT), finish(MFA), finish(READ), done(3)))
        await wait_for(pilot, lambda: app.state.generation)
        await wait_for(pilot, lambda: selection(app).spec == MFA.spec)
        await wait_for(pilot, lambda: app.main.panes.code.place().line == 2)


async def test_tests_that_do_not_pass_come_first() -> None:
    async with opened(READ_FAILS, done(3)) as (_pilot, app, _):
        rows = [key for key in app.main.panes.results.keys if isinstance(key, TestRow)]
        assert [row.index for row in rows] == [1, 2, 0]


async def test_enter_on_a_frame_outside_the_policy_opens_that_file() -> None:
    async with opened(READ_FAILS, done(3)) as (pilot, app, engine):
        await pilot.press("4", "j", "j", "j")
        await pilot.press("enter")
        await wait_for(pilot, lambda: engine.asked(OpenSource))
        engine.say(SourceOpened("global_helpers/base.py", "import os\n" * 20))
        await shows(pilot, "2 base.py ─ body · spec · base.py", "import os")
        assert app.main.panes.code.place().line == 7
        await pilot.press("o")
        await shows(pilot, "2 read.py ─ body")


async def test_o_switches_between_body_and_spec_at_the_test() -> None:
    async with opened(READ_FAILS, done(3)) as (pilot, app, _):
        await pilot.press("o")
        await shows(pilot, "2 read.yml ─ body · spec", "PolicyID: AWS.S3.Read")
        assert app.main.panes.code.place().line == READ.tests[1].line
        await pilot.press("o")
        await shows(pilot, "2 read.py ─ body · spec")


async def test_an_invalid_policy_shows_its_diagnostic_with_line_and_hint() -> None:
    found = Diagnostic(
        READ.spec, 2, 0, Level.ERROR, "unknown-key", "no key `Sevrity`", "try `Severity`"
    )
    broken = replace(READ, diagnostics=(found,))
    async with opened(engine=FakeEngine((ROOT, broken))) as (pilot, app, engine):
        event = finish(broken)
        wrong = replace(event.result, status=Status.INVALID, results=())
        engine.say(replace(event, result=wrong), done(1))
        await shows(pilot, "1 invalid", "4 Results ─ AWS.S3.Read ── invalid")
        await shows(pilot, "error read.yml:2  no key `Sevrity`", "try `Severity`", "not run")
        assert selection(app).spec == READ.spec
        await shows(pilot, "✗  2  PolicyID: AWS.S3.Read", "╰ no key `Sevrity`")


async def test_keys_ask_the_engine_to_run_cancel_pause_and_look_again() -> None:
    async with opened(finish(ROOT), READ_FAILS, done(3)) as (pilot, app, engine):
        await pilot.press("r", "a", "f", "x", "p", "R")
        assert engine.asked(Run) == [Run((READ.spec,)), Run((READ.spec,))]
        assert engine.asked(RunAll)
        assert engine.asked(Cancel)
        assert engine.asked(Pause) == [Pause(True)]
        assert engine.asked(Rescan)
        engine.say(WatchChanged(WatchMode.PAUSED))
        await shows(pilot, "‖ paused")
        await pilot.press("p")
        assert engine.asked(Pause)[-1] == Pause(False)
        await wait_for(pilot, lambda: "running" in screen_text(app))


async def test_coming_back_to_the_terminal_looks_for_changes() -> None:
    async with opened() as (pilot, app, engine):
        before = len(engine.asked(Rescan))
        app.post_message(AppFocus())
        await wait_for(pilot, lambda: len(engine.asked(Rescan)) > before)


async def test_a_filter_lists_what_fits_and_escape_lists_all_again() -> None:
    async with opened(finish(ROOT), finish(MFA), finish(READ), done(3)) as (pilot, app, _):
        await pilot.press("slash", *"mfa")
        await shows(pilot, "filter mfa", "/ mfa  1 of 3")
        assert ("policy", ROOT.spec) not in app.main.panes.tree.keys
        await wait_for(pilot, lambda: selection(app).spec == MFA.spec)
        await pilot.press("enter")
        await wait_for(pilot, lambda: app.main.desk.active.has_focus)
        await pilot.press("escape")
        await shows(pilot, "IAM.Root")
        assert app.main.panes.tree.query_text == ""
        assert selection(app).spec == MFA.spec


async def test_keys_typed_into_a_filter_do_nothing_else() -> None:
    async with opened() as (pilot, app, engine):
        await pilot.press("slash", *"raxq1")
        assert not engine.asked(Run)
        assert not engine.asked(RunAll)
        assert app.is_running
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.main.desk.footer.display)


async def test_search_goes_to_matches_and_n_goes_on() -> None:
    async with opened(finish(READ), done(3)) as (pilot, app, _):
        code = app.main.panes.code
        await pilot.press("2", "slash", *"return", "enter")
        await wait_for(pilot, lambda: code.has_focus)
        assert code.place().line == 3
        await pilot.press("n")
        assert code.place().line == 4
        await pilot.press("n")
        assert code.place().line == 3
        await pilot.press("N")
        assert code.place().line == 4


async def test_results_that_stream_in_never_ask_for_a_layout() -> None:
    async with opened(finish(ROOT), finish(MFA), finish(READ), done(3)) as (pilot, app, engine):
        layouts = app.screen._layout_updates if hasattr(app.screen, "_layout_updates") else 0
        engine.say(finish(ROOT), finish(MFA, failed(MFA.tests[0]), passed(MFA.tests[1])))
        await shows(pilot, "1 failed")
        assert getattr(app.screen, "_layout_updates", 0) == layouts


@pytest.mark.parametrize("size", [WIDE, MEDIUM])
async def test_on_larger_screens_all_panes_are_in_view(size: tuple[int, int]) -> None:
    async with opened(READ_FAILS, done(3), size=size) as (pilot, _, _):
        await shows(pilot, "1 Policies", "2 read.py", "3 Resource", "4 Results")


async def test_a_small_screen_shows_one_pane_with_tabs() -> None:
    async with opened(READ_FAILS, done(3), size=NARROW) as (pilot, app, _):
        await shows(pilot, " 1 Policies   2 Code   3 Resource   4 Results")
        assert "def policy" not in screen_text(app)
        await pilot.press("2")
        await shows(pilot, "▶  2      for grant")
        await pilot.press("tab")
        await shows(pilot, '"Grants": null')
        await pilot.press("shift+tab", "shift+tab")
        await shows(pilot, "✗ S3.Read")
        assert "1 failed  1 errored" in screen_text(app)


async def test_zoom_gives_one_pane_the_screen_and_puts_it_back() -> None:
    async with opened(READ_FAILS, done(3)) as (pilot, app, _):
        await pilot.press("2", "z")
        await wait_for(pilot, lambda: "4 Results" not in screen_text(app))
        await shows(pilot, "def policy")
        await pilot.press("escape")
        await shows(pilot, "4 Results", "1 Policies")


@pytest.mark.parametrize(
    ("key", "did", "undid"),
    [("z", "Zoomed, which", "No longer zoomed"), ("b", "policies are hidden", "policies are back")],
)
async def test_what_cannot_be_seen_on_a_small_screen_is_said(
    key: str, did: str, undid: str, said: list[str]
) -> None:
    async with opened(READ_FAILS, done(3), size=NARROW) as (pilot, app, _):
        await pilot.press("2", key)
        await wait_for(pilot, lambda: len(said) == 1)
        await pilot.press(key)
        await wait_for(pilot, lambda: len(said) == 2)
        assert did in said[0]
        assert undid in said[1]
        assert all("only where there is more than one pane" in it for it in said)
        assert app.main.panes.code.has_focus


async def test_a_pane_that_is_zoomed_is_not_sized_behind_its_back(said: list[str]) -> None:
    async with opened(READ_FAILS, done(3)) as (pilot, app, _):
        await pilot.press("2", "z", "plus")
        await wait_for(pilot, lambda: said)
        assert said == ["There is one pane at a time here."]
        assert not feature(app, LayoutKeys).layout.sizes


async def test_escape_never_quits_and_q_does() -> None:
    engine = FakeEngine(ALL)
    app = PantherApp(engine)
    async with app.run_test() as pilot:
        await pilot.press("escape", "escape", "escape")
        assert app.is_running
        await pilot.press("q")
    assert engine.asked(Close)
    assert engine.closed


async def test_the_palette_finds_policies_and_actions() -> None:
    async with opened() as (pilot, app, _):
        await pilot.press("colon")
        await wait_for(pilot, lambda: app.screen is not app.main)
        await pilot.press(*"s3.mfa")
        await shows(pilot, "AWS.S3.Mfa")
        await pilot.press("down", "enter")
        await wait_for(pilot, lambda: selection(app).spec == MFA.spec)


async def test_the_footer_follows_the_focused_pane_with_at_most_eight_keys() -> None:
    async with opened() as (pilot, app, _):
        assert "/ filter" in app.main.desk.footer.plain
        await pilot.press("4")
        assert "/ search" in app.main.desk.footer.plain
        assert "go to line" in app.main.desk.footer.plain


async def test_a_policy_that_is_gone_gives_way_to_the_next() -> None:
    async with opened(finish(ROOT), finish(MFA), finish(READ), done(3)) as (pilot, app, engine):
        await pilot.press("G")
        await wait_for(pilot, lambda: selection(app).spec == READ.spec)
        engine.say(RepositoryChanged(2, "/checkout", "develop", (), (READ.spec,), ()))
        await wait_for(pilot, lambda: selection(app).spec == MFA.spec)
        await shows(pilot, "2 policies")


async def test_the_cursor_stays_on_its_policy_when_others_come() -> None:
    async with opened(finish(ROOT), finish(MFA), finish(READ), done(3)) as (pilot, app, engine):
        await pilot.press("G")
        new = entry_of(policy("AWS.IAM.Another", ("x", True), folder="policies/iam"))
        engine.say(RepositoryChanged(2, "/checkout", "develop", (new,), (), ()))
        await shows(pilot, "Another", "4 policies")
        assert app.main.panes.tree.cursor_key == ("policy", READ.spec)


async def test_a_key_pressed_twice_pauses_and_goes_on() -> None:
    async with opened(READ_FAILS) as (pilot, _, engine):
        await pilot.press("p", "p")
        await wait_for(pilot, lambda: len(engine.asked(Pause)) == 2)
        assert engine.asked(Pause) == [Pause(True), Pause(False)]
        engine.say(WatchChanged(WatchMode.PAUSED))
        await shows(pilot, "paused")
        await pilot.press("p")
        await wait_for(pilot, lambda: len(engine.asked(Pause)) == 3)
        assert engine.asked(Pause)[2] == Pause(False)


async def test_an_engine_that_ends_is_told_of_and_the_app_lives() -> None:
    async with opened(READ_FAILS) as (pilot, app, engine):
        engine.die()
        await shows(pilot, "engine stopped")
        await pilot.press("r", "j")
        assert app.is_running


async def test_an_empty_repository_says_so() -> None:
    async with opened(engine=FakeEngine()) as (pilot, _, _):
        await shows(pilot, "no policies yet", "nothing to show yet", "0 policies")
        await shows(pilot, "There is no policy in this checkout.", "appears by itself.")


HELPER = "global_helpers/base.py"
HELPER_BROKE = (
    finish(ROOT),
    finish(MFA, *(errored(test, HELPER) for test in MFA.tests)),
    finish(READ, errored(READ.tests[0], HELPER), failed(READ.tests[1]), passed(READ.tests[2])),
    done(3),
)


async def test_the_results_say_how_many_tests_share_a_cause() -> None:
    async with opened(*HELPER_BROKE) as (pilot, app, engine):
        await shows(pilot, "3 tests share this")
        engine.say(finish(READ), done(1))
        await shows(pilot, "2 tests share this")
        engine.say(finish(MFA), done(1))
        await wait_for(pilot, lambda: "share this" not in screen_text(app))


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_walk_takes_one_cause_after_the_other(size: tuple[int, int]) -> None:
    async with opened(*HELPER_BROKE, size=size) as (pilot, app, _):
        await pilot.press("i")
        await shows(pilot, "triage 1/4", "cause 1 of 2 · 3 tests", "✗ failing")
        await pilot.press("enter")
        await shows(pilot, "triage 2/4", "cause 1 of 2 · 3 tests")
        await pilot.press("S")
        await shows(pilot, "triage 4/4", "cause 2 of 2 · 1 test")
        assert selection(app) == Selection(READ.spec, 1, True)
        await pilot.press("enter")
        await shows(pilot, "triage 1/2", "cause 1 of 1 · 2 tests")
        assert selection(app) == Selection(MFA.spec, 1, True)


async def test_the_footer_shows_the_walks_keys_as_long_as_it_has_them() -> None:
    async with opened(*HELPER_BROKE) as (pilot, app, _):
        await pilot.press("i", "enter")
        await wait_for(pilot, lambda: "s skip" in app.main.desk.footer.plain)
        await pilot.press("2")
        await wait_for(pilot, lambda: "enter definition" in app.main.desk.footer.plain)


async def test_a_click_selects_a_row_and_the_wheel_scrolls() -> None:
    many = tuple(policy(f"AWS.P{n:03}", ("t", True)) for n in range(60))
    async with opened(engine=FakeEngine(many)) as (pilot, app, _):
        await pilot.click("#tree", offset=(6, 5))
        await wait_for(pilot, lambda: selection(app).spec == many[3].spec)
        tree = app.main.panes.tree
        app.main.panes.tree.scroll_rows(3)
        assert tree.top == 3
        assert tree.cursor_key == ("policy", many[3].spec)


async def test_events_in_a_burst_are_shown_in_few_batches_and_its_end_at_once() -> None:
    async with opened() as (pilot, app, engine):
        shown: list[float] = []
        show = app.main.show

        def count(*given: object) -> None:
            shown.append(time.monotonic())
            show(*given)  # type: ignore[arg-type]

        app.main.show = count  # type: ignore[method-assign,assignment]
        other = next(it for it in ALL if it.spec != selection(app).spec)
        for _ in range(200):
            engine.say(finish(other))
            await asyncio.sleep(0)
        engine.say(done(7))
        await wait_for(pilot, lambda: app.state.last_run)
        gaps = [after - before for before, after in pairwise(shown)]
        assert all(gap >= FLUSH_SECONDS * 0.9 for gap in gaps[:-1])


async def test_text_is_selected_with_the_mouse_without_gutters() -> None:
    async with opened(READ_FAILS, done(3)) as (pilot, app, _):
        await pilot.mouse_down("#code", offset=(8, 1))
        await pilot.hover("#code", offset=(20, 2))
        await pilot.mouse_up("#code", offset=(20, 2))
        await wait_for(pilot, app.screen.get_selected_text)
        selected = app.screen.get_selected_text() or ""
        first, second = selected.splitlines()
        assert first.endswith("policy(resource):")
        assert second.startswith("    for grant")
        await pilot.press("escape")
        assert app.screen.get_selected_text() is None


async def test_the_scrollbar_can_be_dragged() -> None:
    many = tuple(policy(f"AWS.P{n:03}", ("t", True)) for n in range(60))
    async with opened(engine=FakeEngine(many)) as (pilot, app, _):
        tree = app.main.panes.tree
        right = tree.region.width - 2
        await pilot.mouse_down("#tree", offset=(right, 1))
        await pilot.hover("#tree", offset=(right, tree.size.height))
        await pilot.mouse_up("#tree", offset=(right, tree.size.height))
        assert tree.top == len(tree.keys) - tree.size.height
        assert app.screen.get_selected_text() is None


@pytest.mark.parametrize("theme", ["panther-light", "ansi-dark", "high-contrast", "nord"])
async def test_every_theme_shows_the_same_words(theme: str) -> None:
    async with opened(READ_FAILS, done(3)) as (pilot, app, _):
        before = screen_text(app)
        await wait_for(pilot, lambda: theme in app.available_themes)
        app.theme = theme
        await pilot.pause()
        assert screen_text(app) == before


async def test_a_policy_that_was_gone_is_selected_again_when_it_returns() -> None:
    async with opened(finish(ROOT), finish(MFA), finish(READ), start=READ.spec) as (pilot, app, en):
        await wait_for(pilot, lambda: selection(app).spec == READ.spec)
        await pilot.press("4", "j", "j")  # over the line that folds the alert's texts
        await wait_for(pilot, lambda: selection(app).test == 1)
        en.say(RepositoryChanged(2, "/checkout", "develop", (), (READ.spec,), (), (READ.spec,)))
        await wait_for(pilot, lambda: selection(app).spec != READ.spec)
        back = (entry_of(READ),)
        en.say(RepositoryChanged(3, "/checkout", "develop", back, (), (), (READ.spec,)))
        await wait_for(pilot, lambda: selection(app) == Selection(READ.spec, 1, True))


async def test_a_policy_that_returns_does_not_take_the_user_away_from_another() -> None:
    async with opened(finish(ROOT), finish(MFA), finish(READ), start=READ.spec) as (pilot, app, en):
        await wait_for(pilot, lambda: selection(app).spec == READ.spec)
        en.say(RepositoryChanged(2, "/checkout", "develop", (), (READ.spec,), (), (READ.spec,)))
        await wait_for(pilot, lambda: selection(app).spec == MFA.spec)
        await pilot.press("k", "k")
        await wait_for(pilot, lambda: selection(app).spec == ROOT.spec)
        here = selection(app).spec
        back = (entry_of(READ),)
        en.say(RepositoryChanged(3, "/checkout", "develop", back, (), (), (READ.spec,)))
        await wait_for(pilot, lambda: READ.spec in app.state.policies)
        assert selection(app).spec == here


async def test_a_helper_on_the_screen_is_asked_for_again_when_it_is_saved() -> None:
    helper = "global_helpers/base.py"
    async with opened(READ_FAILS) as (pilot, app, engine):
        app.main.desk.open_place(Place(helper, 1))
        await wait_for(pilot, lambda: engine.asked(OpenSource))
        engine.say(SourceOpened(helper, "OLD = 1\n"))
        await shows(pilot, "OLD = 1")
        engine.say(RepositoryChanged(2, "/checkout", "develop", (), (), (), (helper,)))
        await shows(pilot, "base.py · stale")
        await wait_for(pilot, lambda: len(engine.asked(OpenSource)) == 2)
        engine.say(SourceOpened(helper, "NEW = 2\n"))
        await shows(pilot, "NEW = 2")
        assert "base.py · stale" not in screen_text(app)
