"""What failures on the screen have in common."""

from __future__ import annotations

from dataclasses import replace

from panther_engine.events import Event, PolicyFinished, RepositoryChanged, entry_of
from panther_engine.model import Diagnostic, FunctionResult, Level, PolicyResult, Status
from panther_engine.state import State, reduce
from panther_tui.panes.tree.grouping import group_policies
from panther_tui.triage.causes import cause_at, causes_of, describe_cause, sharing_note
from tests.tui.fake_engine import errored, failed, finish, passed, policy

ONE = policy("AWS.S3.One", ("a", True), ("b", True))
TWO = policy("AWS.S3.Two", ("c", True), ("d", True))
THREE = policy("AWS.S3.Three", ("e", False))
HELPER = "global_helpers/base.py"
MISSING = Diagnostic(ONE.body, 1, 0, Level.ERROR, "missing-module", "there is no module `boto3`")


def after(*events: Event) -> State:
    entries = tuple(entry_of(it) for it in (ONE, TWO, THREE))
    return reduce(State(), (RepositoryChanged(1, "/checkout", "", entries, (), ()), *events))


def invalid(spec: str, *found: Diagnostic) -> PolicyFinished:
    return PolicyFinished(PolicyResult(spec, 1, Status.INVALID, diagnostics=found))


HELPER_BROKE = (
    finish(ONE, errored(ONE.tests[0], HELPER, 53), failed(ONE.tests[1])),
    finish(TWO, *(errored(test, HELPER, 53) for test in TWO.tests)),
)


def test_a_failure_says_how_many_have_its_cause() -> None:
    state = after(*HELPER_BROKE)
    assert sharing_note(state, ONE.spec, 0) == "3 tests share this"
    assert sharing_note(state, ONE.spec, 1) == "", "a wrong verdict has no place to compare"
    assert sharing_note(state, THREE.spec, 0) == ""
    assert sharing_note(after(finish(ONE, *map(passed, ONE.tests))), ONE.spec, 0) == ""


def test_a_cause_of_one_failure_is_not_shared() -> None:
    assert sharing_note(after(HELPER_BROKE[0]), ONE.spec, 0) == ""


def test_policies_that_cannot_run_say_how_many_share_that() -> None:
    elsewhere = replace(MISSING, path=TWO.body, line=7)
    state = after(invalid(ONE.spec, MISSING), invalid(TWO.spec, elsewhere))
    assert sharing_note(state, ONE.spec, 0) == "2 policies share this"
    key = cause_at(state.policies[ONE.spec], None)
    assert key is not None
    assert describe_cause(key) == "there is no module `boto3`"


def test_a_policy_has_a_cause_for_each_of_its_failures() -> None:
    found = causes_of(after(*HELPER_BROKE).policies[ONE.spec])
    assert found == ((HELPER, 53, "TypeError", ""), None)
    assert causes_of(after().policies[ONE.spec]) == ()


def test_the_tree_is_grouped_by_cause_those_that_fail_most_first() -> None:
    dedup = {"dedup": FunctionResult(None, "KeyError: 'x'", False)}
    broken = replace(
        failed(THREE.tests[0]), functions=dedup, verdict=passed(THREE.tests[0]).verdict
    )
    state = after(*HELPER_BROKE, finish(THREE, broken))
    groups = group_policies(state.policies.values(), "cause")
    told = [(it.label, it.specs) for it in groups]
    assert told == [
        ("TypeError base.py:53", (ONE.spec, TWO.spec)),
        ("an alert function failed", (THREE.spec,)),
    ]


def test_what_fails_without_a_place_and_what_passes_has_groups_of_its_own() -> None:
    wrong = finish(ONE, failed(ONE.tests[0]), passed(ONE.tests[1]))
    state = after(wrong, finish(TWO))
    groups = group_policies(state.policies.values(), "cause")
    assert [it.label for it in groups] == ["wrong verdict", "not run", "passed"]


def test_files_of_one_name_in_two_folders_are_two_groups() -> None:
    other = "more_helpers/base.py"
    state = after(
        finish(ONE, *(errored(test, HELPER, 53) for test in ONE.tests)),
        finish(TWO, *(errored(test, other, 53) for test in TWO.tests)),
    )
    groups = group_policies(state.policies.values(), "cause")
    assert [it.label for it in groups[:2]] == ["TypeError base.py:53"] * 2
    assert len({it.path for it in groups}) == len(groups)


def test_a_finding_is_named_by_what_it_says_in_one_line() -> None:
    found = Diagnostic("x/a.yml", 3, 0, Level.ERROR, "bad-yaml", "a key\nis there twice")
    state = after(invalid(ONE.spec, found))
    labels = [it.label for it in group_policies(state.policies.values(), "cause")]
    assert labels[0] == "a key is there twice a.yml:3"
