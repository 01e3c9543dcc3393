"""What a change broke or mended, by the states before and after it."""

from __future__ import annotations

from dataclasses import replace

from panther_engine.events import Event, PolicyFinished, RepositoryChanged, entry_of
from panther_engine.model import PolicyResult, Status
from panther_engine.state import PolicyState, State, reduce
from panther_tui.triage.transitions import Flip, policy_flip, test_flip
from tests.tui.fake_engine import failed, finish, passed, policy

flip_of = test_flip
del test_flip  # pytest would take it for a test

IT = policy("AWS.S3.It", ("a", True), ("b", True))
GREEN = finish(IT)
RED = finish(IT, failed(IT.tests[0]), passed(IT.tests[1]))
OTHER_RED = finish(IT, passed(IT.tests[0]), failed(IT.tests[1]))
INVALID = PolicyFinished(PolicyResult(IT.spec, 1, Status.INVALID))


def after(*events: Event) -> PolicyState:
    start = RepositoryChanged(1, "/checkout", "", (entry_of(IT),), (), ())
    return reduce(State(), (start, *events)).policies[IT.spec]


def flips(before: PolicyState, now: PolicyState) -> list[Flip | None]:
    return [flip_of(before, now, test) for test in range(len(now.entry.tests))]


def test_a_test_that_began_to_fail_is_new_and_one_that_passes_again_is_fixed() -> None:
    assert flips(after(GREEN), after(RED)) == [Flip.NEW, None]
    assert flips(after(RED), after(GREEN)) == [Flip.FIXED, None]
    assert flips(after(RED), after(OTHER_RED)) == [Flip.FIXED, Flip.NEW]
    assert flips(after(RED), after(RED)) == [None, None]


def test_a_policy_says_the_worst_of_its_tests() -> None:
    assert policy_flip(after(GREEN), after(RED)) is Flip.NEW
    assert policy_flip(after(RED), after(GREEN)) is Flip.FIXED
    assert policy_flip(after(RED), after(OTHER_RED)) is Flip.NEW
    assert policy_flip(after(RED), after(RED)) is None


def test_nothing_is_said_before_the_first_result_nor_while_it_is_not_known() -> None:
    stale = replace(after(RED), status=Status.STALE)
    for before, now in ((after(), after(RED)), (after(GREEN), stale)):
        assert flips(before, now) == [None, None]
        assert policy_flip(before, now) is None
    assert policy_flip(None, after(RED)) is None


def test_a_policy_that_could_not_run_is_fixed_when_it_passes() -> None:
    assert policy_flip(after(INVALID), after(GREEN)) is Flip.FIXED
    assert policy_flip(after(GREEN), after(INVALID)) is Flip.NEW
    assert policy_flip(after(INVALID), after(RED)) is None
    assert flips(after(INVALID), after(RED)) == [None, None], "nobody knew how they were before"


def test_tests_are_known_by_their_names_when_the_spec_is_edited() -> None:
    turned = replace(IT, tests=IT.tests[::-1])
    start = RepositoryChanged(1, "/checkout", "", (entry_of(turned),), (), ())
    again = finish(turned, passed(turned.tests[0]), failed(turned.tests[1]))
    now = reduce(State(), (start, again)).policies[IT.spec]
    assert flips(after(RED), now) == [None, None]
    assert flips(after(OTHER_RED), now) == [Flip.FIXED, Flip.NEW]
