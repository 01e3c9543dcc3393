"""What no test pins down across the repository, as one list."""

from __future__ import annotations

from dataclasses import replace

from panther_engine.events import (
    Event,
    Inspect,
    InspectAll,
    Inspected,
    RepositoryChanged,
    StandAside,
    entry_of,
)
from panther_engine.model import Policy, Verdict
from panther_engine.state import State, reduce
from panther_engine.values.findings import Branch, Covered, Mutated, NullField, Probed, Survivor
from panther_tui.app.app import PantherApp
from panther_tui.features.insight.survey import RepositorySurvey
from panther_tui.overlays.survey_list import SurveyRows, SurveyScreen
from panther_tui.triage.survey import Finding, Surveyed, Surveyor, narrow_survey
from tests.tui.app.test_app import ALL, MFA, NARROW, READ, ROOT, opened, selection
from tests.tui.fake_engine import (
    done,
    feature,
    finish,
    shows,
    wait_for,
)

RAN: tuple[Event, ...] = (*(finish(policy) for policy in ALL), done(3))
NO_TEST: frozenset[int] = frozenset()
SURVIVOR = Survivor(3, 11, "comparison", ">=", ">", 4)
ASIDE = Survivor(4, 11, "number", "1", "2", 5, "a matter of taste")
FAIR = Inspected(
    MFA.spec,
    1,
    Mutated(MFA.spec, 10, 8, (SURVIVOR, ASIDE)),
    Covered(MFA.spec, MFA.body, {2: frozenset({0}), 4: NO_TEST}, (Branch(2, "else", NO_TEST),)),
    Probed(MFA.spec, ()),
)  # fmt: skip
BAD = Inspected(
    READ.spec,
    1,
    Mutated(READ.spec, 7, 7, ()),
    Covered(READ.spec, READ.body, {}, ()),
    Probed(
        READ.spec,
        (
            NullField(("Grants",), Verdict.ERROR, 0, 2, ("TypeError", "no")),
            NullField(("Name",), Verdict.PASS, 0, 0),
        ),
    ),
)
GOOD = Inspected(
    ROOT.spec, 1, Mutated(ROOT.spec, 3, 3, ()), Covered(ROOT.spec, ROOT.body, {}, ()),
    Probed(ROOT.spec, ()),
)  # fmt: skip


def state_of(*found: Inspected) -> State:
    return reduce(State(), (told(*ALL), *RAN, *found))


def told(*policies: Policy) -> RepositoryChanged:
    return RepositoryChanged(1, "/checkout", "", tuple(map(entry_of, policies)), (), ())


def rows(app: PantherApp) -> SurveyRows:
    return app.screen.query_one(SurveyRows)


def test_what_raises_in_production_is_worst_then_what_is_not_pinned_then_not_reached() -> None:
    survey = Surveyor().survey(state_of(GOOD, FAIR, BAD))
    assert [one.spec for one in survey.found] == [READ.spec, MFA.spec, ROOT.spec]
    worst, middle, best = survey.found
    assert (worst.pinned, worst.words) == ("pinned 7/7", ("1 raises", "", ""))
    assert (middle.pinned, middle.words) == ("pinned 8/9", ("", "1 survives", "2 not reached"))
    assert (best.words, best.mark) == (("", "", ""), None)
    assert survey.total == 3


def test_a_policy_is_listed_once_it_was_inspected_and_not_while_its_result_is_newer() -> None:
    surveyor = Surveyor()
    assert (surveyor.survey(state_of()).found, surveyor.survey(state_of()).total) == ((), 3)
    state = state_of(FAIR)
    assert len(surveyor.survey(state).found) == 1
    newer = reduce(state, (replace(told(MFA), generation=2),))
    assert surveyor.survey(newer).found == ()


def test_what_did_not_change_is_not_worked_out_again() -> None:
    surveyor, state = Surveyor(), state_of(FAIR)
    (first,) = surveyor.survey(state).found
    second = next(it for it in surveyor.survey(reduce(state, (BAD,))).found if it.spec == MFA.spec)
    assert second is first


def test_words_narrow_to_policies_and_to_findings_that_have_them() -> None:
    found = Surveyor().survey(state_of(GOOD, FAIR, BAD)).found

    def shown(query: str, *opened: str) -> list[str]:
        return [
            it.said if isinstance(it, Finding) else it.name
            for it in narrow_survey(found, query, opened)
        ]

    assert shown("") == [READ.id, MFA.id, ROOT.id]
    assert shown("", READ.spec) == [READ.id, "raises if Grants is null: TypeError", MFA.id, ROOT.id]
    assert shown("MFA") == [MFA.id]
    assert shown("null grants") == [READ.id, "raises if Grants is null: TypeError"]
    assert shown("reaches line 4") == [MFA.id, "no test reaches this line"]
    assert shown("mfa reaches", MFA.spec) == [MFA.id, "no test reaches this line"]
    assert shown("nowhere") == []


async def test_the_list_asks_for_the_whole_repository_and_fills_as_it_is_found() -> None:
    async with opened(*RAN) as (pilot, app, engine):
        assert engine.asked(InspectAll) == []
        await pilot.press("W")
        await shows(
            pilot, "What no test pins down", "0 inspected, 3 to come", "nothing is inspected yet"
        )
        assert engine.asked(InspectAll) == [InspectAll()]
        engine.say(FAIR)
        await shows(pilot, "1 inspected, 2 to come", "≈ AWS.S3.Mfa", "pinned 8/9")
        engine.say(BAD, GOOD)
        await shows(pilot, "∅ AWS.S3.Read", "✓ AWS.IAM.Root", "1 raises", "2 not reached")
        assert list(rows(app).keys) == [READ.spec, MFA.spec, ROOT.spec]
        await pilot.press("escape", "W")
        await shows(pilot, "3 inspected · type to filter")
        assert len(engine.asked(InspectAll)) == 1


async def test_a_policy_opens_to_its_findings_and_enter_goes_to_the_line() -> None:
    async with opened(*RAN, FAIR, BAD, GOOD) as (pilot, app, _):
        await pilot.press("W", *"mfa", "home", "right")
        await shows(pilot, "≈    3 `>=` could be `>`", "□    4 no test reaches this line")
        await pilot.press("down", "left")
        await wait_for(pilot, lambda: rows(app).cursor_key == MFA.spec)
        await pilot.press("right", "down", "down", "enter")
        await wait_for(pilot, lambda: app.main.panes.code.place().line == 4)
        assert app.screen is app.main
        assert selection(app).spec == MFA.spec
        assert app.main.panes.code.has_focus
        await shows(pilot, "╰ no test reaches this line")


async def test_enter_on_a_policy_goes_to_the_worst_of_it_also_where_one_pane_is_shown() -> None:
    async with opened(*RAN, FAIR, BAD, size=NARROW) as (pilot, app, _):
        await pilot.press("W", *"read", "home", "enter")
        await wait_for(pilot, lambda: app.main.panes.code.place().line == 2)
        await shows(pilot, "raises if Grants is null: TypeError")


async def test_a_policy_without_findings_is_gone_to_as_well() -> None:
    async with opened(*RAN, GOOD, start=MFA.spec) as (pilot, app, _):
        await pilot.press("W", *"root", "home", "enter")
        await wait_for(pilot, lambda: selection(app).spec == ROOT.spec)


async def test_the_cursor_stays_on_its_row_while_the_list_fills() -> None:
    async with opened(*RAN, GOOD, start=ROOT.spec) as (pilot, app, engine):
        await pilot.press("W")
        await wait_for(pilot, lambda: rows(app).cursor_key == ROOT.spec)
        engine.say(BAD, FAIR)
        await shows(pilot, "∅ AWS.S3.Read")
        assert rows(app).cursor_key == ROOT.spec


async def test_a_key_tells_the_engine_to_stand_aside_whatever_it_is_for() -> None:
    async with opened(*RAN) as (pilot, app, engine):
        await wait_for(pilot, lambda: engine.asked(Inspect))
        await pilot.press("4")
        assert len(engine.asked(StandAside)) == 1
        await pilot.press("W")
        await wait_for(pilot, lambda: isinstance(app.screen, SurveyScreen))
        before = engine.sent.index(InspectAll())
        assert StandAside() in engine.sent[:before]


async def test_another_engine_is_told_to_go_on() -> None:
    async with opened(*RAN) as (pilot, app, engine):
        await pilot.press("W")
        await wait_for(pilot, lambda: engine.asked(InspectAll))
        feature(app, RepositorySurvey).on_engine_replaced()
        assert len(engine.asked(InspectAll)) == 2


def test_a_policy_whose_mutants_were_not_run_says_so() -> None:
    bare = Inspected(ROOT.spec, 1, None, None, None)
    (found,) = Surveyor().survey(state_of(bare)).found
    assert isinstance(found, Surveyed)
    assert found.pinned == "nothing to pin"
