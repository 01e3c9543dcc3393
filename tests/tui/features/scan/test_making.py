"""A test made of a real resource: named, redacted, reduced, and tried before it is proposed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from panther_engine.events import (
    CaseTried,
    EditProposed,
    GroupScanned,
    ListScanned,
    OpenScanned,
    ProposeEdit,
    ScannedGrouped,
    ScannedOpened,
    TryCase,
)
from panther_engine.model import Failure, JsonValue, Mock, Outcome, TestCase, TestResult, Verdict
from panther_engine.values.edits import AddTest
from panther_engine.values.insight import Change
from panther_engine.values.scanned import GroupBy, ScannedGroup
from panther_tui.app.app import PantherApp
from panther_tui.overlays.difference import DifferenceScreen
from panther_tui.overlays.pasting.pasted import PastedScreen
from panther_tui.panes.scratch.real import ToMake, name_of
from tests.tui.app.test_app import READ, opened
from tests.tui.fake_engine import FakeEngine, asks, shows, wait_for
from tests.tui.features.scan.test_resources import ERRED, OPENED, ROW, listed, scanned

DOCUMENT: Mapping[str, JsonValue] = {
    "ResourceId": "arn:aws:s3:::one",
    "Grants": [{"Grantee": "ann@corp.com"}],
    "Noise": {"a": 1, "b": 2},
}
LESS = (Change("remove", ("Noise",), None, None),)


def result(verdict: Verdict, error: Failure | None = None) -> TestResult:
    return TestResult(
        "", 0, expected=True, verdict=verdict, outcome=Outcome.PASSED, duration_ms=1.0, error=error
    )


@asynccontextmanager
async def dialog(
    document: Mapping[str, JsonValue] = DOCUMENT,
    *mocks: Mock,
    looked_up: tuple[str, ...] = (),
) -> AsyncIterator[tuple[Pilot[None], PantherApp, FakeEngine]]:
    """The dialog over the list's first resource, which fails."""
    size = (140, 40)
    async with opened(OPENED, scanned(READ.spec), start=READ.spec, size=size) as (
        pilot,
        app,
        engine,
    ):
        await pilot.press("H")
        await wait_for(pilot, lambda: bool(engine.asked(ListScanned)))
        engine.say(listed("", ROW))
        await shows(pilot, "FAIL  arn:aws:s3:::one")
        await pilot.press("enter")
        await wait_for(
            pilot, lambda: engine.asked(OpenScanned) == [OpenScanned(READ.spec, ROW.key)]
        )
        case = TestCase(ROW.resource_id, 0, True, dict(document), mocks)
        engine.say(ScannedOpened(READ.spec, ROW.key, case, looked_up))
        await wait_for(pilot, lambda: isinstance(app.screen, PastedScreen))
        await wait_for(pilot, lambda: bool(engine.asked(TryCase)))
        yield pilot, app, engine


async def tried(
    pilot: Pilot[None],
    engine: FakeEngine,
    verdict: Verdict = Verdict.FAIL,
    *,
    changes: tuple[Change, ...] = (),
    since: int = 0,
) -> TryCase:
    """Answer the try that comes next; what was tried."""
    await wait_for(pilot, lambda: len(engine.asked(TryCase)) > since)
    asked = engine.asked(TryCase)[-1]
    engine.say(CaseTried(asked.number, asked.spec, result(verdict), changes=changes))
    return asked


async def proposed(pilot: Pilot[None], engine: FakeEngine) -> AddTest:
    await wait_for(pilot, lambda: bool(engine.asked(ProposeEdit)))
    (asked,) = engine.asked(ProposeEdit)
    assert isinstance(asked.request, AddTest)
    engine.say(EditProposed(asked.number, "new test", "said", (READ.spec,), "", 3))
    await asks(pilot, DifferenceScreen)
    return asked.request


async def test_it_is_reduced_and_redacted_and_tried_before_the_difference_is_shown() -> None:
    async with dialog() as (pilot, _, engine):
        await shows(pilot, "New test of arn:aws:s3:::one", "looking for what decides")
        await shows(pilot, "ann@corp.com → user@example.com")
        asked = await tried(pilot, engine, changes=LESS)
        assert asked.reduced
        await shows(pilot, "[x] only what decides: 4 of 7 fields and items")
        await pilot.press("n", *"Open", "enter")
        await shows(pilot, "Open")
        await pilot.press("enter")
        last = await tried(pilot, engine, since=1)
        assert not last.reduced
        request = await proposed(pilot, engine)
        assert request.resource == last.case.resource
        assert request.resource == {
            "ResourceId": "arn:aws:s3:::one",
            "Grants": [{"Grantee": "user@example.com"}],
        }
        assert request.name == "Open"
        assert request.expected is False
        assert request.notes == (
            "1 field that decides nothing went",
            "mail ann@corp.com became user@example.com",
        )


async def test_nothing_is_said_of_what_went_with_the_rest() -> None:
    gone = (Change("remove", ("Grants",), None, None),)
    async with dialog() as (pilot, _, engine):
        await tried(pilot, engine, changes=gone)
        await shows(pilot, "[x] only what decides")
        await pilot.press("a", "enter")
        await tried(pilot, engine, since=1)
        request = await proposed(pilot, engine)
        assert request.notes == ("1 field that decides nothing went",)


async def test_what_is_switched_off_stays() -> None:
    async with dialog() as (pilot, _, engine):
        await tried(pilot, engine, changes=LESS)
        await shows(pilot, "[x] only what decides")
        await pilot.press("down", "space", "down", "space")
        await shows(pilot, "[ ] only what decides", "stays")
        await pilot.press("enter")
        await tried(pilot, engine, since=1)
        request = await proposed(pilot, engine)
        assert request.resource == DOCUMENT
        assert request.notes == ("some of what a real resource should not publish stays in it",)


async def test_a_test_that_comes_to_something_else_says_so() -> None:
    async with dialog() as (pilot, _, engine):
        await tried(pilot, engine)
        await shows(pilot, "all of it decides")
        await pilot.press("enter")
        await tried(pilot, engine, Verdict.PASS, since=1)
        request = await proposed(pilot, engine)
        assert request.expected is True
        assert request.notes[0] == "in the inventory the policy says FAIL; the test comes to PASS"


async def test_a_lookup_becomes_a_mock_where_that_does() -> None:
    mock = Mock("resource_lookup", '{"Owner": "ann@corp.com"}')
    async with dialog(DOCUMENT, mock, looked_up=("arn:x",)) as (pilot, _, engine):
        await tried(pilot, engine)
        await shows(pilot, "all of it decides")
        await pilot.press("enter")
        await tried(pilot, engine, since=1)
        request = await proposed(pilot, engine)
        assert request.mocks == (Mock("resource_lookup", '{"Owner": "user@example.com"}'),)
        assert "what it looked up, arn:x, is a Mock of `resource_lookup`" in request.notes


async def test_a_mock_that_does_not_do_is_left_out_and_told() -> None:
    mock = Mock("resource_lookup", "{}")
    async with dialog(DOCUMENT, mock, looked_up=("arn:x", "arn:y")) as (pilot, _, engine):
        first = await tried(pilot, engine, Verdict.ERROR)
        second = await tried(pilot, engine, Verdict.ERROR, since=1)
        assert (first.case.mocks, second.case.mocks) == ((mock,), ())
        await shows(pilot, "all of it decides")
        await pilot.press("enter")
        await tried(pilot, engine, Verdict.ERROR, since=2)
        request = await proposed(pilot, engine)
        assert request.mocks == ()
        assert "it looked up arn:x and 1 more, which no test has" in request.notes[0]


async def test_one_test_stands_for_all_that_share_a_cause() -> None:
    size = (140, 40)
    async with opened(OPENED, scanned(READ.spec), start=READ.spec, size=size) as (
        pilot,
        app,
        engine,
    ):
        await pilot.press("H", "tab")
        await wait_for(pilot, lambda: bool(engine.asked(GroupScanned)))
        group = ScannedGroup("KeyError  p.py:2", 41, 0, 41, ERRED)
        engine.say(ScannedGrouped(READ.spec, 1, GroupBy.CAUSE, "", 1, (group,)))
        await shows(pilot, "41 err")
        await pilot.press("ctrl+t")
        await wait_for(
            pilot, lambda: engine.asked(OpenScanned) == [OpenScanned(READ.spec, ERRED.key)]
        )
        case = TestCase(ERRED.resource_id, 0, True, {"ResourceId": "arn:aws:s3:::two"})
        engine.say(ScannedOpened(READ.spec, ERRED.key, case))
        await wait_for(pilot, lambda: isinstance(app.screen, PastedScreen))
        await shows(pilot, "One test for 41 resources", "KeyError")
        error = Failure("KeyError", "'Grants'", READ.body, 2)
        await wait_for(pilot, lambda: bool(engine.asked(TryCase)))
        answer = CaseTried(1, READ.spec, result(Verdict.ERROR, error))
        engine.say(answer)
        await shows(pilot, "all of it decides")
        await pilot.press("enter")
        await wait_for(pilot, lambda: len(engine.asked(TryCase)) == 2)
        engine.say(replace(answer, number=2))
        request = await proposed(pilot, engine)
        assert (request.name, request.expected) == ("KeyError", True)
        assert request.notes == (
            "the policy raises on it; the test expects no alert: change that if need be",
            "it stands for 41 resources that share: KeyError  p.py:2",
        )


@pytest.mark.parametrize(
    ("cause", "name"),
    [
        ("KeyError: 'Grants'", "KeyError: 'Grants'"),
        ("KeyError  policies/p.py:2", "KeyError"),
        ("[…] is open", "Is open"),
        ("… is open", "Is open"),
        ("The title", "Real S3.Bucket"),
        ("", "Real S3.Bucket"),
    ],
)
def test_it_is_called_what_the_policy_says_without_the_names_of_the_resource(
    cause: str, name: str
) -> None:
    case = TestCase("arn:aws:s3:::one-bucket", 0, True, {"ResourceType": "AWS.S3.Bucket"})
    assert name_of(ToMake("s", case, Verdict.FAIL, cause=cause), ("The title",)) == name


async def test_what_is_only_in_a_lookup_is_redacted_too() -> None:
    mock = Mock("resource_lookup", '{"Owner": "bob@corp.com", "Account": "998812345670"}')
    async with dialog(DOCUMENT, mock, looked_up=("arn:x",)) as (pilot, _, engine):
        await shows(pilot, "bob@corp.com", "998812345670")
        await tried(pilot, engine)
        await shows(pilot, "all of it decides")
        await pilot.press("enter")
        await tried(pilot, engine, since=1)
        request = await proposed(pilot, engine)
        (made,) = request.mocks
        assert "corp.com" not in str(made.return_value)
        assert "998812345670" not in str(made.return_value)


async def test_a_name_that_the_policy_made_of_private_words_is_redacted() -> None:
    size = (140, 40)
    async with opened(OPENED, scanned(READ.spec), start=READ.spec, size=size) as (
        pilot,
        app,
        engine,
    ):
        await pilot.press("H")
        await wait_for(pilot, lambda: bool(engine.asked(ListScanned)))
        engine.say(listed("", replace(ROW, cause="Open to ann@corp.com in 998812345670")))
        await shows(pilot, "FAIL  arn:aws:s3:::one")
        await pilot.press("enter")
        await wait_for(pilot, lambda: bool(engine.asked(OpenScanned)))
        case = TestCase(ROW.resource_id, 0, True, {"ResourceId": ROW.resource_id})
        engine.say(ScannedOpened(READ.spec, ROW.key, case))
        await wait_for(pilot, lambda: isinstance(app.screen, PastedScreen))
        await shows(pilot, "Name  Open to user@example.com in 123456789012")
