"""All failures in one list over the screen."""

from __future__ import annotations

import pytest

from panther_engine.events import Run
from panther_tui.app.app import PantherApp
from panther_tui.overlays.failure_list import FailureListScreen, FailureRows
from panther_tui.triage.selection import Selection
from tests.tui.app.test_app import MFA, NARROW, READ, ROOT, opened, selection
from tests.tui.fake_engine import (
    done,
    errored,
    failed,
    finish,
    passed,
    screen_text,
    shows,
    wait_for,
)

FAILURES = (
    finish(ROOT, failed(ROOT.tests[0])),
    finish(MFA),
    finish(READ, passed(READ.tests[0]), errored(READ.tests[1], READ.body), failed(READ.tests[2])),
    done(3),
)


def rows(app: PantherApp) -> FailureRows:
    return app.screen.query_one(FailureRows)


async def test_every_failure_is_a_line_with_policy_test_and_reason() -> None:
    async with opened(*FAILURES) as (pilot, app, _):
        await pilot.press("I")
        await shows(pilot, "All failures", "3 · type to filter · enter goes there · esc back")
        lines = [line for line in screen_text(app).splitlines() if "AWS." in line and "│" in line]
        text = "\n".join(lines)
        assert "✗ AWS.IAM.Root  No keys" in text
        assert "! AWS.S3.Read   Null grants  TypeError: 'NoneType' object is not iterable" in text
        assert "expected compliant, got an alert" in text


async def test_the_cursor_begins_at_what_is_selected_and_enter_goes_to_another() -> None:
    async with opened(*FAILURES, start=f"{READ.spec}:5") as (pilot, app, _):
        await pilot.press("I")
        await wait_for(pilot, lambda: rows(app).cursor == 1)
        await pilot.press("down", "enter")
        await wait_for(pilot, lambda: app.screen is app.main)
        assert selection(app) == Selection(READ.spec, 2, True)
        assert app.main.panes.tree.has_focus


async def test_escape_leaves_everything_as_it_was() -> None:
    async with opened(*FAILURES) as (pilot, app, _):
        before = selection(app)
        await pilot.press("I", "down", "escape")
        await wait_for(pilot, lambda: app.screen is app.main)
        assert selection(app) == before


async def test_typing_narrows_the_list_letters_that_are_commands_elsewhere_too() -> None:
    async with opened(*FAILURES) as (pilot, app, engine):
        await pilot.press("I", *"reaq")
        await shows(pilot, "filter reaq", "no failure fits", "0 of 3")
        await pilot.press("enter")
        assert isinstance(app.screen, FailureListScreen), "there is nothing to go to"
        await pilot.press("backspace", *"d null")
        await shows(pilot, "filter read null", "1 of 3")
        await pilot.press("enter")
        await wait_for(pilot, lambda: selection(app) == Selection(READ.spec, 1, True))
        assert not engine.asked(Run), "`r` was typed, not pressed"


async def test_the_list_follows_what_fails_while_it_is_open() -> None:
    async with opened(*FAILURES) as (pilot, app, engine):
        await pilot.press("I", "down")
        here = rows(app).cursor_key
        engine.say(finish(ROOT), finish(MFA, failed(MFA.tests[0]), passed(MFA.tests[1])), done(2))
        await wait_for(
            pilot,
            lambda: (
                "AWS.IAM.Root" not in "\n".join(rows(app).line(key).plain for key in rows(app).keys)
            ),
        )
        assert rows(app).cursor_key == here, "the cursor stays on its failure"
        await shows(pilot, "AWS.S3.Mfa")
        engine.say(finish(MFA), finish(READ), done(2))
        await shows(pilot, "nothing fails")


async def test_on_a_small_screen_it_goes_to_the_pane_that_says_why() -> None:
    async with opened(*FAILURES, size=NARROW) as (pilot, app, _):
        await pilot.press("I", *"null", "enter")
        await wait_for(pilot, lambda: app.main.panes.results.has_focus)
        await shows(pilot, "TypeError: 'NoneType' object is not iterable", "AWS.S3.Read")


async def test_it_is_offered_only_while_something_fails() -> None:
    async with opened(finish(ROOT), finish(MFA), finish(READ), done(3)) as (pilot, app, engine):
        assert "fail.list" not in {it.id for it in app.main.offered("tree")}
        await pilot.press("I")
        assert app.screen is app.main
        engine.say(FAILURES[0], done(1))
        await shows(pilot, "1 failed")
        assert "fail.list" in {it.id for it in app.main.offered("tree")}


@pytest.mark.parametrize("key", ["full_stop", "enter"])
async def test_what_cannot_be_gone_to_is_said(key: str, said: list[str]) -> None:
    async with opened(*FAILURES) as (pilot, app, _):
        assert selection(app).spec == ROOT.spec
        await pilot.press("4", key)
        await wait_for(pilot, lambda: said)
        assert said == [
            "A wrong verdict has no failing line: nothing raised an error. `e` opens the body."
        ]
        assert app.main.panes.results.has_focus
