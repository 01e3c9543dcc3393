"""From a finding to the test that shows it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from panther_engine.events import (
    EditWritten,
    Event,
    Inspected,
    ProposeEdit,
    RepositoryChanged,
    Suggest,
    Suggested,
    entry_of,
)
from panther_engine.model import Mock, TestCase, Verdict
from panther_engine.values.edits import AddTest
from panther_engine.values.findings import Mutated, NullField, Probed, Suggestion, Survivor
from panther_engine.values.insight import Change
from panther_tui.app.app import PantherApp
from panther_tui.triage.finding_tests import (
    describe_changes,
    findings_at,
    null_test,
    telling_test,
)
from panther_tui.triage.selection import Place, Selection
from tests.tui.app.test_app import ALL, READ, opened, selection
from tests.tui.fake_engine import FakeEngine, done, finish, shows, wait_for

RAISES = NullField(("Grants",), Verdict.ERROR, 0, 2, ("TypeError", "no"))
FINE = NullField(("Name",), Verdict.PASS, 0, 2)
SURVIVOR = Survivor(3, 11, "comparison", ">=", ">", 4)
OTHER = Survivor(2, 11, "bool", "True", "False", 5)
ASIDE = Survivor(3, 11, "number", "1", "2", 6, "a matter of taste")
INSPECTED = Inspected(
    READ.spec,
    1,
    Mutated(READ.spec, 7, 5, (SURVIVOR, OTHER, ASIDE)),
    probed=Probed(READ.spec, (RAISES, FINE)),
)
RAN: tuple[Event, ...] = (*(finish(policy) for policy in ALL), done(3), INSPECTED)
CHANGES = (Change("set", ("Days",), 100, 90),)
SUGGESTION = Suggestion(READ.spec, SURVIVOR, 1, CHANGES, {"Days": 90}, False)


def test_a_line_has_the_findings_that_a_test_could_show() -> None:
    assert findings_at(INSPECTED, 2) == (RAISES, OTHER)
    assert findings_at(INSPECTED, 3) == (SURVIVOR,), "not what is set aside"
    assert findings_at(INSPECTED, 4) == findings_at(INSPECTED, 0) == findings_at(None, 2) == ()


def test_what_null_does_in_no_line_is_shown_where_a_line_has_nothing() -> None:
    silent = replace(RAISES, line=0)
    found = replace(INSPECTED, probed=Probed(READ.spec, (silent, FINE)))
    assert findings_at(found, 4) == (silent,)
    assert findings_at(found, 3) == (SURVIVOR,)


def test_a_test_with_null_has_the_resource_and_the_mocks_that_it_was_found_with() -> None:
    base = TestCase("Open", 4, False, {"Name": "x", "Grants": [1]}, (Mock("boto3", "1"),))
    found = null_test("a.yml", RAISES, (base,))
    assert found == AddTest(
        "a.yml",
        "Grants is null",
        True,
        {"Name": "x", "Grants": None},
        (Mock("boto3", "1"),),
        notes=("It expects no alert where the field is null; change that if there should be one.",),
    )
    assert base.resource == {"Name": "x", "Grants": [1]}
    assert null_test("a.yml", replace(RAISES, test=1), (base,)) is None


def test_a_test_that_tells_a_survivor_expects_what_the_body_says() -> None:
    taken = TestCase("Days is 90", 4, True, {})
    found = telling_test(SUGGESTION, (taken, replace(taken, mocks=(Mock("now", "2"),))))
    assert (found.name, found.expected, found.resource) == ("Days is 90 (2)", False, {"Days": 90})
    assert found.mocks == (Mock("now", "2"),)
    assert found.notes == (SURVIVOR.words,)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        (Change("set", ("A", 0, "B"), 1, "x"), "A[0].B is x"),
        (Change("add", ("A",), None, ""), "A is empty"),
        (Change("set", ("A",), 1, []), "A is empty"),
        (Change("set", ("A",), 1, True), "A is true"),
        (Change("remove", ("A",), 1, None), "no A"),
        (Change("set", ("A",), 1, "x" * 99), "A is " + "x" * 29 + "…"),
        (Change("set", ("A",), 1, "a\nb"), 'A is "a\\nb"'),
        (Change("set", (), 1, {}), "the resource is empty"),
    ],
)
def test_a_name_says_what_is_another(changes: Change, name: str) -> None:
    assert describe_changes((changes,)) == name
    assert len(describe_changes((changes,) * 20)) <= 80


def proposed(engine: FakeEngine) -> list[AddTest]:
    found = [it.request for it in engine.asked(ProposeEdit)]
    return [it for it in found if isinstance(it, AddTest)]


async def test_a_survivor_is_shown_by_the_test_that_the_engine_suggests() -> None:
    async with opened(*RAN, start=READ.spec) as (pilot, app, engine):
        app.main.desk.open_place(Place(READ.body, 3))
        await pilot.press("Z")
        assert engine.asked(Suggest) == [Suggest(READ.spec, 4)]
        engine.say(Suggested(READ.spec, 9, None), Suggested(READ.spec, 4, SUGGESTION))
        await wait_for(pilot, lambda: proposed(engine))
        assert [it.name for it in proposed(engine)] == ["Days is 90"]


async def test_of_several_findings_one_is_chosen_and_the_written_test_is_selected() -> None:
    async with opened(*RAN, start=READ.spec) as (pilot, app, engine):
        await pilot.press("4", "g")
        await wait_for(pilot, lambda: app.main.panes.results.place() == Place(READ.body, 2))
        await pilot.press("Z")
        await shows(pilot, "A test that shows …", "raises if Grants is null", "`True` could be")
        await pilot.press("enter")
        await wait_for(pilot, lambda: proposed(engine))
        (test,) = proposed(engine)
        assert (test.name, test.expected) == ("Grants is null", True)
        number = engine.asked(ProposeEdit)[-1].number
        engine.say(EditWritten(number, "new test", (READ.spec,)))
        grown = replace(READ, tests=(*READ.tests, TestCase(test.name, 9, True, {})))
        entries = tuple(map(entry_of, (grown,)))
        engine.say(RepositoryChanged(2, "/checkout", "", entries, (), (), (READ.spec,)))
        await wait_for(pilot, lambda: selection(app) == Selection(READ.spec, 3, True))


async def test_what_was_asked_of_older_files_is_not_proposed() -> None:
    async with opened(*RAN, start=READ.spec) as (pilot, app, engine):
        app.main.desk.open_place(Place(READ.body, 3))
        await pilot.press("Z")
        entries = tuple(map(entry_of, ALL))
        engine.say(RepositoryChanged(2, "/checkout", "", entries, (), ()))
        engine.say(Suggested(READ.spec, 4, SUGGESTION))
        await wait_for(pilot, lambda: app.state.suggested)
        await pilot.pause()
        assert proposed(engine) == []


async def test_it_says_where_there_is_nothing_to_show(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(PantherApp, "notify", lambda self, message, **options: said.append(message))
    async with opened(*RAN, start=READ.spec) as (pilot, app, engine):
        app.main.desk.open_place(Place(READ.body, 4))
        await wait_for(pilot, lambda: app.main.panes.code.place().line == 4)
        assert "insight.test" not in {it.id for it in app.main.offered("code")}
        await pilot.press("Z")
        assert said == ["Nothing was found in this line that a test could show; `W` lists all."]
        app.main.desk.open_place(Place(READ.body, 3))
        await pilot.press("Z")
        engine.say(Suggested(READ.spec, 4, None))
        await wait_for(pilot, lambda: len(said) == 2)
        assert said[1].startswith("No single change of a test's resource tells this from the body.")
