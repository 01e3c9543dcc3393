"""What several failures have in common."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from panther_engine.model import (
    Diagnostic,
    Failure,
    Level,
    Outcome,
    PolicyResult,
    Status,
    Verdict,
)
from panther_engine.model import TestResult as Result
from panther_engine.values.causes import cause_of_finding, cause_of_test, find_causes, shared

HELPER = "global_helpers/base.py"


def raised(
    name: str, line: int = 53, kind: str = "TypeError", said: str = "no", path: str = HELPER
) -> Result:
    error = Failure(kind, said, path, line)
    return Result(name, 9, True, Verdict.ERROR, Outcome.ERRORED, 0.1, error=error)


def wrong(name: str) -> Result:
    return Result(name, 9, True, Verdict.FAIL, Outcome.FAILED, 0.1)


def passed(name: str) -> Result:
    return Result(name, 9, True, Verdict.PASS, Outcome.PASSED, 0.1)


def ran(spec: str, *tests: Result) -> PolicyResult:
    return PolicyResult(spec, 1, Status.FAILED, tests)


def invalid(spec: str, *found: Diagnostic) -> PolicyResult:
    return PolicyResult(spec, 1, Status.INVALID, diagnostics=found)


def missing(path: str, module: str = "boto3", by: str = "") -> Diagnostic:
    where = f" (imported by {by})" if by else ""
    message = f"there is no module `{module}` for py{where}"
    return Diagnostic(path, 3, 0, Level.ERROR, "missing-module", message, "install it")


def test_one_line_of_a_helper_is_one_cause_of_all_that_it_fails() -> None:
    (cause,) = find_causes([ran("a", raised("1"), passed("2")), ran("b", raised("3"))])
    assert (cause.path, cause.line, cause.error, cause.message) == (HELPER, 53, "TypeError", "no")
    told = [(it.spec, it.test, it.index) for it in cause.casualties]
    assert told == [("a", "1", 0), ("b", "3", 0)]
    assert cause.specs == ("a", "b")
    assert cause.messages == 1


def test_another_line_or_another_exception_is_another_cause() -> None:
    tests = raised("1"), raised("2", line=54), raised("3", kind="KeyError")
    assert {(it.line, it.error) for it in find_causes([ran("a", *tests)])} == {
        (53, "TypeError"),
        (54, "TypeError"),
        (53, "KeyError"),
    }


def test_other_words_at_the_same_place_are_the_same_cause() -> None:
    (cause,) = find_causes([ran("a", raised("1", said="x"), raised("2", said="y"))])
    assert (cause.message, cause.messages) == ("x", 2)


def test_what_fails_most_comes_first_and_then_the_place_decides() -> None:
    causes = find_causes(
        [ran("a", raised("1", line=9), raised("2", line=7)), ran("b", raised("3"), raised("4"))]
    )
    assert [it.line for it in causes] == [53, 7, 9]


def test_a_wrong_verdict_and_an_error_without_a_place_share_nothing() -> None:
    nowhere = raised("2", path="", line=0)
    assert find_causes([ran("a", wrong("1"), nowhere), ran("b", wrong("1"), nowhere)]) == ()
    assert cause_of_test(passed("1")) is None


def test_a_missing_module_is_one_cause_wherever_it_is_imported() -> None:
    causes = find_causes(
        [
            invalid("a", missing("a.py")),
            invalid("b", missing(HELPER, by="b.py")),
            invalid("c", missing("c.py", "yaml")),
        ]
    )
    assert [(it.message, it.specs) for it in causes] == [
        ("there is no module `boto3` for py", ("a", "b")),
        ("there is no module `yaml` for py", ("c",)),
    ]
    assert causes[0].place == ("", 0)
    assert causes[1].place == ("c.py", 3)


def test_any_other_finding_is_a_cause_by_its_place() -> None:
    def unknown(path: str) -> Diagnostic:
        return Diagnostic(path, 3, 0, Level.ERROR, "unknown-key", "`X` is no key")

    def torn(by: str) -> Diagnostic:
        message = f"Python cannot read this (imported by {by})"
        return Diagnostic(HELPER, 3, 0, Level.ERROR, "syntax-error", message)

    found = {"a": (unknown("a.yml"),), "b": (unknown("b.yml"),)}
    causes = find_causes(
        [invalid("a"), invalid("b"), invalid("c", torn("c.py")), invalid("d", torn("d.py"))], found
    )
    assert [(it.path, it.specs) for it in causes] == [
        (HELPER, ("c", "d")),
        ("a.yml", ("a",)),
        ("b.yml", ("b",)),
    ]
    assert [it.path for it in shared(causes)] == [HELPER]


def test_a_finding_of_reading_and_of_running_counts_once() -> None:
    found = missing("a.py")
    (cause,) = find_causes([invalid("a", found)], {"a": (found,)})
    assert len(cause.casualties) == 1


def test_a_warning_causes_nothing() -> None:
    warning = replace(missing("a.py"), severity=Level.WARNING)
    assert cause_of_finding(warning) is None
    assert find_causes([invalid("a", warning)]) == ()


TESTS = st.builds(
    raised,
    st.sampled_from("12"),
    line=st.integers(1, 3),
    kind=st.sampled_from(["A", "B"]),
    said=st.text(max_size=2),
)


@given(st.lists(st.lists(TESTS | st.builds(passed, st.just("p")), max_size=4), max_size=4))
def test_every_test_that_raised_has_exactly_one_cause(policies: list[list[Result]]) -> None:
    results = [ran(str(number), *tests) for number, tests in enumerate(policies)]
    told = [(it.spec, it.index) for cause in find_causes(results) for it in cause.casualties]
    expected = [
        (result.spec, index)
        for result in results
        for index, test in enumerate(result.results)
        if test.outcome is Outcome.ERRORED
    ]
    assert sorted(told, key=str) == sorted(expected, key=str)
