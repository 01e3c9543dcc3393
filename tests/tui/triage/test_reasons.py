"""Why a test failed, in one line."""

from __future__ import annotations

from dataclasses import replace

from panther_engine.events import Event, PolicyFinished, RepositoryChanged, entry_of
from panther_engine.model import (
    Diagnostic,
    Failure,
    FunctionResult,
    Level,
    PolicyResult,
    Status,
)
from panther_engine.state import PolicyState, State, reduce
from panther_tui.triage.failure_list import list_failures, narrow_failures
from panther_tui.triage.reasons import failure_line, is_wrong_verdict, why_no_line
from tests.tui.fake_engine import errored, failed, finish, passed, policy

ONE = policy("AWS.S3.One", ("a", True), ("b", False))
TWO = policy("AWS.S3.Two", ("c", True))


def after(*events: Event) -> State:
    entries = (entry_of(ONE), entry_of(TWO))
    return reduce(State(), (RepositoryChanged(1, "/checkout", "", entries, (), ()), *events))


def one(*events: Event) -> PolicyState:
    return after(*events).policies[ONE.spec]


def test_an_error_is_told_with_its_place() -> None:
    policy = one(finish(ONE, errored(ONE.tests[0], "x/base.py", 7), failed(ONE.tests[1])))
    assert failure_line(policy, 0) == "TypeError: 'NoneType' object is not iterable · base.py:7"


def test_an_error_of_several_lines_and_one_of_none_are_one_line() -> None:
    result = errored(ONE.tests[0], "")
    said = replace(result, error=Failure("ValueError", "two\nlines"))
    silent = replace(result, error=Failure("MemoryError", ""))
    policy = one(finish(ONE, said, replace(silent, name="b")))
    assert failure_line(policy, 0) == "ValueError: two lines"
    assert failure_line(policy, 1) == "MemoryError"


def test_a_wrong_verdict_is_told_in_words() -> None:
    policy = one(finish(ONE, failed(ONE.tests[0]), failed(ONE.tests[1])))
    assert failure_line(policy, 0) == "expected compliant, got an alert"
    assert failure_line(policy, 1) == "expected an alert, got compliant"


def test_an_alert_function_that_failed_is_named() -> None:
    right = passed(ONE.tests[1])
    broken = replace(
        failed(ONE.tests[1]),
        verdict=right.verdict,
        functions={"dedup": FunctionResult(None, "KeyError: 'x'", False)},
    )
    assert not is_wrong_verdict(broken)
    assert failure_line(one(finish(ONE, passed(ONE.tests[0]), broken)), 1) == (
        "dedup() failed: KeyError: 'x'"
    )


def test_a_policy_that_cannot_run_is_told_with_its_first_error() -> None:
    noted = Diagnostic(ONE.spec, 1, 0, Level.WARNING, "w", "be careful")
    found = Diagnostic(ONE.spec, 3, 0, Level.ERROR, "bad", "`Hihg` is no severity")
    event = PolicyFinished(PolicyResult(ONE.spec, 1, Status.INVALID, diagnostics=(noted, found)))
    assert failure_line(one(event), None) == "`Hihg` is no severity · one.yml:3"


def test_what_has_no_failing_line_says_why() -> None:
    ran = one(finish(ONE, passed(ONE.tests[0]), failed(ONE.tests[1])))
    assert why_no_line(ran, 0) == "This test passed: it has no failing line."
    assert why_no_line(ran, 1).startswith("A wrong verdict has no failing line")
    assert why_no_line(one(), 0) == "This test has not run yet: it has no failing line."
    assert why_no_line(None, 0) == "There is no test here."


def test_the_list_has_policy_test_and_reason_in_the_order_of_the_tree() -> None:
    state = after(
        finish(ONE, failed(ONE.tests[0]), passed(ONE.tests[1])),
        finish(TWO, errored(TWO.tests[0], TWO.body)),
    )
    found = list_failures(state, (TWO.spec, ONE.spec))
    assert [(it.policy, it.test, it.mark.shape) for it in found] == [
        (TWO.id, "c", "!"),
        (ONE.id, "a", "✗"),
    ]
    assert [it.selection.spec for it in narrow_failures(found, "typeerror S3")] == [TWO.spec]
    assert narrow_failures(found, " ") == found
    assert narrow_failures(found, "nothing of this") == ()
