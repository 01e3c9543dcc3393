"""The whole repository inspected while a session watches."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from panther_engine.events import (
    Inspect,
    InspectAll,
    Inspected,
    RunAll,
    RunFinished,
    StandAside,
    Suggest,
)
from panther_engine.insight.live_inspect import LiveInspection
from panther_engine.running.processes.job import Job
from tests.engine.insight.test_live import BODY, SPEC
from tests.engine.reading.repository.checkout import Checkout
from tests.engine.session.live_session import LiveSession

NAMES = ("ages", "days", "weeks")
SPECS = tuple(f"policies/{name}.yml" for name in NAMES)
FIRST, WANTED, LAST = SPECS


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = Checkout(tmp_path / "checkout")
    for name, spec in zip(NAMES, SPECS, strict=True):
        checkout.write(spec, SPEC.replace("days.py", f"{name}.py").replace("Test.Days", name))
        checkout.write(f"policies/{name}.py", BODY)
    checkout.helper("words", "def least():\n    return 90\n")
    return checkout


def told(live: LiveSession) -> list[Inspected]:
    return [event for event in live.events if isinstance(event, Inspected)]


def inspected(live: LiveSession) -> set[str]:
    """The policies of which all is known, of the generation that is live."""
    return {
        spec
        for spec, found in live.state.inspected.items()
        if None not in (found.mutated, found.covered, found.probed)
        and found.generation == live.state.generation
    }


def inspection_of(live: LiveSession) -> LiveInspection:
    found = live.session._insights._inspection
    assert found is not None
    return found


def jobs_of(live: LiveSession, monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """What is submitted from now on."""
    pool = inspection_of(live)._pool
    submitted: list[Job] = []
    submit = pool.submit

    def note(jobs: tuple[Job, ...], *, first: bool = False) -> None:
        submitted.extend(jobs)
        submit(jobs, first=first)

    monkeypatch.setattr(pool, "submit", note)
    return submitted


async def test_every_policy_is_inspected_the_one_on_the_screen_first(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Inspect(WANTED))
        live.say(InspectAll())
        await live.until(lambda: inspected(live) == set(SPECS))
        assert told(live)[0].spec == WANTED
        assert sum(it.spec == LAST for it in told(live)) == 1, "what nobody looks at is told once"


async def test_only_the_wanted_policy_is_inspected_unless_all_are_asked_for(
    checkout: Checkout,
) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(InspectAll())
        live.say(InspectAll(wanted=False))
        live.say(Inspect(WANTED))
        await live.until(lambda: inspected(live) == {WANTED})
        await live.until(lambda: not inspection_of(live)._pool.busy)
        assert {it.spec for it in told(live)} == {WANTED}


async def test_a_save_inspects_again_what_it_affects_and_nothing_else(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(InspectAll())
        await live.until(lambda: inspected(live) == set(SPECS))
        submitted = jobs_of(live, monkeypatch)
        live.forget()
        checkout.replace("policies/weeks.py", BODY.replace(">=", "<="))
        await live.until(lambda: inspected(live) == {LAST})
        kinds = [type(event) for event in live.events]
        assert kinds.index(RunFinished) < kinds.index(Inspected)
        assert {job.spec.partition("\0")[0] for job in submitted} == {LAST}


async def test_contents_that_come_back_are_not_inspected_twice(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(InspectAll())
        await live.until(lambda: inspected(live) == set(SPECS))
        first = live.state.inspected[LAST]
        checkout.replace("policies/weeks.py", BODY.replace(">=", "<="))
        await live.until(lambda: inspected(live) == {LAST})
        assert live.state.inspected[LAST].mutated != first.mutated
        submitted = jobs_of(live, monkeypatch)
        checkout.replace("policies/weeks.py", BODY)
        await live.until(lambda: live.state.inspected[LAST].mutated == first.mutated)
        assert inspected(live) == {LAST}, "it is told as of the generation that is live"
        assert submitted == []


async def test_a_helper_is_part_of_the_contents(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(InspectAll())
        await live.until(lambda: inspected(live) == set(SPECS))
        before = live.state.generation
        checkout.replace("global_helpers/words.py", "def least():\n    return 50 + 40\n")
        await live.until(lambda: live.state.generation > before and inspected(live) == set(SPECS))


async def test_a_key_stops_the_work_which_goes_on_after_a_pause(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(InspectAll())
        assert inspection_of(live)._pool.busy
        live.say(StandAside())
        assert not inspection_of(live)._pool.busy
        assert told(live) == []
        live.say(RunAll())
        await live.until(lambda: inspected(live) == set(SPECS))


async def test_a_slow_policy_keeps_no_other_from_being_inspected(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Inspect(""))
        slow = live.session._runs.results[FIRST].duration_ms
        results = live.session._runs.results
        for spec in (WANTED, LAST):
            results[spec] = replace(results[spec], duration_ms=slow / 2)
        monkeypatch.setattr("panther_engine.insight.live_inspect.SLOW_MS", slow * 0.75)
        live.say(InspectAll())
        await live.until(lambda: inspected(live) == set(SPECS))
        assert [it.spec for it in told(live)] == [WANTED, LAST, FIRST]


async def test_a_suggestion_that_was_asked_for_is_looked_for_while_keys_are_pressed(
    checkout: Checkout,
) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Inspect(WANTED))
        await live.until(lambda: WANTED in inspected(live))
        mutated = live.state.inspected[WANTED].mutated
        assert mutated is not None
        live.say(Suggest(WANTED, mutated.open[0].number))
        live.say(StandAside())
        await live.until(lambda: live.state.suggested is not None)
        assert live.state.suggested is not None
        assert live.state.suggested.suggestion is not None


async def test_a_suggestion_is_found_for_a_policy_that_is_selected_again(
    checkout: Checkout,
) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Inspect(WANTED))
        await live.until(lambda: WANTED in inspected(live))
        mutated = live.state.inspected[WANTED].mutated
        assert mutated is not None
        live.say(StandAside())
        live.say(Inspect(LAST))
        live.say(Inspect(WANTED))
        live.say(Suggest(WANTED, mutated.open[0].number))
        await live.until(lambda: live.state.suggested is not None)
        assert live.state.suggested is not None
        assert live.state.suggested.suggestion is not None


async def test_only_so_many_findings_are_remembered(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("panther_engine.insight.live_inspect.REMEMBERED", 2)
    async with LiveSession(checkout.root) as live:
        live.say(InspectAll())
        await live.until(lambda: inspected(live) == set(SPECS))
        assert len(inspection_of(live)._known) == 2


LEANS = """seen = []


def policy(resource):
    first = not seen
    seen.append(1)
    return resource["Days"] > 50 or {}
"""


@pytest.mark.parametrize(
    ("else_", "leaning"), [("first", [("Too few", 11)]), ("first is None", [])]
)
async def test_a_test_that_passes_only_after_others_is_found(
    checkout: Checkout, else_: str, leaning: list[tuple[str, int]]
) -> None:
    checkout.write("policies/days.py", LEANS.format(else_))
    async with LiveSession(checkout.root) as live:
        live.say(Inspect(WANTED))
        await live.until(lambda: WANTED in inspected(live))
        assert live.state.policies[WANTED].status == "passed"
        assert list(live.state.inspected[WANTED].leaning) == leaning
