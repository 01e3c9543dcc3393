"""The walk through failing tests, over states that a test makes."""

from __future__ import annotations

from dataclasses import replace

from panther_engine.events import (
    Event,
    PolicyFinished,
    PolicyStarted,
    RepositoryChanged,
    RunStarted,
    entry_of,
)
from panther_engine.model import Diagnostic, Level, PolicyResult, Status
from panther_engine.state import State, reduce
from panther_tui.triage.failure_walk import (
    Item,
    Walk,
    begin_walk,
    go_on,
    is_fixed,
    item_at,
    selection_of,
    skip,
    skip_cause,
    take_in,
)
from panther_tui.triage.selection import Selection
from tests.tui.fake_engine import errored, failed, finish, passed, policy

ONE = policy("AWS.S3.One", ("a", True), ("b", True))
TWO = policy("AWS.S3.Two", ("c", True), ("d", True))
A, B, C = Item(ONE.spec, "a"), Item(ONE.spec, "b"), Item(TWO.spec, "c")

ALL_FAIL = (
    finish(ONE, *map(failed, ONE.tests)),
    finish(TWO, failed(TWO.tests[0]), passed(TWO.tests[1])),
)


def after(*events: Event) -> State:
    entries = (entry_of(ONE), entry_of(TWO))
    return reduce(State(), (RepositoryChanged(1, "/checkout", "", entries, (), ()), *events))


def begun(state: State, selection: Selection = Selection()) -> Walk:  # noqa: B008
    walk = begin_walk(state, selection)
    assert walk is not None
    return walk


def test_there_is_no_walk_where_nothing_fails() -> None:
    assert begin_walk(after(finish(ONE), finish(TWO)), Selection()) is None


def test_it_begins_at_the_selected_failure_and_goes_round() -> None:
    walk = begun(after(*ALL_FAIL), Selection(ONE.spec, 1, True))
    assert walk.queue == (B, C, A)
    assert walk.counter == "1/3"


def test_going_on_leaves_what_fails_behind() -> None:
    state = after(*ALL_FAIL)
    walk = go_on(begun(state), state)
    assert (walk.current, walk.counter, walk.left) == (B, "2/3", frozenset({A}))
    walk = go_on(go_on(walk, state), state)
    assert walk.current is None
    assert take_in(walk, state).current is None, "what was left does not come back by itself"


def test_what_was_skipped_comes_back_when_the_others_are_done() -> None:
    state = after(*ALL_FAIL)
    walk = go_on(skip(skip(begun(state), state), state), state)
    assert (walk.queue, walk.counter) == ((A, B), "1/2")
    assert walk.current == A
    walk = skip(walk, state)
    assert (walk.current, walk.counter) == (B, "2/2")
    assert go_on(walk, state).queue == (A,)


def test_what_another_fix_mended_is_passed_over() -> None:
    walk = begun(after(*ALL_FAIL))
    mended = after(finish(ONE), ALL_FAIL[1])
    walk = go_on(walk, mended)
    assert (walk.current, walk.counter) == (C, "3/3")


def test_failures_that_come_later_join_at_the_end_once() -> None:
    first = after(ALL_FAIL[1])
    walk = begun(first)
    assert walk.counter == "1/1"
    walk = take_in(walk, after(*ALL_FAIL))
    assert walk.queue == (C, A, B)
    assert take_in(walk, after(*ALL_FAIL)) is walk


def test_a_test_that_was_fixed_and_fails_again_comes_again() -> None:
    mended = after(finish(ONE, passed(ONE.tests[0]), failed(ONE.tests[1])), ALL_FAIL[1])
    walk = go_on(begun(after(*ALL_FAIL)), mended)
    assert walk.current == B
    assert take_in(walk, after(*ALL_FAIL)).queue[-1] == A


def test_fixed_is_said_only_of_results_of_the_files_as_they_are() -> None:
    passing = finish(ONE)
    assert not is_fixed(after(*ALL_FAIL), A)
    assert is_fixed(after(passing), A)
    assert not is_fixed(after(passing, RunStarted(2, {ONE.spec: "saved"})), A)
    assert not is_fixed(after(passing, PolicyStarted(ONE.spec, 2)), A)


def test_a_policy_that_cannot_run_is_one_stop_until_it_runs() -> None:
    invalid = PolicyFinished(PolicyResult(ONE.spec, 1, Status.INVALID))
    state = after(invalid, finish(TWO))
    walk = begun(state)
    assert walk.queue == (Item(ONE.spec),)
    assert not is_fixed(state, Item(ONE.spec))
    assert is_fixed(after(*ALL_FAIL), Item(ONE.spec)), "that its tests fail is another matter"
    assert take_in(walk, after(*ALL_FAIL)).queue == (Item(ONE.spec), A, B, C)


def test_a_test_is_found_again_by_its_name_when_its_spec_is_edited() -> None:
    turned = replace(ONE, tests=ONE.tests[::-1])
    entries = RepositoryChanged(2, "/checkout", "", (entry_of(turned),), (), ())
    state = reduce(after(*ALL_FAIL), (entries,))
    assert selection_of(state, A) == Selection(ONE.spec, 1, True)
    assert item_at(state, Selection(ONE.spec, 1)) == A


def test_a_test_or_policy_that_is_gone_counts_as_fixed() -> None:
    shorter = replace(ONE, tests=ONE.tests[:1])
    state = reduce(
        after(*ALL_FAIL),
        (
            RepositoryChanged(1, "/checkout", "", (entry_of(shorter),), (TWO.spec,), ()),
            finish(shorter),
        ),
    )
    assert is_fixed(state, B)
    assert is_fixed(state, C)
    assert selection_of(state, B) == Selection(ONE.spec)


def test_tests_of_one_name_are_told_apart_by_their_order() -> None:
    twins = policy("AWS.S3.One", ("a", True), ("a", True))
    entry = RepositoryChanged(1, "/checkout", "", (entry_of(twins),), (), ())
    state = reduce(State(), (entry, finish(twins, passed(twins.tests[0]), failed(twins.tests[1]))))
    assert begun(state).queue == (Item(twins.spec, "a", 1),)
    assert selection_of(state, Item(twins.spec, "a", 1)) == Selection(twins.spec, 1, True)


HELPER = "global_helpers/base.py"
BROKEN_HELPER = (
    finish(ONE, errored(ONE.tests[0], HELPER), failed(ONE.tests[1])),
    finish(TWO, *(errored(test, HELPER) for test in TWO.tests)),
)
D = Item(TWO.spec, "d")


def test_failures_of_one_cause_come_together() -> None:
    walk = begun(after(*BROKEN_HELPER))
    assert (walk.queue, walk.counter) == ((A, C, D, B), "1/4")
    assert walk.cause == "cause 1 of 2 · 3 tests"
    last = replace(walk, at=3)
    assert last.cause == "cause 2 of 2 · 1 test"


def test_no_cause_is_told_of_where_no_two_failures_share_one() -> None:
    assert begun(after(*ALL_FAIL)).cause == "", "a wrong verdict has no place to compare"


def test_a_whole_cause_is_put_off_to_the_end() -> None:
    state = after(*BROKEN_HELPER)
    walk = skip_cause(begun(state), state)
    assert (walk.current, walk.counter, walk.skipped) == (B, "4/4", (A, C, D))
    walk = go_on(walk, state)
    assert (walk.queue, walk.cause) == ((A, C, D), "cause 1 of 1 · 3 tests")


def test_a_failure_that_comes_later_joins_its_cause() -> None:
    first = after(BROKEN_HELPER[0])
    walk = begun(first)
    assert walk.queue == (A, B)
    assert take_in(walk, after(*BROKEN_HELPER)).queue == (A, C, D, B)


def test_a_cause_is_the_same_while_its_line_moves() -> None:
    walk = begun(after(*BROKEN_HELPER))
    moved = after(
        finish(ONE, errored(ONE.tests[0], HELPER, 9), failed(ONE.tests[1])),
        finish(TWO, *(errored(test, HELPER, 9) for test in TWO.tests)),
    )
    assert take_in(walk, moved).cause == "cause 1 of 2 · 3 tests"
    assert skip_cause(walk, moved).current == B


def test_policies_that_one_finding_keeps_from_running_are_a_cause() -> None:
    found = Diagnostic(HELPER, 3, 0, Level.ERROR, "syntax-error", "a `)` is missing")
    invalid = (
        PolicyFinished(PolicyResult(it.spec, 1, Status.INVALID, diagnostics=(found,)))
        for it in (ONE, TWO)
    )
    walk = begun(after(*invalid))
    assert walk.cause == "cause 1 of 1 · 2 policies"
