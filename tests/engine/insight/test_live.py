"""Insight while a session watches."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from panther_engine.events import (
    Explain,
    Explained,
    Inspect,
    Inspected,
    PolicyFinished,
    RunFinished,
    Suggest,
    Suggested,
)
from tests.engine.reading.repository.checkout import Checkout
from tests.engine.session.live_session import LiveSession

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
  - Name: Too few
    ExpectedResult: false
    Resource: {Days: 3}
"""
BODY = """\
from words import least

def policy(resource):
    return resource['Days'] >= least() and resource['Days'] != 90 + 1000
"""
SPEC_PATH = "policies/days.yml"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = Checkout(tmp_path / "checkout")
    checkout.write(SPEC_PATH, SPEC)
    checkout.write("policies/days.py", BODY)
    checkout.helper("words", "def least():\n    return 90\n")
    return checkout


def told(live: LiveSession) -> list[Explained]:
    return [event for event in live.events if isinstance(event, Explained)]


def whole(live: LiveSession) -> bool:
    """Whether the last explanation has its flips too."""
    found = live.state.explained
    return found is not None and found.flips is not None


async def test_the_test_that_is_asked_for_is_explained_first_without_and_then_with_flips(
    checkout: Checkout,
) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Explain(SPEC_PATH, 1))
        await live.until(lambda: whole(live))
        first, second = told(live)
        assert first.flips is None
        assert first.insight == second.insight
        assert "`Days` is 3, which is less than 90" in first.insight.reason
        assert second.flips
        assert second.flips[0].changes[0].new == 90
        assert live.state.explained is second


async def test_a_save_explains_the_new_verdict(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Explain(SPEC_PATH, 0))
        await live.until(lambda: whole(live))
        live.forget()
        checkout.replace("policies/days.py", BODY.replace(">=", "<="))
        await live.until(lambda: len(told(live)) == 2)
        first, _ = told(live)
        assert first.insight.verdict == "FAIL"
        assert "`Days` is 100, which is more than 90" in first.insight.reason
        assert first.insight.generation == live.state.generation
        finished = [at for at, it in enumerate(live.events) if isinstance(it, PolicyFinished)]
        assert finished[0] < live.events.index(first)


async def test_a_changed_global_is_observed_as_it_is_now(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Explain(SPEC_PATH, 0))
        await live.until(lambda: whole(live))
        live.forget()
        checkout.replace("global_helpers/words.py", "def least():\n    return 2 * 60\n")
        await live.until(lambda: bool(told(live)))
        assert "which is less than 120" in told(live)[0].insight.reason


async def test_who_moves_on_hears_only_of_the_last_test(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        for test in (0, 1, 0, 1):
            live.say(Explain(SPEC_PATH, test))
        await live.until(lambda: whole(live))
        assert {event.insight.test for event in told(live)} == {1}
        live.forget()
        live.say(Explain(SPEC_PATH, 0))
        live.say(Explain("", 0))
        checkout.replace("policies/days.py", BODY + "\n")
        await live.until(lambda: live.heard(PolicyFinished) > 0)
        await live.until(lambda: live.at_rest)
        assert told(live) == []


async def test_an_explanation_crosses_a_process_boundary(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Explain(SPEC_PATH, 1))
        await live.until(lambda: whole(live))
        assert pickle.loads(pickle.dumps(told(live))) == told(live)


async def test_what_is_not_there_is_not_explained(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Explain("policies/none.yml", 0))
        live.say(Explain(SPEC_PATH, 7))
        live.say(Explain(SPEC_PATH, 1))
        await live.until(lambda: whole(live))
        assert {event.insight.test for event in told(live)} == {1}


async def test_a_policy_that_is_inspected_tells_part_after_part(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Inspect(SPEC_PATH))
        await live.until(lambda: is_whole(live))
        first, *_ = [event for event in live.events if isinstance(event, Inspected)]
        assert first.mutated is not None
        assert (first.covered, first.probed) == (None, None)
        found = live.state.inspected[SPEC_PATH]
        assert found.mutated is not None
        assert "`>=` could be `>`" in found.mutated.open[0].words
        assert found.covered is not None
        assert found.covered.percent == 100.0
        assert found.probed is not None
        assert pickle.loads(pickle.dumps(found)) == found


async def test_a_save_inspects_the_policy_again_after_its_verdict(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Inspect(SPEC_PATH))
        await live.until(lambda: is_whole(live))
        live.forget()
        checkout.replace("policies/days.py", BODY + "\n\ndef unused():\n    return 1\n")
        await live.until(lambda: any(isinstance(it, Inspected) for it in live.events))
        kinds = [type(event) for event in live.events]
        assert kinds.index(RunFinished) < kinds.index(Inspected)
        await live.until(lambda: is_whole(live))
        covered = live.state.inspected[SPEC_PATH].covered
        assert covered is not None
        assert covered.missing == (8,)


async def test_a_test_is_suggested_for_a_survivor_of_the_inspected_policy(
    checkout: Checkout,
) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Suggest(SPEC_PATH, 0))  # nothing was inspected: nobody answers
        live.say(Inspect(SPEC_PATH))
        await live.until(lambda: is_whole(live))
        assert live.state.suggested is None
        mutated = live.state.inspected[SPEC_PATH].mutated
        assert mutated is not None
        (boundary,) = [one for one in mutated.open if one.before == ">="]
        live.say(Suggest(SPEC_PATH, boundary.number))
        await live.until(lambda: live.state.suggested is not None)
        suggested = live.state.suggested
        assert suggested is not None
        assert suggested.number == boundary.number
        assert suggested.suggestion is not None
        assert suggested.suggestion.resource == {"Days": 90}
        live.say(Suggest(SPEC_PATH, 10_000))
        await live.until(lambda: live.state.suggested is not suggested)
        assert live.state.suggested == Suggested(SPEC_PATH, 10_000, None)


async def test_who_stops_an_inspection_hears_nothing_of_it(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Inspect(SPEC_PATH))
        live.say(Inspect(""))
        live.say(Explain(SPEC_PATH, 0))
        await live.until(lambda: whole(live))
        assert live.heard(Inspected) == 0


def is_whole(live: LiveSession) -> bool:
    """Whether the policy was inspected in every way, at the generation that is live."""
    found = live.state.inspected.get(SPEC_PATH)
    return (
        found is not None
        and found.generation == live.state.generation
        and None not in (found.mutated, found.covered, found.probed)
    )
