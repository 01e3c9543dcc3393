"""A scratch is judged as it is changed, in a live checkout."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from panther_engine.events import (
    JudgeScratch,
    OpenScratch,
    ReduceScratch,
    ScratchJudged,
    ScratchReduced,
)
from panther_engine.model import Mock, TestCase
from panther_engine.values.changes import apply_changes
from panther_engine.values.insight import Change
from tests.engine.reading.repository.checkout import Checkout
from tests.engine.session.live_session import LiveSession

SPEC_PATH = "policies/days.yml"
SPEC = """\
AnalysisType: policy
Filename: days.py
PolicyID: Test.Days
Severity: High
Enabled: true
ResourceTypes: [AWS.S3.Bucket]
Tests:
  - Name: Enough
    ExpectedResult: true
    Resource: {Days: 100}
"""
BODY = """\
from words import least

def today():
    return 0

def policy(resource):
    while resource['Days'] == 'endless':
        pass
    return resource['Days'] >= least() + today()

def title(resource):
    return f"kept for {resource['Days']}"
"""
CASE = TestCase("Enough", 8, True, {"Days": 100})
OPEN = OpenScratch(SPEC_PATH, CASE)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = Checkout(tmp_path / "checkout")
    checkout.write(SPEC_PATH, SPEC)
    checkout.write("policies/days.py", BODY)
    checkout.helper("words", "def least():\n    return 90\n")
    return checkout


def judge(number: int, days: object) -> JudgeScratch:
    return JudgeScratch(number, (Change("set", ("Days",), 100, days),))


def verdicts(live: LiveSession) -> list[tuple[int, str]]:
    """Each once: the why comes with the verdict again."""
    return [
        (event.number, event.result.verdict if event.result else "none")
        for event in live.events
        if isinstance(event, ScratchJudged) and event.explained is None
    ]


def last(live: LiveSession) -> ScratchJudged:
    assert live.state.scratch is not None
    return live.state.scratch


def whole(live: LiveSession, number: int) -> bool:
    found = live.state.scratch
    explained = found.explained if found is not None and found.number == number else None
    return explained is not None and explained.flips is not None


async def test_each_state_gets_its_verdict_alert_reason_and_flips(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(OPEN)
        live.say(judge(1, 3))
        await live.until(lambda: whole(live, 1))
        found = last(live)
        assert found.result is not None
        assert (found.spec, found.result.verdict, found.result.expected) == (
            SPEC_PATH,
            "FAIL",
            True,
        )
        assert found.result.functions["title"].output == "kept for 3"
        assert found.explained is not None
        assert "`Days` is 3, which is less than 90" in found.explained.insight.reason
        assert found.explained.flips
        assert found.explained.flips[0].changes[0].new == 100, "as another test has it"
        assert pickle.loads(pickle.dumps(found)) == found
        live.say(judge(2, 95))
        await live.until(lambda: whole(live, 2))
        assert verdicts(live) == [(1, "FAIL"), (2, "PASS")]
        assert live.state.totals.passed == 1, "the file's own result stays"


async def test_the_mocks_of_the_test_are_kept(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        case = TestCase("Enough", 8, True, {"Days": 100}, (Mock("today", "50"),))
        live.say(OpenScratch(SPEC_PATH, case))
        live.say(judge(1, 120))
        await live.until(lambda: bool(verdicts(live)))
        result = last(live).result
        assert result is not None
        assert result.error is not None, "a number and a text cannot be added"
        assert result.error.type == "TypeError"


async def test_a_state_that_is_stuck_gives_way_to_the_next(checkout: Checkout) -> None:
    async with LiveSession(checkout.root, timeout=600.0) as live:
        live.say(OPEN)
        live.say(judge(1, "endless"))
        live.say(judge(2, 1))
        await live.until(lambda: bool(verdicts(live)))
        live.say(judge(3, "endless"))
        live.say(judge(4, 2))
        await live.until(lambda: len(verdicts(live)) == 2)
        assert verdicts(live) == [(2, "FAIL"), (4, "FAIL")]


async def test_a_state_that_is_stuck_is_stopped_at_the_limit_as_any_test(
    checkout: Checkout,
) -> None:
    async with LiveSession(checkout.root, timeout=0.5) as live:
        live.say(OPEN)
        live.say(judge(1, "endless"))
        await live.until(lambda: bool(verdicts(live)))
        result = last(live).result
        assert result is not None
        assert result.error is not None
        assert (result.verdict, result.error.type) == ("ERROR", "Timeout")
        checkout.replace("policies/days.py", BODY + "\n")
        live.forget()
        await live.until(lambda: live.at_rest)
        assert live.state.policies[SPEC_PATH].status == "passed", "everything else goes on"


async def test_it_is_judged_again_when_body_helper_or_spec_change(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(OPEN)
        live.say(judge(7, 60))
        await live.until(lambda: verdicts(live) == [(7, "FAIL")])
        checkout.replace("global_helpers/words.py", "def least():\n    return 50\n")
        await live.until(lambda: verdicts(live)[1:] == [(7, "PASS")])
        assert last(live).generation == live.state.generation
        checkout.replace("policies/days.py", BODY.replace(">=", "<"))
        await live.until(lambda: verdicts(live)[2:] == [(7, "FAIL")])
        checkout.replace(SPEC_PATH, SPEC.replace("100", "1"))
        await live.until(lambda: verdicts(live)[3:] == [(7, "FAIL")])


async def test_a_policy_that_cannot_run_says_why(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(OPEN)
        live.say(judge(1, 60))
        await live.until(lambda: verdicts(live) == [(1, "FAIL")])
        checkout.replace("policies/days.py", "import nowhere\n" + BODY)
        await live.until(lambda: verdicts(live)[1:] == [(1, "none")])
        assert "nowhere" in last(live).diagnostics[0].message
        checkout.replace("policies/days.py", "def policy(:\n")
        await live.until(lambda: len(verdicts(live)) == 3)
        assert last(live).diagnostics[0].path == "policies/days.py"
        (checkout.root / SPEC_PATH).unlink()
        await live.until(lambda: SPEC_PATH not in live.state.policies)
        live.say(judge(2, 60))
        assert [it.code for it in last(live).diagnostics] == ["policy-gone"]


async def test_a_scratch_that_was_given_up_is_not_judged_any_more(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(OPEN)
        live.say(judge(1, "endless"))
        live.say(OpenScratch(""))
        live.say(judge(2, 5))
        live.say(OPEN)
        live.say(judge(3, 5))
        await live.until(lambda: bool(verdicts(live)))
        assert verdicts(live) == [(3, "FAIL")]


async def test_of_a_large_resource_the_verdict_is_told_and_no_flips_are_looked_for(
    checkout: Checkout,
) -> None:
    async with LiveSession(checkout.root) as live:
        large = {"Days": 1, "Items": [{"Number": number} for number in range(60_000)]}
        live.say(OpenScratch(SPEC_PATH, TestCase("Large", 8, True, large)))
        live.say(judge(1, 100))
        await live.until(lambda: verdicts(live) == [(1, "PASS")])
        live.say(JudgeScratch(2, (Change("set", (), None, {"Days": 4}),)))
        await live.until(lambda: whole(live, 2))
        assert all(
            event.number == 2
            for event in live.events
            if isinstance(event, ScratchJudged) and event.explained is not None
        )


GRANTS = """\
def policy(resource):
    if resource['Deep']['Off'] is None:
        raise ValueError('no mode')
    for grant in resource['Grants'] or []:
        if grant['To'].startswith('all') and len(resource['Tags']) != 1:
            return False
    return True
"""
FULL = {
    "ResourceId": "arn",
    "ResourceType": "AWS.S3.Bucket",
    "Deep": {"Off": False, "On": [1, 2]},
    "Grants": [
        {"To": "one", "Since": 1},
        {"To": "all", "Since": 2},
        {"To": "all users", "Since": 3},
    ],
    "Tags": ["a", "b"],
    "Never": {"read": ["at", "all"]},
}


async def reduced(live: LiveSession, number: int, resource: object) -> object:
    """What is left of a resource that decides."""
    live.say(OpenScratch(SPEC_PATH, TestCase("Real", 0, True, resource)))
    live.say(JudgeScratch(number))
    await live.until(lambda: whole(live, number))
    live.say(ReduceScratch(number))
    await live.until(lambda: any(isinstance(it, ScratchReduced) for it in live.events))
    (told,) = (it for it in live.events if isinstance(it, ScratchReduced))
    live.events.remove(told)
    assert (told.spec, told.number) == (SPEC_PATH, number)
    return apply_changes(resource, told.changes)


async def test_a_scratch_is_reduced_to_what_decides(checkout: Checkout) -> None:
    """Of two grants that would do, one stays; what keeps an error at its place does too."""
    checkout.write("policies/days.py", GRANTS)
    async with LiveSession(checkout.root) as live:
        left = await reduced(live, 1, FULL)
        assert left == {
            "ResourceId": "arn",
            "ResourceType": "AWS.S3.Bucket",
            "Deep": {"Off": False},
            "Grants": [{"To": "all users"}],
            "Tags": [],
        }
        assert await reduced(live, 2, {**FULL, "Deep": {"Off": None, "On": 1}}) == {
            "ResourceId": "arn",
            "ResourceType": "AWS.S3.Bucket",
            "Deep": {"Off": None},
        }
        assert await reduced(live, 3, left) == left


async def test_a_scratch_that_changed_meanwhile_is_not_reduced(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(OPEN)
        live.say(judge(1, 50))
        await live.until(lambda: whole(live, 1))
        live.say(ReduceScratch(1))
        live.say(judge(2, 60))
        await live.until(lambda: whole(live, 2))
        assert not any(isinstance(it, ScratchReduced) for it in live.events)
