"""What is wrong, huge or wicked in a repository does not hurt the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from panther_tui.engine.events import Notice, SourceOpened
from panther_tui.engine.model import Level, Policy, TestCase
from panther_tui.tui.app import PantherApp
from tests.tui.fake_engine import (
    FakeEngine,
    done,
    errored,
    finish,
    policy,
    repository,
    screen_text,
    shows,
    wait_for,
)

LONG = "[bold]x[/bold]\x1b[31m" + "n" * 2000
LOOP: dict[object, object] = {"nan": float("nan"), 1: {"set": {1}}, "bytes": b"\xff"}
LOOP["self"] = LOOP


def wicked() -> Policy:
    base = policy("AWS.Wicked", ("t", True))
    tests = (TestCase(LONG, 4, True, LOOP), TestCase("[/]", 5, False, "\x1b]0;title\x07"))
    return replace(base, id=LONG, display_name="[red]", tests=tests, resource_types=("[b]\x1b[2J",))


@pytest.mark.parametrize("size", [(160, 45), (110, 30), (80, 24), (40, 12), (20, 5), (3, 2)])
async def test_wicked_names_and_values_are_only_ever_text(size: tuple[int, int]) -> None:
    bad = wicked()
    engine = FakeEngine([bad], bodies="\x1b[2J[bold]\n" + "y" * 9000 + "\n\ud800\u202e")
    app = PantherApp(engine)
    async with app.run_test(size=size) as pilot:
        result = replace(errored(bad.tests[0], bad.body), output="\x1b[31m\x00\ud800[/bold]\n" * 50)
        engine.say(*repository(engine, finish(bad, result, errored(bad.tests[1], bad.body))))
        engine.say(Notice(Level.WARNING, "[red]\x1b[2J"), done(1))
        await wait_for(pilot, lambda: app.state.opened)
        for key in ("2", "l", "o", "3", "G", "space", "4", "j", "G", "1", "slash", "n", "escape"):
            await pilot.press(key)
            assert "\x1b" not in screen_text(app)
        await pilot.press("z", "question_mark", "escape", "colon")
        await pilot.press("n", "escape")
        assert app.is_running


async def test_the_name_is_shown_with_its_brackets_and_escapes() -> None:
    bad = wicked()
    engine = FakeEngine([bad])
    async with PantherApp(engine).run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine, finish(bad), done(1)))
        await shows(pilot, "[bold]x[/bold]\\x1b[31m", '"nan": NaN', "1: {", '"self": …')


async def test_resizing_during_a_run_keeps_all_in_place() -> None:
    many = [policy(f"AWS.P{n:03}", ("t", True)) for n in range(80)]
    engine = FakeEngine(many)
    app = PantherApp(engine)
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine))
        for step, size in enumerate([(80, 24), (20, 5), (250, 70), (100, 30)]):
            await pilot.resize_terminal(*size)
            engine.say(*(finish(it) for it in many[step * 20 : step * 20 + 20]))
            await pilot.pause()
        engine.say(done(80))
        await shows(pilot, "80 passed  0 failed  0 errored  80 policies")


async def test_a_file_that_cannot_be_read_says_so() -> None:
    bad = policy("AWS.S3.Read", ("t", True))
    engine = FakeEngine([bad])
    app = PantherApp(engine)
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine, finish(bad, errored(bad.tests[0], "helpers/x.py")), done(1)))
        engine.say(SourceOpened("helpers/x.py", None))
        await shows(pilot, "(cannot be read)")


async def test_a_policy_without_body_or_tests_says_so() -> None:
    bare = replace(policy("AWS.Bare"), body="")
    engine = FakeEngine([bare], bodies="")
    async with PantherApp(engine).run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine, done(0)))
        await shows(pilot, "the spec names no body", "the policy has no tests")


async def test_without_colours_the_cursor_and_the_marks_are_still_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    bad = policy("AWS.S3.Read", ("t", True))
    engine = FakeEngine([bad])
    app = PantherApp(engine)
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine, finish(bad, errored(bad.tests[0], bad.body)), done(1)))
        await shows(pilot, "▶", "✗ ", "1 errored", "! t")
        tree = app._main.tree_pane
        cursor = tree.render_line(tree.cursor - tree.top)
        assert any(segment.style and segment.style.reverse for segment in cursor)
