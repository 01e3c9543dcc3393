"""Scratch copies: changed, taken back, kept beside a file that moves on, written as text."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from panther_engine.events import ScratchJudged, entry_of
from panther_engine.model import (
    FunctionResult,
    Mock,
    Outcome,
    Status,
    TestCase,
    TestResult,
    Verdict,
)
from panther_engine.state import PolicyState, State
from panther_tui.panes.scratch.as_text import resource_of, text_of
from panther_tui.panes.scratch.bench import Bench
from panther_tui.panes.scratch.completion import first_value, names_for, values_for
from panther_tui.panes.scratch.laid_over import lay_over
from panther_tui.panes.scratch.scratch import (
    Scratch,
    add_value,
    change,
    follow_file,
    redo,
    remove_value,
    set_value,
    take_scratch,
    undo,
)
from panther_tui.panes.scratch.steps import Around, begin_add, begin_set, begin_value, take
from panther_tui.panes.scratch.typed import Refused, Value
from panther_tui.panes.scratch.typing import TypedLine
from panther_tui.triage.selection import Selection
from tests.tui.fake_engine import opened_event, policy

CASE = TestCase("Open", 5, False, {"Name": "b", "Grants": [{"Permission": "READ"}], "Days": 3})
SPEC = "policies/s3/read.yml"
OTHERS = Around(
    (
        {"Grants": [{"Permission": "WRITE", "Grantee": {}}, {"Permission": "READ"}], "Days": None},
        {"Grants": [{"Permission": "WRITE"}], "Zone": "z"},
    ),
    ("AWS.S3.Bucket",),
)


@pytest.fixture
def scratch() -> Scratch:
    return take_scratch(SPEC, 0, CASE)


def test_a_fresh_copy_loses_nothing(scratch: Scratch) -> None:
    assert not scratch.differs
    assert not scratch.file_moved_on


def test_changes_are_taken_back_and_made_again_one_by_one(scratch: Scratch) -> None:
    one = change(scratch, set_value(scratch, ("Days",), 4))
    two = change(one, remove_value(one, ("Name",)))
    three = change(two, add_value(("Zone",), "z"))
    assert three.resource == {"Grants": [{"Permission": "READ"}], "Days": 4, "Zone": "z"}
    assert undo(undo(three)).resource == one.resource
    assert redo(redo(undo(undo(three)))).resource == three.resource
    assert undo(undo(undo(three))).resource == CASE.resource
    assert undo(scratch) is scratch
    assert redo(change(undo(three), set_value(two, ("Days",), 5))).undone == ()


def test_what_is_changed_back_loses_nothing(scratch: Scratch) -> None:
    there = change(scratch, set_value(scratch, ("Days",), 4))
    assert there.differs
    assert not change(there, set_value(there, ("Days",), 3)).differs


def test_it_stays_when_the_file_gets_another_resource(scratch: Scratch) -> None:
    mine = change(scratch, set_value(scratch, ("Days",), 4))
    now = replace(CASE, resource={"Name": "c"}, mocks=(Mock("now", "5"),), line=9)
    followed = follow_file(mine, [now])
    assert followed is not None
    assert followed.file_moved_on
    assert followed.filed == {"Name": "c"}
    assert followed.resource == mine.resource
    assert followed.judged_as.mocks == now.mocks, "mocks are the file's"
    assert undo(followed).resource == CASE.resource


def test_its_test_is_found_by_name_where_it_moved(scratch: Scratch) -> None:
    other = TestCase("Other", 5, True, {})
    followed = follow_file(scratch, [other, CASE])
    assert followed is not None
    assert followed.test == 1
    assert follow_file(scratch, [other]) is None
    assert follow_file(scratch, [other, CASE, CASE]) is None, "nobody knows which"


def test_the_bench_keeps_what_differs_and_nothing_else(scratch: Scratch) -> None:
    bench, here = Bench(), Selection(SPEC, 0)
    bench.put(scratch)
    assert not bench.kept
    mine = change(scratch, set_value(scratch, ("Days",), 4))
    bench.put(mine)
    assert bench.at(here) is mine
    bench.put(undo(mine))
    assert not bench.kept


def test_the_bench_lets_go_of_what_the_file_has_by_now(scratch: Scratch) -> None:
    bench = Bench()
    mine = change(scratch, set_value(scratch, ("Days",), 4))
    bench.put(mine)
    assert bench.follow("policies/other.yml", [CASE]) is None
    assert bench.follow(SPEC, [CASE]) is None
    assert len(bench.kept) == 1
    assert bench.follow(SPEC, [CASE, TestCase("New", 9, True, mine.resource)]) is not None
    assert not bench.kept
    bench.put(mine)
    assert bench.follow(SPEC, [replace(CASE, resource=mine.resource)]) is not None
    assert not bench.kept
    bench.put(mine)
    assert bench.follow(SPEC, []) is None, "its test is gone, and it would be lost"
    assert len(bench.kept) == 1


def test_values_are_offered_as_the_other_tests_have_them() -> None:
    assert values_for(("Grants", 0, "Permission"), "READ", OTHERS.others) == ['"WRITE"', "null"]
    assert values_for(("Enabled",), True, ()) == ["false", "null"]


def test_names_are_offered_as_other_tests_items_and_the_catalogue_have_them() -> None:
    names = names_for((), CASE.resource, OTHERS.others, OTHERS.types)
    assert names[0] == "Zone"
    assert "Policy" in names, "of the catalogue"
    assert "Days" not in names, "it is there"
    assert names_for(("Grants", 0), CASE.resource, OTHERS.others, ()) == ["Grantee"]
    assert names_for(("Days",), {"Days": {}}, (), ()) == []


def test_a_new_value_begins_as_elsewhere_or_empty() -> None:
    assert first_value(("Zone",), CASE.resource, OTHERS.others, ()) == '"z"'
    assert first_value(("Grants", 1), CASE.resource, (), ()) == '{"Permission": "READ"}'
    assert first_value(("Tags",), CASE.resource, (), OTHERS.types) == "{}"
    assert first_value(("Unknown",), CASE.resource, (), OTHERS.types) == "null"


def test_typing_a_value_changes_the_copy_as_soon_as_it_is_one(scratch: Scratch) -> None:
    typing = begin_set(scratch, ("Days",), OTHERS)
    assert not isinstance(typing, str)
    made, _ = take(scratch, typing)
    assert made is scratch, "what is offered is what is there"
    made, told = take(scratch, replace(typing, line=TypedLine("4")))
    assert made is not None
    assert made.resource == {**CASE.resource, "Days": 4}  # type: ignore[dict-item]
    made, told = take(scratch, replace(typing, line=TypedLine("4x")))
    assert made is None
    assert told.wrong
    assert told.said


def test_a_key_is_named_first_and_then_given_a_value(scratch: Scratch) -> None:
    typing = begin_add(scratch, (), OTHERS)
    assert not isinstance(typing, str)
    assert typing.naming
    _, told = take(scratch, replace(typing, line=TypedLine('"Days"')))
    assert told.said == "there is such a key already"
    _, told = take(scratch, replace(typing, line=TypedLine("\ud800")))
    assert told.wrong
    _, told = take(scratch, replace(typing, line=TypedLine("Zone")))
    assert not told.wrong
    made, _ = take(scratch, begin_value(scratch, ("Zone",), OTHERS))
    assert made is not None
    assert list(made.resource)[-1] == "Zone"  # type: ignore[call-overload]


def test_an_item_goes_after_the_last_and_nothing_into_a_text(scratch: Scratch) -> None:
    typing = begin_add(scratch, ("Grants",), OTHERS)
    assert not isinstance(typing, str)
    assert typing.path == ("Grants", 1)
    assert begin_add(scratch, ("Name",), OTHERS) == "Nothing can be added to a text."


def test_what_is_long_is_for_the_editor(scratch: Scratch) -> None:
    long = change(scratch, set_value(scratch, ("Name",), "x" * 3000))
    assert "ctrl+e" in str(begin_set(long, ("Name",), OTHERS))


def test_what_nobody_touched_in_the_editor_stays_what_it_was() -> None:
    day = datetime.date(2024, 1, 2)
    resource = {"Day": day, "Tags": [day, 1], 5: {"a": day}}
    text = text_of(resource)
    assert resource_of(text, text, resource) == Value(resource)
    found = resource_of(text.replace('"Tags": [', '"Tags": [7,', 1), text, resource)
    assert isinstance(found, Value)
    assert found.value == {"Day": day, "Tags": [7, str(day), 1], "5": {"a": day}}
    assert resource_of("[]", text, resource) == Refused(
        "a resource is an object: it begins with { and ends with }"
    )
    assert isinstance(resource_of('{"a": 1, "a": 2}', text, resource), Refused)


def test_laid_over_the_state_it_is_one_more_test_that_is_selected(scratch: Scratch) -> None:
    known = policy("AWS.S3.Read", ("Open", False), ("Closed", True))
    mine = replace(take_scratch(known.spec, 0, known.tests[0]), resource={"Grants": []})
    state = State(
        policies={known.spec: PolicyState(entry_of(known), Status.PASSED, (None, None))},
        opened=opened_event(known),
    )
    functions = {"policy": FunctionResult(True, None, True)}
    result = TestResult("Open", 4, False, Verdict.PASS, Outcome.FAILED, 0.1, functions)
    judged = ScratchJudged(known.spec, 1, 1, result)
    shown, selection = lay_over(state, Selection(known.spec, 0), mine, judged)
    assert selection.test == 2
    assert shown.opened is not None
    assert shown.opened.policy.tests[2].resource == {"Grants": []}
    over = shown.policies[known.spec].results[2]
    assert over is not None
    assert over.outcome is Outcome.PASSED, "no verdict of a scratch is wrong"
    failed = replace(
        result,
        verdict=Verdict.FAIL,
        functions={**functions, "title": FunctionResult(None, "KeyError: x", False)},
    )
    shown, _ = lay_over(state, Selection(known.spec, 0), mine, replace(judged, result=failed))
    over = shown.policies[known.spec].results[2]
    assert over is not None
    assert over.outcome is Outcome.FAILED, "but its title is"
    assert len(state.policies[known.spec].results) == 2
