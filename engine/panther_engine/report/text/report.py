"""The text report: each failure with everything that explains it, and a summary line."""

from __future__ import annotations

from collections.abc import Iterator

from panther_engine.model import Diagnostic, Level, Outcome, Policy, PolicyResult, Status
from panther_engine.report.tally import TEST_OUTCOMES, count, findings_of
from panther_engine.report.text.cause_blocks import cause_block
from panther_engine.report.text.failures import failure_blocks
from panther_engine.report.text.findings import (
    count_findings,
    count_notes,
    finding_block,
    finding_line,
    note_lines,
)
from panther_engine.report.text.frame import ReadSource, source_reader
from panther_engine.report.text.paint import DOT, FAIL_MARK, PASS_MARK, SKIP_MARK, WARN_MARK, Paint
from panther_engine.report.text.words import count_of, duration_of, policy_reason
from panther_engine.running.jobs.report import RunReport
from panther_engine.text.clean import clean_line
from panther_engine.values.causes import (
    Key,
    cause_of_finding,
    cause_of_test,
    find_causes,
    shared,
)

SLOWEST = 10
"""How many of the slowest tests `-v` names."""


def render_text(
    report: RunReport, paint: Paint, verbosity: int = 0, here: str | None = None
) -> str:
    """The report as text, ending in a line break.

    Args:
        report: what to tell.
        paint: colours or none.
        verbosity: -1 for the last line only, 0 for failures and warnings, 1 for passes, the
            slowest tests and everything that failures printed as well.
        here: the directory of who reads it; if it is not the root, the root is told.
    """
    lines: list[str] = []
    if verbosity >= 0:
        read = source_reader(report.root)
        for block in _troubles(report, paint, read, verbosity > 0):
            lines += [*block, ""]
        if warnings := _warnings(report, paint, verbosity > 0):
            lines += [*warnings, ""]
        if lines and here not in (None, report.root):
            lines = [paint.quiet(f"paths are relative to {clean_line(report.root)}"), "", *lines]
        if verbosity > 0:
            lines += _passes(report, paint)
            lines += _slowest(report, paint)
        if notes := note_lines(report.all_notes, paint):
            lines += [*notes, ""]
        lines.append(summary_line(report, paint))
    else:
        lines.append(summary_line(report, paint) + count_notes(report.all_notes))
    return "\n".join(lines) + "\n"


def summary_line(report: RunReport, paint: Paint) -> str:
    """What the run came to, in one line."""
    tally = count(report)
    if not report.passed:
        mark = paint.bad(FAIL_MARK)
    elif report.interrupted or report.tested_nothing:
        mark = paint.warn(WARN_MARK)
    else:
        mark = paint.good(PASS_MARK)
    policies = _counts(
        [(status.value, number) for status, number in tally.policies.items()], "policy", paint
    )
    tests = _counts(
        [(outcome.value, tally.tests[outcome]) for outcome in TEST_OUTCOMES], "test", paint
    )
    parts = [policies, tests]
    if others := count_findings(report.diagnostics):
        parts.append(f"{', '.join(others)} elsewhere")
    parts.append(duration_of(report.seconds * 1000))
    interrupted = "interrupted, so far " if report.interrupted else ""
    return f"{mark} {interrupted}" + f" {DOT} ".join(parts)


def _counts(counts: list[tuple[str, int]], noun: str, paint: Paint) -> str:
    """`390 tests passed`, or `390 tests: 1 failed, 389 passed`."""
    total = count_of(sum(number for _, number in counts), noun)
    said = [(word, number) for word, number in counts if number]
    if len(said) == 1 and said[0][0] == "passed":
        return f"{total} passed"
    words = ", ".join(
        paint.bad(f"{number:,} {word}")
        if word in ("failed", "errored", "invalid")
        else f"{number:,} {word}"
        for word, number in said
    )
    return f"{total}: {words}" if words else total


def _troubles(
    report: RunReport, paint: Paint, read: ReadSource, everything: bool
) -> Iterator[list[str]]:
    """A block for every finding that keeps something from running, and for every failed policy.

    What several policies share comes first, once; what is left of a policy is told with it.
    """
    for found in report.diagnostics:
        if found.severity is Level.ERROR:
            yield finding_block(found, paint, read)
    causes = shared(
        find_causes(
            (result for _, result in report.policies),
            {policy.spec: policy.diagnostics for policy, _ in report.policies},
        )
    )
    policies = {policy.spec: policy for policy, _ in report.policies}
    for cause in causes:
        yield cause_block(cause, policies, paint, read)
    told = frozenset[Key]() if everything else frozenset(cause.key for cause in causes)
    for policy, result in report.policies:
        errors = [f for f in findings_of(policy, result) if f.severity is Level.ERROR]
        own = [one for one in errors if cause_of_finding(one) not in told]
        failures = list(failure_blocks(policy, result, paint, read, everything, told))
        explained = [test for test in result.results if cause_of_test(test) in told]
        is_told = len(own) < len(errors) or explained
        if own or failures or (result.status in (Status.FAILED, Status.INVALID) and not is_told):
            blocks = [finding_block(one, paint, read) for one in own]
            lines = _policy_block(policy, result, paint, blocks, failures)
            if explained:
                said = f"{count_of(len(explained), 'test')} told above, by what made them fail"
                lines += ["", f"  {paint.quiet(f'and {said}')}"]
            yield lines


def _policy_block(
    policy: Policy,
    result: PolicyResult,
    paint: Paint,
    errors: list[list[str]],
    failures: list[list[str]],
) -> list[str]:
    name = clean_line(policy.id or policy.spec)
    lines = [
        f"{paint.bad(FAIL_MARK)} {paint.strong(name)} {DOT} {policy_reason(policy, result)}",
        f"  {paint.quiet(clean_line(policy.spec))}",
    ]
    for block in (*errors, *failures):
        lines += ["", *(f"  {line}" for line in block)]
    return lines


def _warnings(report: RunReport, paint: Paint, everything: bool) -> list[str]:
    """A line for each; of one kind in one file only the first, unless everything is asked for."""
    wanted = {Level.WARNING, Level.INFO} if everything else {Level.WARNING}
    found = [one for one in report.diagnostics if one.severity is not Level.INFO]  # shown as notes
    for policy, result in report.policies:
        found += findings_of(policy, result)
    alike: dict[object, list[Diagnostic]] = {}
    for one in dict.fromkeys(found):
        if one.severity in wanted:
            alike.setdefault(one if everything else (one.path, one.code), []).append(one)
    lines = []
    for first, *others in alike.values():
        more = f"  and {len(others)} more like it" if others else ""
        lines.append(finding_line(first, paint) + paint.quiet(more))
        if first.hint:
            lines.append(f"  {paint.hint('hint:')} {clean_line(first.hint)}")
    return lines


def _passes(report: RunReport, paint: Paint) -> list[str]:
    lines: list[str] = []
    for policy, result in report.policies:
        name = clean_line(policy.id or policy.spec)
        reason = policy_reason(policy, result)
        match result.status:
            case Status.PASSED:
                took = paint.quiet(duration_of(sum(test.duration_ms for test in result.results)))
                lines.append(f"{paint.good(PASS_MARK)} {name} {DOT} {reason}  {took}")
            case Status.UNTESTED | Status.SKIPPED:
                lines.append(f"{paint.quiet(SKIP_MARK)} {name} {DOT} {reason}")
        lines += [
            f"  {paint.good(PASS_MARK)} {clean_line(test.name)}"
            f"  {paint.quiet(duration_of(test.duration_ms))}"
            for test in result.results
            if test.outcome is Outcome.PASSED and result.status is Status.PASSED
        ]
    return [*lines, ""] if lines else []


def _slowest(report: RunReport, paint: Paint) -> list[str]:
    timed = sorted(
        (
            (test.duration_ms, policy, test)
            for policy, result in report.policies
            for test in result.results
        ),
        key=lambda one: -one[0],
    )[:SLOWEST]
    if not timed:
        return []
    durations = [duration_of(duration) for duration, _, _ in timed]
    width = max(map(len, durations))
    return [
        "slowest tests",
        *(
            f"  {duration:>{width}}  {clean_line(test.name)}  "
            + paint.quiet(f"{clean_line(policy.spec)}:{test.line}")
            for duration, (_, policy, test) in zip(durations, timed, strict=True)
        ),
        "",
    ]
