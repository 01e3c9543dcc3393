from __future__ import annotations

from dataclasses import replace

from tests.parity.compare import compare
from tests.parity.rules import explain
from tests.parity.verdicts import FunctionVerdict, SpecVerdict, TestVerdict, Verdicts, plain

TEST = TestVerdict("one", True, {"policy": FunctionVerdict("true", None, True)}, "")
POLICY = SpecVerdict(True, False, (TEST,))
GREEN = Verdicts(0, None, {"policies/a.yml": POLICY}, {})


def with_test(test: TestVerdict) -> Verdicts:
    return replace(GREEN, policies={"policies/a.yml": replace(POLICY, tests=(test,))})


def test_equal_verdicts_have_no_difference() -> None:
    assert compare(GREEN, GREEN) == []


def test_another_outcome_is_an_unexplained_difference() -> None:
    ours = with_test(replace(TEST, passed=False))
    ((found, rule),) = explain(compare(GREEN, ours), ours)
    assert (found.what, found.test, rule) == ("passed", "one", None)


def test_another_error_text_is_an_unexplained_difference() -> None:
    pat = with_test(
        replace(TEST, functions={"policy": FunctionVerdict(None, "KeyError: 'a'", False)})
    )
    ours = with_test(
        replace(TEST, functions={"policy": FunctionVerdict(None, "KeyError: 'b'", False)})
    )
    ((found, rule),) = explain(compare(pat, ours), ours)
    assert (found.what, rule) == ("error", None)


def test_a_policy_that_only_one_sees_is_an_unexplained_difference() -> None:
    ours = replace(GREEN, policies={})
    ((found, rule),) = explain(compare(GREEN, ours), ours)
    assert (found.what, found.spec, rule) == ("policy", "policies/a.yml", None)


def test_an_invalid_policy_is_compared_by_that_alone() -> None:
    invalid = replace(POLICY, valid=False, tests=(), note="one thing")
    pat = replace(GREEN, exit=1, policies={"policies/a.yml": invalid})
    ours = replace(GREEN, exit=1, policies={"policies/a.yml": replace(invalid, note="another")})
    assert compare(pat, ours) == []


def test_another_exit_code_needs_a_difference_that_moves_it() -> None:
    ours = replace(GREEN, exit=1)
    ((found, rule),) = explain(compare(GREEN, ours), ours)
    assert (found.what, rule) == ("exit", None)
    failing = replace(GREEN, exit=1, policies={"policies/a.yml": replace(POLICY, failed=True)})
    names = [rule and rule.name for _, rule in explain(compare(GREEN, failing), failing)]
    assert names == ["unique-counts", "unique-counts"]


def test_texts_are_compared_without_what_differs_from_run_to_run() -> None:
    text = "<f at 0x7f12> in /tmp/x/copy/policies: 123e4567-e89b-12d3-a456-426614174000"
    assert plain(text, "/tmp/x/copy") == "<f at <address>> in <root>/policies: <uuid>"
