"""The report as JUnit XML that conforms to the schema of Jenkins' xUnit plugin.

A policy is a suite and a test is a case. If a policy's tests cannot run, the reason is a case of
its own with an `error`, so that the build fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

from panther_engine.model import (
    Diagnostic,
    Failure,
    Level,
    Outcome,
    Policy,
    PolicyResult,
    Status,
    TestResult,
)
from panther_engine.report.tally import findings_of
from panther_engine.report.text.findings import place_of
from panther_engine.report.text.words import comparison_of, policy_reason, reason_of
from panther_engine.running.jobs.report import RunReport
from panther_engine.text.clean import decode_names

REPOSITORY_SUITE = "repository"
"""The suite of findings that belong to no policy."""

NOTES_SUITE = "notes"
"""The suite that says what was left out."""

_UNWRITABLE = re.compile(
    "[^\t\n\x20-~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""What XML 1.0 cannot hold, not even escaped, and what would tell a terminal something."""


def render_junit(report: RunReport) -> str:
    """The report as an XML document, ending in a line break."""
    suites = [_policy_suite(policy, result) for policy, result in report.policies]
    errors = [found for found in report.diagnostics if found.severity is Level.ERROR]
    if errors:
        suites.insert(0, _suite(REPOSITORY_SUITE, map(_finding_case, errors)))
    told = [note.message for note in report.all_notes]
    told += [
        f"{place_of(found)}: {found.message}"
        for found in report.diagnostics
        if found.severity is Level.WARNING
    ]
    if told:
        suites.insert(0, _notes_suite(told))
    totals = {
        key: str(sum(int(suite.get(key, "0")) for suite in suites))
        for key in ("tests", "failures", "errors")
    }
    top = ElementTree.Element(
        "testsuites", {"name": "panther-tui", **totals, "time": f"{report.seconds:.3f}"}
    )
    top.extend(suites)
    ElementTree.indent(top)
    written = ElementTree.tostring(top, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _notes_suite(told: Iterable[str]) -> ElementTree.Element:
    """A suite without cases, so that no count changes; it prints what was left out or is wrong."""
    suite = _suite(NOTES_SUITE, ())
    printed = ElementTree.SubElement(suite, "system-out")
    printed.text = writable("".join(f"{one}\n" for one in told))
    return suite


def _policy_suite(policy: Policy, result: PolicyResult) -> ElementTree.Element:
    name = policy.id or policy.spec
    cases = [_test_case(name, test) for test in result.results]
    if result.status is Status.SKIPPED:
        cases = [
            _skipped_case(name, test.name, policy_reason(policy, result)) for test in policy.tests
        ]
    errors = [f for f in findings_of(policy, result) if f.severity is Level.ERROR]
    failed = any(test.outcome is not Outcome.PASSED for test in result.results)
    if result.status is Status.INVALID or errors or (result.status is Status.FAILED and not failed):
        cases.insert(0, _invalid_case(name, policy_reason(policy, result), errors))
    return _suite(name, cases, policy.spec)


def _suite(name: str, cases: Iterable[ElementTree.Element], spec: str = "") -> ElementTree.Element:
    held = list(cases)
    seconds = sum(float(case.get("time", "0")) for case in held)
    suite = ElementTree.Element(
        "testsuite",
        {
            "name": writable(name),
            "tests": str(len(held)),
            "failures": str(sum(case.find("failure") is not None for case in held)),
            "errors": str(sum(case.find("error") is not None for case in held)),
            "skipped": str(sum(case.find("skipped") is not None for case in held)),
            "time": f"{seconds:.3f}",
        },
    )
    if spec:
        suite.set("file", writable(spec))
    suite.extend(held)
    return suite


def _case(classname: str, name: str, milliseconds: float = 0.0) -> ElementTree.Element:
    return ElementTree.Element(
        "testcase",
        {
            "classname": writable(classname),
            "name": writable(name),
            "time": f"{milliseconds / 1000:.6f}",
        },
    )


def _test_case(policy: str, test: TestResult) -> ElementTree.Element:
    case = _case(policy, test.name, test.duration_ms)
    if test.outcome is not Outcome.PASSED:
        tag = "failure" if test.outcome is Outcome.FAILED else "error"
        kind = test.error.type if test.error else test.outcome.value
        fault = ElementTree.SubElement(
            case, tag, {"type": writable(kind), "message": writable(reason_of(test))}
        )
        fault.text = writable("\n".join([comparison_of(test), *_steps(test.error)]))
    if test.output:
        ElementTree.SubElement(case, "system-out").text = writable(test.output)
    return case


def _steps(error: Failure | None) -> list[str]:
    if error is None:
        return []
    lines = [f"{error.path}:{error.line}"] if error.path else []
    for frame in error.frames:
        lines += [f"  {frame.path}:{frame.line} in {frame.function}", f"    {frame.source}"]
    return lines


def _skipped_case(policy: str, name: str, reason: str) -> ElementTree.Element:
    case = _case(policy, name)
    ElementTree.SubElement(case, "skipped", {"message": reason})
    return case


def _invalid_case(policy: str, reason: str, errors: Sequence[Diagnostic]) -> ElementTree.Element:
    case = _case(policy, "(policy)")
    kind = errors[0].code if errors else "invalid"
    reason = errors[0].message if errors else reason
    fault = ElementTree.SubElement(case, "error", {"type": kind, "message": writable(reason)})
    fault.text = writable("\n".join(map(_finding_text, errors)))
    return case


def _finding_case(found: Diagnostic) -> ElementTree.Element:
    case = _case(REPOSITORY_SUITE, place_of(found))
    fault = ElementTree.SubElement(
        case, "error", {"type": found.code, "message": writable(found.message)}
    )
    fault.text = writable(_finding_text(found))
    return case


def _finding_text(found: Diagnostic) -> str:
    hint = f"\n  hint: {found.hint}" if found.hint else ""
    return f"{place_of(found)}: {found.message} ({found.code}){hint}"


def writable(text: str) -> str:
    """The text as far as XML can hold it; still to be escaped."""
    return _UNWRITABLE.sub("\ufffd", decode_names(text))
