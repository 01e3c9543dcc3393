from dataclasses import replace

import pytest

from panther_engine.authoring.accept import Accepted, accept_result
from panther_engine.authoring.difference import show_difference
from panther_engine.authoring.edits.steps import Refusal
from panther_engine.model import FunctionResult, Outcome, TestResult, Verdict

SPEC = b"""\
Tests:
  - Name: Open
    ExpectedResult: true  # for now
    Resource: {}
"""


def result(verdict: Verdict, name: str = "Open") -> TestResult:
    return TestResult(name, 2, True, verdict, Outcome.FAILED, 1.0)


def test_the_expectation_becomes_what_was_got_and_it_is_said_what_that_means() -> None:
    found = accept_result(SPEC, "a.yml", 0, result(Verdict.FAIL))
    assert isinstance(found, Accepted)
    assert found.said == 'This policy will now be expected to alert on "Open".'
    assert (
        show_difference("a.yml", found.edit.before, found.edit.after)
        == """\
--- a/a.yml
+++ b/a.yml
@@ -1,4 +1,4 @@
 Tests:
   - Name: Open
-    ExpectedResult: true  # for now
+    ExpectedResult: false  # for now
     Resource: {}
"""
    )


def test_the_alert_that_is_expected_from_now_on_is_named() -> None:
    functions = {"title": FunctionResult("Bucket [b]is[/b] open", None, True)}
    got = replace(result(Verdict.FAIL), functions=functions)
    found = accept_result(SPEC, "a.yml", 0, got)
    assert isinstance(found, Accepted)
    assert found.said.endswith('to alert on "Open" with the title "Bucket [b]is[/b] open".')


def test_what_fails_for_its_alert_functions_is_told_so() -> None:
    found = accept_result(SPEC, "a.yml", 0, result(Verdict.PASS))
    assert isinstance(found, Refusal)
    assert found.hint == "it fails for what its alert functions did: mend them"


@pytest.mark.parametrize(
    ("content", "test", "got", "reason"),
    [
        (SPEC, 0, result(Verdict.ERROR), "there is no verdict to accept"),
        (SPEC, 0, result(Verdict.PASS), "expects already"),
        (SPEC, 0, result(Verdict.FAIL, "Other"), "is not there any more"),
        (SPEC, 1, result(Verdict.FAIL), "is not there any more"),
        (b"A: [", 0, result(Verdict.FAIL), "not YAML"),
    ],
)
def test_where_there_is_nothing_to_accept_it_says_so(
    content: bytes, test: int, got: TestResult, reason: str
) -> None:
    found = accept_result(content, "a.yml", test, got)
    assert isinstance(found, Refusal)
    assert reason in found.reason
