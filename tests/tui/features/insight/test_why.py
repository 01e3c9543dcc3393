"""Why the selected test got its verdict: in the results, the code and the resource."""

from __future__ import annotations

from dataclasses import replace

from panther_engine.events import Explain, Explained, Inspect, Inspected
from panther_engine.model import Verdict
from panther_engine.values.findings import Branch, Covered, Mutated, NullField, Probed, Survivor
from panther_engine.values.insight import (
    Change,
    Condition,
    DecidedBy,
    Deciding,
    Flip,
    Insight,
    LineValues,
    Loop,
    Place,
    Read,
    ReadKind,
    Round,
)
from panther_tui.panes.resource.reads import Ghost
from panther_tui.panes.results.why_lines import narrow_change
from tests.tui.app.test_app import READ, opened
from tests.tui.fake_engine import done, failed, finish, passed, screen_text, shows, wait_for

START = READ.body
SPEC = f"{READ.spec}:5"
GRANT = Place(READ.body, 2, 4, 2, 38, 'for grant in resource["Grants"]')
RETURN = Place(READ.body, 3, 8, 3, 20, "return False")
INSIGHT = Insight(
    spec=READ.spec,
    generation=1,
    test=1,
    name=READ.tests[1].name,
    line=READ.tests[1].line,
    expected=True,
    verdict=Verdict.FAIL,
    same_as_plain=True,
    reason='It fails because `Grants` has 1 item.',
    deciding=Deciding(RETURN, DecidedBy.RETURN, "False"),
    conditions=(
        Condition(
            GRANT,
            "[1]",
            (),
            "this is item 1 of `Grants`",
            True,
            loop=Loop(GRANT, "Grants", 2, 3, 2, (
                Round(1, "'first'", None, ()),
                Round(2, "'second'", None, (Condition(RETURN, "x", (), "`x` is 1", None),)),
            )),
            decides=True,
        ),
    ),
    reads=(
        Read(("Name",), ReadKind.VALUE, (2,)),
        Read(("Grants",), ReadKind.VALUE, (3,)),
        Read(("Owner", "ID"), ReadKind.MISSING, (2,)),
    ),
    last_read=("Grants",),
    values=(LineValues(2, (("grant", "'first'"),)),),
    not_run=(4,),
    notes=("what ran in other threads is not shown",),
)  # fmt: skip
FLIPS = (
    Flip(Verdict.PASS, (Change("set", ("Grants",), [1], []),), {}),
    Flip(Verdict.ERROR, (Change("remove", ("Name",), "x", None),), {}),
)
ONE, TWO, THREE = READ.tests
FAILS = (finish(READ, passed(ONE), failed(TWO), passed(THREE)), done(1))
EXPLAINED = Explained(INSIGHT, FLIPS)


async def test_the_selected_test_is_explained_and_its_policy_inspected() -> None:
    async with opened(*FAILS, start=START) as (pilot, _, engine):
        await wait_for(pilot, lambda: Explain(READ.spec, 1) in engine.asked(Explain))
        assert engine.asked(Inspect)[-1] == Inspect(READ.spec)
        inspected = len(engine.asked(Inspect))
        await pilot.press("4", "G")
        await wait_for(pilot, lambda: engine.asked(Explain)[-1].test != 1)
        assert len(engine.asked(Inspect)) == inspected, "the policy is the same"


async def test_the_reason_stands_below_the_verdict_and_what_would_mend_it() -> None:
    async with opened(*FAILS, EXPLAINED, start=START, size=(160, 45)) as (pilot, app, _):
        await shows(pilot, "It fails because Grants has 1 item.")
        shown = screen_text(app)
        assert "▸ 1 step to line 3" in shown
        assert "what ran in other threads is not shown" in shown
        assert "what would have to be different" in shown
        assert "→ compliant  Grants  [1] → []" in shown
        assert "an error" not in shown.partition("have to be different")[2], "it would not pass"
        assert "expected True (compliant), got False (alert)" in shown


async def test_the_steps_open_with_their_rounds() -> None:
    async with opened(*FAILS, EXPLAINED, start=START, size=(160, 45)) as (pilot, app, _):
        await shows(pilot, "▸ 1 step to line 3")
        await pilot.press("4", "j", "j", "enter")
        await shows(pilot, "▾ 1 step", "2 of 3 rounds over Grants, round 2 decided", "'second'")
        assert "x is 1" in screen_text(app)
        await pilot.press("enter")
        await shows(pilot, "▸ 1 step")


def test_of_a_document_that_changed_only_what_differs_is_told() -> None:
    old = {"Same": 1, "Gone": 2, "In": {"A": 1, "B": [1]}}
    new = {"Same": 1, "In": {"A": True, "B": [1]}, "New": 3}
    assert narrow_change(Change("set", ("Doc",), old, new)) == (
        Change("remove", ("Doc", "Gone"), 2, None),
        Change("set", ("Doc", "In", "A"), 1, True),
        Change("add", ("Doc", "New"), None, 3),
    )
    plain = Change("set", ("Doc",), {}, new)
    assert narrow_change(plain) == (plain,)


async def test_of_a_flip_three_differences_are_told() -> None:
    old = {str(number): number for number in range(5)}
    new = {str(number): number + 1 for number in range(5)}
    flip = Flip(Verdict.PASS, (Change("set", ("Doc",), old, new),), {})
    events = (*FAILS, Explained(INSIGHT, (flip,)))
    async with opened(*events, start=START, size=(160, 45)) as (pilot, app, _):
        await shows(pilot, 'Doc["0"]  0 → 1', 'Doc["2"]  2 → 3', "and 2 more")
        assert 'Doc["3"]' not in screen_text(app)


async def test_of_a_passing_test_it_says_what_would_flip_it() -> None:
    insight = replace(INSIGHT, verdict=Verdict.PASS, reason="It passes because it does.")
    explained = Explained(insight, (Flip(Verdict.FAIL, FLIPS[0].changes, {}),))
    events = (finish(READ), done(1), explained)
    async with opened(*events, start=SPEC, size=(160, 45)) as (pilot, _, _):
        await shows(pilot, "It passes because it does.", "what would flip it", "→ an alert  Grants")


async def test_nothing_is_shown_of_a_run_that_differed_when_it_was_observed() -> None:
    reason = "observed, the policy behaves differently: PASS instead of FAIL"
    insight = replace(INSIGHT, same_as_plain=False, reason=reason)
    async with opened(*FAILS, Explained(insight, None), start=START, size=(160, 45)) as (
        pilot,
        app,
        _,
    ):
        await shows(pilot, "behaves differently")
        assert "◂" not in screen_text(app)
        assert "◆" not in screen_text(app)
        assert "step" not in screen_text(app).partition("behaves differently")[2]


async def test_what_is_explained_of_another_result_is_not_shown() -> None:
    async with opened(*FAILS, EXPLAINED, start=START, size=(160, 45)) as (pilot, app, engine):
        await shows(pilot, "It fails because")
        engine.say(finish(READ), done(1))
        await shows(pilot, "3 passed")
        assert "It fails because" not in screen_text(app)


async def test_the_code_marks_what_decided_and_says_what_lines_held() -> None:
    async with opened(*FAILS, EXPLAINED, start=START, size=(160, 45)) as (pilot, app, _):
        await shows(pilot, "◂ grant = 'first'")
        lines = [line for line in screen_text(app).splitlines() if "return" in line and "│" in line]
        assert any("◆  3" in line for line in lines)
        assert any("┆  4" in line for line in lines)
        await pilot.press("v")
        await wait_for(pilot, lambda: "◂" not in screen_text(app))
        await pilot.press("v")
        await shows(pilot, "◂ grant = 'first'")


async def test_the_deciding_line_of_a_wrong_verdict_is_gone_to() -> None:
    async with opened(*FAILS, EXPLAINED, start=START) as (pilot, app, _):
        await wait_for(pilot, lambda: app.state.explained)
        await pilot.press("full_stop")
        await wait_for(pilot, lambda: app.main.panes.code.has_focus)
        assert app.main.panes.code.place().line == 3


async def test_fields_that_were_read_are_marked_and_missing_ones_stand_where_they_would() -> None:
    async with opened(*FAILS, EXPLAINED, start=START, size=(160, 45)) as (pilot, app, _):
        await shows(pilot, "Owner.ID  looked for, not there")
        shown = screen_text(app)
        assert '•  "Name"' in shown
        assert '◆  "Grants"' in shown
        resource = app.main.panes.resource
        assert Ghost(("Owner", "ID")) in resource.keys
        assert resource.copied_place() == 'resource["Grants"]', "the cursor is on the last one read"


async def test_from_a_field_to_the_line_that_reads_it_and_back() -> None:
    async with opened(*FAILS, EXPLAINED, start=START, size=(160, 45)) as (pilot, app, _):
        await shows(pilot, "looked for, not there")
        await pilot.press("3", "enter")
        await wait_for(pilot, lambda: app.main.panes.code.has_focus)
        assert app.main.panes.code.place().line == 3
        await pilot.press("k", "enter")
        await wait_for(pilot, lambda: app.main.panes.resource.has_focus)
        assert app.main.panes.resource.copied_place() == 'resource["Owner"]["ID"]'


async def test_the_cursor_stays_where_the_user_put_it() -> None:
    async with opened(*FAILS, start=START, size=(160, 45)) as (pilot, app, engine):
        await pilot.press("3", "j")
        here = app.main.panes.resource.copied_place()
        engine.say(EXPLAINED)
        await shows(pilot, "looked for, not there")
        assert app.main.panes.resource.copied_place() == here


INSPECTED = Inspected(
    READ.spec,
    1,
    Mutated(READ.spec, 3, 1, (
        Survivor(3, 8, "bool", "False", "True", 1),
        Survivor(4, 4, "bool", "True", "False", 2, reason="never called"),
    )),
    Covered(READ.spec, READ.body, {2: frozenset({0}), 4: frozenset()},
            (Branch(2, "else", frozenset()),)),
    Probed(READ.spec, (NullField(("Grants",), Verdict.ERROR, 0, 2, ("TypeError", "no")),)),
)  # fmt: skip


async def test_what_no_test_pins_down_is_marked_and_said_when_it_is_asked_for() -> None:
    async with opened(finish(READ), done(1), INSPECTED, start=START, size=(160, 45)) as (
        pilot,
        app,
        _,
    ):
        await shows(pilot, "∅  2", "≈  3")
        await shows(pilot, "raises if Grants is null: TypeError", "pinned 1/2")
        assert "raises if" not in screen_text(app).partition("4 Results")[0]
        await pilot.press("c")
        await shows(
            pilot,
            "raises if Grants is null: TypeError",
            "no test takes the branch",
            "could be `True`: no test tells",
            "no test reaches this line",
            "never called)",
        )
        await pilot.press("c")
        await wait_for(pilot, lambda: "no test reaches" not in screen_text(app))
