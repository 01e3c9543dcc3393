from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from panther_engine.model import (
    Diagnostic,
    Failure,
    Frame,
    FunctionResult,
    Level,
    Outcome,
    Policy,
    PolicyResult,
    Status,
    TestCase,
    TestResult,
    Verdict,
)
from panther_engine.reading.selection.notes import Note
from panther_engine.report.text.findings import render_findings
from panther_engine.report.text.paint import Paint
from panther_engine.report.text.report import render_text, summary_line
from panther_engine.running.jobs.report import RunReport
from tests.engine.report.sample import (
    BODY,
    BUCKET,
    BUCKET_RESULT,
    FINE,
    FINE_RESULT,
    KEY,
    NOT_YAML,
    TYPE_ERROR,
    sample_report,
    write_sources,
)

PLAIN = Paint()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_sources(tmp_path)
    return tmp_path


def lines_of(report: RunReport, verbosity: int = 0) -> list[str]:
    return render_text(report, PLAIN, verbosity).splitlines()


def block_of(text: str, start: str) -> str:
    """From the line that begins with `start` to the next empty line."""
    rest = text[text.index(start) :]
    return rest.split("\n\n")[0].rstrip("\n")


def only(result: TestResult, policy: Policy = BUCKET) -> RunReport:
    whole = PolicyResult(policy.spec, 1, Status.FAILED, (result,))
    return replace(sample_report("/nowhere"), policies=((policy, whole),), diagnostics=())


def test_an_exception_is_told_with_its_line_the_comparison_and_the_size(root: Path) -> None:
    text = render_text(sample_report(root), PLAIN)
    assert block_of(text, "  ✗ No grants at all") == (
        "  ✗ No grants at all\n"
        "    TypeError: 'NoneType' object is not iterable\n"
        "    expected compliant (PASS), got an error (ERROR)\n"
        "    policies/bucket.py:5 in policy\n"
        "      4 │ def policy(resource):\n"
        '    ▸ 5 │     for grant in resource["Grants"]:\n'
        '      6 │         if grant["Permission"] == "READ":\n'
        "    resource  policies/bucket.yml:7  15 bytes, 1 field"
    )


def test_a_wrong_verdict_shows_what_was_expected_and_what_was_printed(root: Path) -> None:
    text = render_text(sample_report(root), PLAIN)
    assert block_of(text, "  ✗ Anyone may read") == (
        "  ✗ Anyone may read\n"
        "    expected an alert (FAIL), got compliant (PASS)\n"
        "    policies/bucket.yml:4\n"
        "    ▸ 4 │ - Name: Anyone may read\n"
        "      5 │   ExpectedResult: false\n"
        "      6 │   Resource: {Grants: []}\n"
        "    resource  13 bytes, 1 field\n"
        "    printed\n"
        "      │ looking at 0 grants"
    )


def test_an_alert_function_that_fails_is_the_reason(root: Path) -> None:
    text = render_text(sample_report(root), PLAIN)
    block = block_of(text, "  ✗ Read for everyone")
    assert (
        "    severity() failed: AttributeError: 'NoneType' object has no attribute 'upper'\n"
        "    expected an alert (FAIL) and got it, but severity() failed\n"
        "    policies/bucket.py:11 in severity\n"
        "    ▸ 11 │ def severity(resource):\n"
    ) in block


def test_one_cause_is_told_in_full_only_once(root: Path) -> None:
    text = render_text(sample_report(root), PLAIN)
    block = block_of(text, "  ✗ No owner's grants")
    assert "as above, at policies/bucket.py:5" in block
    assert "│" not in block


def with_cause(*policies: tuple[str, tuple[TestResult, ...]]) -> RunReport:
    """Policies that fail with these tests."""
    pairs = tuple(
        (
            replace(FINE, spec=f"policies/{name}.yml", id=name),
            PolicyResult(f"policies/{name}.yml", 1, Status.FAILED, tests),
        )
        for name, tests in policies
    )
    return RunReport("/nowhere", "py", 1, pairs, (), 0.84)


def broken_by_helper(name: str, message: str = "no") -> TestResult:
    error = Failure(
        "TypeError", message, "helpers/x.py", 53, (Frame("helpers/x.py", 53, "f", "return out()"),)
    )
    return TestResult(name, 9, True, Verdict.ERROR, Outcome.ERRORED, 0.1, error=error)


def test_a_cause_that_policies_share_is_told_once_with_the_first_three() -> None:
    tests = tuple(broken_by_helper(f"t{number}") for number in range(3))
    lines = lines_of(with_cause(("A", tests[:2]), ("Bb", tests)))
    assert lines[:-1] == [
        "✗ 5 tests of 2 policies · helpers/x.py:53 · TypeError: no",
        "  ▸ 53 │ return out()",
        "",
        "  policies/A.yml:9   A · t0",
        "  policies/A.yml:9   A · t1",
        "  policies/Bb.yml:9  Bb · t0",
        "  and 2 more tests, -v names all",
        "",
    ]


def test_what_a_policy_has_besides_a_shared_cause_is_told_with_it() -> None:
    (other,) = (test for test in BUCKET_RESULT.results if test.name == "Anyone may read")
    report = with_cause(("A", (broken_by_helper("t"), other)), ("B", (broken_by_helper("t"),)))
    lines = lines_of(report)
    assert lines[0] == "✗ 2 tests of 2 policies · helpers/x.py:53 · TypeError: no"
    start = lines.index("✗ A · 1 failed, 1 errored of 2 tests")
    assert lines[start + 3] == "  ✗ Anyone may read"
    assert "  and 1 test told above, by what made them fail" in lines[start:]
    assert "  ✗ t" not in lines
    assert not any(line.startswith("✗ B") for line in lines)


def test_a_cause_of_one_policy_stays_with_the_policy() -> None:
    lines = lines_of(with_cause(("A", (broken_by_helper("t0"), broken_by_helper("t1")))))
    assert lines[0] == "✗ A · 2 errored of 2 tests"


def test_other_words_at_the_line_of_a_shared_cause_are_counted() -> None:
    report = with_cause(
        ("A", (broken_by_helper("t", "x"),)),
        ("B", (broken_by_helper("t", "y"), broken_by_helper("u", "z"))),
    )
    assert "  and 2 other messages at this line" in lines_of(report)


def test_verbose_names_all_that_a_shared_cause_fails() -> None:
    tests = tuple(broken_by_helper(f"t{number}") for number in range(3))
    lines = lines_of(with_cause(("A", tests), ("B", tests)), 1)
    assert lines[0] == "✗ 6 tests of 2 policies · helpers/x.py:53 · TypeError: no"
    assert [line for line in lines if line.startswith("  ✗ ")] == [
        f"  ✗ t{number}" for _ in "AB" for number in range(3)
    ]


def lacking(name: str, path: str = "") -> tuple[Policy, PolicyResult]:
    """A policy whose import of boto3 fails in its body, or at `path`."""
    spec, body = f"policies/{name}.yml", f"policies/{name}.py"
    found = Diagnostic(
        path or body, 3, 0, Level.ERROR, "missing-module", "there is no module `boto3`", "get it"
    )
    policy = replace(FINE, spec=spec, body=body, id=name)
    return policy, PolicyResult(spec, 1, Status.INVALID, diagnostics=(found,))


def test_a_module_that_is_missing_everywhere_is_told_once() -> None:
    report = RunReport("/nowhere", "py", 1, tuple(map(lacking, "ABCDE")), (), 0.84)
    assert lines_of(report)[:-1] == [
        "✗ 5 policies not run · there is no module `boto3`",
        "  hint: get it",
        "",
        "  policies/A.py:3  A",
        "  policies/B.py:3  B",
        "  policies/C.py:3  C",
        "  and 2 more policies, -v names all",
        "",
    ]


def test_a_module_that_a_helper_misses_is_told_at_the_helper(root: Path) -> None:
    pairs = tuple(lacking(name, BODY) for name in "AB")
    assert lines_of(RunReport(str(root), "py", 1, pairs, (), 0.84))[:-1] == [
        "✗ 2 policies not run · policies/bucket.py:3 · there is no module `boto3`",
        "  policies/bucket.py:3:1",
        "  ▸ 3 │ ",
        "    4 │ def policy(resource):",
        "  hint: get it",
        "",
        "  policies/A.yml  A",
        "  policies/B.yml  B",
        "",
    ]


def test_an_invalid_policy_is_told_with_its_findings_and_hints(root: Path) -> None:
    text = render_text(sample_report(root), PLAIN)
    rest = text[text.index("✗ Key") :]
    assert rest.startswith(
        "✗ Key · invalid, its 1 test did not run\n"
        "  policies/key.yml\n"
        "\n"
        "  ✗ `ResourceType` is not a key of a policy  unknown-key\n"
        "    policies/key.yml:3:1\n"
        "      2 │ PolicyID: Key\n"
        "    ▸ 3 │ ResourceType:\n"
        "      4 │   - AWS.KMS.Key\n"
        "    hint: it is spelt `ResourceTypes`\n"
    )


def test_a_finding_of_no_policy_comes_first_and_fails_the_run(root: Path) -> None:
    lines = lines_of(sample_report(root))
    assert lines[:2] == [
        "✗ this is not YAML: a `]` is missing  not-yaml",
        "  policies/torn.yml:2:5",
    ]
    fine = replace(sample_report(root), policies=((FINE, FINE_RESULT),))
    assert not fine.passed
    assert summary_line(fine, PLAIN).startswith("✗ 1 policy passed · 1 test passed · 1 error")


def test_passes_are_counted_and_not_listed(root: Path) -> None:
    assert not any("Fine" in line for line in lines_of(sample_report(root)))
    assert any(
        line == "✓ Fine · 1 test passed  0.2 ms" for line in lines_of(sample_report(root), 1)
    )


def test_the_last_line_sums_up(root: Path) -> None:
    assert lines_of(sample_report(root))[-1] == (
        "✗ 6 policies: 2 failed, 1 invalid, 1 passed, 1 untested, 1 skipped"
        " · 7 tests: 2 failed, 3 errored, 2 passed · 1 error elsewhere · 11.50 s"
    )


def test_quiet_is_the_last_line_alone(root: Path) -> None:
    assert len(lines_of(sample_report(root), -1)) == 1


def test_a_run_where_all_passed_is_one_line() -> None:
    report = RunReport("/r", "py", 1, ((FINE, FINE_RESULT),) * 3, (), 0.84)
    assert render_text(report, PLAIN) == "✓ 3 policies passed · 3 tests passed · 840 ms\n"


def test_what_was_left_out_is_told_before_the_last_line() -> None:
    note = Note("filter", "1 policy left out by --filter A=\x1b")
    nested = Diagnostic("odd/x.yml", 1, 0, Level.INFO, "nested-repository", "is left out")
    report = RunReport("/r", "py", 1, ((FINE, FINE_RESULT),), (nested,), 0.84, notes=(note, note))
    for verbosity in (0, 1):
        assert lines_of(report, verbosity)[-4:-1] == [
            "i 1 policy left out by --filter A=\\x1b",
            "i odd/x.yml: is left out",
            "",
        ]
        assert "\n".join(lines_of(report, verbosity)).count("is left out") == 1


def test_quiet_counts_what_was_left_out() -> None:
    report = RunReport(
        "/r", "py", 1, ((FINE, FINE_RESULT),), (), 0.84, notes=(Note("filter", "words"),)
    )
    assert lines_of(report, -1) == [
        "✓ 1 policy passed · 1 test passed · 840 ms · 1 note (told without -q)"
    ]


def test_a_run_that_tested_nothing_bears_no_mark_of_a_pass() -> None:
    untested = replace(FINE_RESULT, status=Status.UNTESTED, results=())
    report = RunReport("/r", "py", 1, ((FINE, untested),), (), 0.84)
    assert summary_line(report, PLAIN) == "! 1 policy: 1 untested · 0 tests · 840 ms"


def test_an_interrupted_run_says_so() -> None:
    report = RunReport("/r", "py", 1, ((FINE, FINE_RESULT),), (), 0.84, interrupted=True)
    assert "! interrupted, so far 1 policy passed" in summary_line(report, PLAIN)


def test_verbose_names_the_slowest_tests_longest_first(root: Path) -> None:
    lines = lines_of(sample_report(root), 1)
    start = lines.index("slowest tests")
    assert lines[start + 1] == "  10.00 s  Any  policies/loop.yml:9"
    assert lines[start + 2] == "   0.5 ms  Read for everyone  policies/bucket.yml:13"


def test_a_stop_is_told_in_words() -> None:
    stopped = TestResult(
        "t",
        4,
        True,
        Verdict.ERROR,
        Outcome.ERRORED,
        1.0,
        error=Failure("Exited", "the policy ended its process"),
    )
    assert render_text(only(stopped), PLAIN).splitlines()[4:6] == [
        "    the policy ended its process",
        "    expected compliant (PASS), got an error (ERROR)",
    ]


def test_a_missing_return_points_at_the_policy_function(root: Path) -> None:
    nothing = TestResult(
        "t",
        4,
        True,
        Verdict.ERROR,
        Outcome.ERRORED,
        1.0,
        {"policy": FunctionResult(None, "FunctionReturnTypeError: got None", False)},
        error=Failure("FunctionReturnTypeError", "policy() returned None, expected a bool"),
    )
    text = render_text(replace(only(nothing), root=str(root)), PLAIN)
    assert "policies/bucket.py:4 in policy\n    ▸ 4 │ def policy(resource):\n" in text


def test_the_traceback_goes_from_the_users_file_inwards() -> None:
    frames = (
        Frame(BODY, 5, "policy", "return deep_get(resource)"),
        Frame("/usr/lib/json/decoder.py", 355, "decode", "obj, end = scan(s)"),
    )
    error = replace(TYPE_ERROR, frames=frames)
    raised = TestResult("t", 4, True, Verdict.ERROR, Outcome.ERRORED, 1.0, error=error)
    lines = render_text(only(raised), PLAIN).splitlines()
    start = lines.index("    traceback")
    assert lines[start + 1] == (
        "      policies/bucket.py:5 in policy          return deep_get(resource)"
    )
    assert lines[start + 2].startswith("      /usr/lib/json/decoder.py:355 in decode  obj, end")


def test_long_output_and_long_tracebacks_are_cut_unless_all_is_asked_for() -> None:
    frames = tuple(Frame(BODY, n, f"step_{n}", "") for n in range(1, 41))
    error = replace(TYPE_ERROR, frames=frames)
    raised = TestResult(
        "t", 4, True, Verdict.ERROR, Outcome.ERRORED, 1.0, error=error, output="line\n" * 50
    )
    cut = render_text(only(raised), PLAIN)
    assert "… 28 more steps, -v shows them" in cut
    assert "… 30 more lines, -v shows them" in cut
    assert cut.count("│ line") == 20
    whole = render_text(only(raised), PLAIN, 1)
    assert whole.count("│ line") == 50
    assert "step_20" in whole


def test_a_line_that_changed_since_the_run_is_shown_as_it_ran(root: Path) -> None:
    (root / BODY).write_text("# all is new\n" * 9)
    text = render_text(sample_report(root), PLAIN)
    assert '    ▸ 5 │ for grant in resource["Grants"]:' in text
    assert "all is new" not in block_of(text, "  ✗ No grants at all")


def test_a_file_that_is_gone_costs_only_the_code_frame() -> None:
    text = render_text(sample_report("/nowhere/at/all"), PLAIN)
    assert "    policies/bucket.py:5 in policy\n" in text


def test_without_colour_there_is_no_escape_and_with_it_the_words_are_the_same(root: Path) -> None:
    plain = render_text(sample_report(root), PLAIN, 1)
    coloured = render_text(sample_report(root), Paint(colour=True), 1)
    assert "\x1b" not in plain
    assert "\x1b[31m" in coloured
    import re

    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain


def test_text_of_the_users_is_no_control_sequence() -> None:
    evil = "\x1b]0;owned\x07\x9b2J\u202e\r\n"
    policy = replace(
        BUCKET,
        spec=f"policies/{evil}.yml",
        id=evil,
        tests=(TestCase(evil, 4, True, {evil: evil}),),
        diagnostics=(Diagnostic(evil, 1, 0, Level.WARNING, "c", evil, evil),),
    )
    raised = TestResult(
        evil,
        4,
        True,
        Verdict.ERROR,
        Outcome.ERRORED,
        1.0,
        {"policy": FunctionResult(None, evil, False)},
        error=Failure(
            evil, evil, evil, 3, (Frame(evil, 3, evil, evil), Frame(evil, 3, evil, evil))
        ),
        output=evil,
    )
    report = replace(only(raised, policy), root=evil)
    for verbosity in (-1, 0, 1):
        text = render_text(report, PLAIN, verbosity, here="/other")
        assert not set(text) & set("\x1b\x07\x9b\u202e\r")


def test_the_root_is_told_to_who_stands_elsewhere(root: Path) -> None:
    text = render_text(sample_report(root), PLAIN, here="/elsewhere")
    assert text.startswith(f"paths are relative to {root}\n")
    assert "relative" not in render_text(sample_report(root), PLAIN, here=str(root))


def test_warnings_take_one_line_each(root: Path) -> None:
    assert "! policies/bucket.py:4:5 the policy changes its resource  mutated-resource" in lines_of(
        sample_report(root)
    )


def test_a_policy_that_failed_without_a_failed_test_says_why() -> None:
    few = Diagnostic(FINE.spec, 1, 0, Level.ERROR, "too-few-tests", "has 1 tests, 2 are required")
    result = replace(FINE_RESULT, status=Status.FAILED, diagnostics=(few,))
    report = RunReport("/r", "py", 1, ((FINE, result),), (), 0.1)
    text = render_text(report, PLAIN)
    assert text.startswith("✗ Fine · failed, its 1 test passed\n")
    assert "✗ has 1 tests, 2 are required  too-few-tests" in text


def test_check_shows_errors_first_and_sums_up(root: Path) -> None:
    warning = BUCKET_RESULT.diagnostics[0]
    text = render_findings(str(root), 2, [warning, NOT_YAML, *KEY.diagnostics], PLAIN)
    assert text.index("unknown-key") < text.index("not-yaml") < text.index("mutated-resource")
    assert text.endswith("✗ 2 policies checked · 2 errors, 1 warning\n")


def test_check_without_findings_is_one_line() -> None:
    assert render_findings("/r", 1, [], PLAIN) == "✓ 1 policy checked · nothing found\n"


def test_check_tells_mere_information_only_when_asked() -> None:
    note = Diagnostic("a.json", 1, 0, Level.INFO, "json-spec", "PAT ignores it")
    assert "PAT ignores" not in render_findings("/r", 1, [note], PLAIN)
    assert "i PAT ignores" in render_findings("/r", 1, [note], PLAIN, 1)


def test_warnings_of_one_kind_in_one_file_are_told_once() -> None:
    found = tuple(
        Diagnostic(FINE.spec, line, 0, Level.WARNING, "changed", f"test {line}", "copy it")
        for line in (3, 7, 9)
    )
    report = RunReport("/r", "py", 1, ((FINE, replace(FINE_RESULT, diagnostics=found)),), (), 0.1)
    assert lines_of(report)[:2] == [
        "! policies/fine.yml:3:1 test 3  changed  and 2 more like it",
        "  hint: copy it",
    ]
    assert sum("copy it" in line for line in lines_of(report, 1)) == 3


def test_an_alert_function_that_raised_is_shown_where_it_raised(root: Path) -> None:
    error = Failure("AttributeError", "no upper", BODY, 12, (Frame(BODY, 12, "severity", ""),))
    (raised,) = (test for test in BUCKET_RESULT.results if test.name == "Read for everyone")
    text = render_text(replace(only(replace(raised, error=error)), root=str(root)), PLAIN)
    assert "    severity() failed: AttributeError" in text
    assert "    policies/bucket.py:12 in severity\n      11 │ def severity(resource):\n" in text
