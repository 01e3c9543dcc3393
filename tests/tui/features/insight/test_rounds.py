"""Stepping through the rounds of a loop on the way to a verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from panther_engine.events import Explained
from panther_engine.values.insight import Condition, LineValues, Loop, Operand, Place, Round
from panther_tui.app.app import PantherApp
from panther_tui.triage.rounds import (
    RoundShown,
    begin_rounds,
    loops_of,
    round_of,
    step_loop,
    step_round,
)
from tests.tui.app.test_app import READ, opened
from tests.tui.fake_engine import screen_text, shows, wait_for
from tests.tui.features.insight.test_why import FAILS, INSIGHT, START

FOR = Place(READ.body, 2, 4, 3, 20, 'for grant in resource["Grants"]')
ANY = Place(READ.body, 4, 11, 4, 15, "any(it for it in x)")


def turn(number: int) -> Round:
    return Round(number, f"'item{number}'", None, (), (LineValues(2, (("grant", f"'{number}'"),)),))


GRANTS = Loop(FOR, "Grants", 12, 12, 12, tuple(turn(number) for number in range(1, 13)))
NAMES = Loop(ANY, "Names", 2, 2, None, (turn(1), turn(2)))
EMPTY = Loop(ANY, "Nothing", 0, 0, None, ())
LOOPED = replace(
    INSIGHT,
    conditions=(
        Condition(ANY, "", (Operand(ANY, "True", None, loop=NAMES),), "there are names", True),
        Condition(ANY, "", (), "there is nothing", False, loop=EMPTY),
        Condition(FOR, "", (), "this is item 12", True, loop=GRANTS),
    ),
    values=(LineValues(2, (("grant", "'12'"),)), LineValues(4, (("x", "'kept'"),))),
)
HERE = RoundShown(READ.spec, 1, 1, 1, 12)


def test_loops_with_rounds_are_those_of_steps_and_of_what_is_in_them() -> None:
    assert loops_of(LOOPED) == (NAMES, GRANTS)


def test_it_begins_at_the_round_that_decided_else_at_the_last() -> None:
    assert begin_rounds(LOOPED) == HERE
    undecided = replace(LOOPED, conditions=LOOPED.conditions[:1])
    assert begin_rounds(undecided) == replace(HERE, loop=0, number=2)
    assert begin_rounds(replace(LOOPED, conditions=())) is None


def test_a_step_goes_to_the_round_before_or_after_and_ends_with_the_rounds() -> None:
    assert step_round(LOOPED, None, -1) == replace(HERE, number=11)
    assert step_round(LOOPED, replace(HERE, number=3), -1) == replace(HERE, number=2)
    assert step_round(LOOPED, replace(HERE, number=1), -1) is None
    assert step_round(LOOPED, None, 1) is None


def test_another_loop_begins_at_its_own_round() -> None:
    assert step_loop(LOOPED, None, -1) == replace(HERE, loop=0, number=2)
    assert step_loop(LOOPED, replace(HERE, loop=0, number=1), 1) == HERE
    assert step_loop(LOOPED, HERE, 1) is None


def test_a_round_of_another_run_is_none() -> None:
    assert round_of(LOOPED, HERE) == (GRANTS, GRANTS.rounds[-1])
    assert round_of(LOOPED, replace(HERE, generation=7)) is None
    assert round_of(LOOPED, replace(HERE, loop=5)) is None
    assert round_of(LOOPED, replace(HERE, number=13)) is None


async def test_code_and_results_follow_the_round_that_is_looked_at() -> None:
    events = (*FAILS, Explained(LOOPED, ()))
    async with opened(*events, start=START, size=(160, 45)) as (pilot, app, _):
        await shows(pilot, "◂ grant = '12'", "◂ x = 'kept'")
        await pilot.press("comma", "comma")
        await shows(pilot, "◂ grant = '10'", "◂ x = 'kept'", "▸ 10", "round 10 of 12 over Grants")
        await shows(pilot, "… 7 more rounds before", "round 12 decided")
        for _ in range(8):
            await pilot.press("comma")
        await shows(pilot, "◂ grant = '2'", "▸  2", "… 7 more rounds after")
        assert "'item12'" not in screen_text(app)
        await pilot.press("semicolon")
        await shows(pilot, "◂ grant = '3'")
        await pilot.press("escape")
        await shows(pilot, "◂ grant = '12'")
        assert "round 3 of 12" not in screen_text(app)


async def test_enter_on_a_round_in_the_results_looks_at_it() -> None:
    events = (*FAILS, Explained(LOOPED, ()))
    async with opened(*events, start=START, size=(160, 45)) as (pilot, _, _):
        await pilot.press("comma", "4", "up")
        await shows(pilot, "round 11 of 12 over Grants", "'item11'")
        await pilot.press("down", "down", "enter")
        await shows(pilot, "◂ grant = '12'")
        await pilot.press("up", "enter")
        await shows(pilot, "◂ grant = '11'", "round 11 of 12 over Grants")


async def test_the_next_verdict_shows_how_it_ended() -> None:
    events = (*FAILS, Explained(LOOPED, ()))
    async with opened(*events, start=START, size=(160, 45)) as (pilot, app, engine):
        await pilot.press("comma")
        await shows(pilot, "◂ grant = '11'")
        engine.say(Explained(replace(LOOPED, generation=2), ()))
        await shows(pilot, "◂ grant = '12'")
        await wait_for(pilot, lambda: "round 11 of" not in screen_text(app))


async def test_without_a_loop_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(PantherApp, "notify", lambda self, message, **options: said.append(message))
    events = (*FAILS, Explained(replace(INSIGHT, conditions=()), ()))
    async with opened(*events, start=START, size=(160, 45)) as (pilot, app, _):
        assert "round.next" not in {it.id for it in app.main.offered("code")}
        await pilot.press("semicolon", "greater_than_sign")
        assert said == ["The selected test went through no loop."] * 2
