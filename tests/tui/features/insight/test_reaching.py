"""Which tests reach the line under the cursor."""

from __future__ import annotations

import pytest

from panther_engine.events import Event, Inspected
from panther_engine.values.findings import Branch, Covered
from panther_tui.app.app import PantherApp
from panther_tui.overlays.choose import ChooseScreen
from panther_tui.triage.reaching import statement_at, ways_of_tests
from panther_tui.triage.selection import Place, Selection
from tests.tui.app.test_app import ALL, READ, opened, selection
from tests.tui.fake_engine import done, finish, shows, wait_for

TEXT = """\
LIMIT = 3

def policy(resource):
    if (
        resource["A"]
        and resource["B"]
    ):
        return False
    return len(
        resource
    ) > LIMIT
"""
COVERED = Covered(
    READ.spec,
    READ.body,
    {4: frozenset({0, 2}), 8: frozenset({2}), 9: frozenset({0})},
    (Branch(4, "body", frozenset({2})), Branch(4, "else", frozenset({0}))),
)
RAN: tuple[Event, ...] = (*(finish(policy) for policy in ALL), done(3))
INSPECTED = Inspected(
    READ.spec, 1, covered=Covered(READ.spec, READ.body, {2: frozenset({0, 2}), 3: frozenset()}, ())
)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    messages: list[str] = []
    monkeypatch.setattr(
        PantherApp, "notify", lambda self, message, **options: messages.append(message)
    )
    return messages


@pytest.mark.parametrize(("line", "start"), [(1, 1), (2, 0), (6, 4), (8, 8), (10, 9), (11, 9)])
def test_a_line_belongs_to_the_innermost_statement_that_holds_it(line: int, start: int) -> None:
    assert statement_at(TEXT, line) == start


def test_a_text_that_is_no_python_has_no_statements() -> None:
    assert statement_at("def policy(:\n", 1) == 0


def test_tests_are_told_with_the_ways_that_they_go_on() -> None:
    assert ways_of_tests(COVERED, TEXT, 6) == {0: "else", 2: "body"}
    assert ways_of_tests(COVERED, TEXT, 10) == {0: ""}
    assert ways_of_tests(COVERED, TEXT, 1) is None, "it runs once for all tests"


async def test_going_through_the_list_selects_each_test_and_enter_stays_there() -> None:
    async with opened(*RAN, INSPECTED, start=READ.spec) as (pilot, app, _):
        app.main.desk.open_place(Place(READ.body, 2))
        await pilot.press("K")
        await shows(pilot, "2 of 3 tests reach line 2", "✓ Open to all", "✓ Closed")
        await pilot.press("down")
        await wait_for(pilot, lambda: selection(app) == Selection(READ.spec, 2, True))
        await pilot.press("enter")
        await wait_for(pilot, lambda: app.screen is app.main)
        assert selection(app).test == 2


async def test_escape_goes_back_to_the_test_that_was_selected() -> None:
    async with opened(*RAN, INSPECTED, start=f"{READ.spec}:5") as (pilot, app, _):
        before = selection(app)
        app.main.desk.open_place(Place(READ.body, 2))
        await pilot.press("K", "down", "escape")
        await wait_for(pilot, lambda: app.screen is app.main)
        assert selection(app) == before


async def test_it_says_why_there_is_no_list(said: list[str]) -> None:
    async with opened(*RAN, start=READ.spec) as (pilot, app, engine):
        app.main.desk.open_place(Place(READ.body, 3))
        await pilot.press("K")
        await wait_for(pilot, lambda: said)
        engine.say(INSPECTED)
        await wait_for(pilot, lambda: app.state.inspected)
        await pilot.press("K")
        app.main.desk.open_place(Place(READ.body, 1))
        await pilot.press("K", "o")
        await wait_for(pilot, lambda: app.main.panes.code.path == READ.spec)
        await pilot.press("K")
        assert not isinstance(app.screen, ChooseScreen)
        assert said == [
            "The policy is inspected once nothing else runs.",
            "No test reaches line 3.",
            "Line 1 is in no function: it runs once for all tests.",
            "It is known of the body of a policy which tests reach a line.",
        ]
