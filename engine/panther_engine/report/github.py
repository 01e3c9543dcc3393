"""Annotations for GitHub Actions: workflow commands that put a mark on the line at fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from panther_engine.model import Diagnostic, Level, Outcome, Policy, Status, TestResult
from panther_engine.report.findings import column_of
from panther_engine.report.tally import findings_of
from panther_engine.report.words import comparison_of, policy_reason, reason_of
from panther_engine.running.jobs.report import RunReport
from panther_engine.text.clean import clean_text, decode_names

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "notice"}


def render_github(report: RunReport) -> str:
    """One workflow command for every failed test and every finding; empty if there is none."""
    return "".join(f"{line}\n" for line in _annotations(report))


def render_findings_github(found: Iterable[Diagnostic]) -> str:
    """One workflow command for every finding of `check`."""
    return "".join(f"{_finding(one)}\n" for one in found)


def _annotations(report: RunReport) -> Iterator[str]:
    for found in report.diagnostics:
        yield _finding(found)
    for policy, result in report.policies:
        findings = findings_of(policy, result)
        yield from map(_finding, findings)
        failed = [test for test in result.results if test.outcome is not Outcome.PASSED]
        for test in failed:
            yield _failure(policy, test)
        told = failed or any(one.severity is Level.ERROR for one in findings)
        if result.status in (Status.FAILED, Status.INVALID) and not told:
            yield _command("error", policy.spec, 1, None, policy.id, policy_reason(policy, result))


def _failure(policy: Policy, test: TestResult) -> str:
    reason, comparison = reason_of(test), comparison_of(test)
    message = reason if comparison == reason else f"{reason}\n{comparison}"
    path, line = policy.spec, test.line
    if test.error is not None and test.error.path and test.error.line:
        message += f"\ntest at {path}:{line}"
        path, line = test.error.path, test.error.line
    return _command("error", path, line, None, f"{policy.id}: {test.name}", message)


def _finding(found: Diagnostic) -> str:
    message = f"{found.message}\n{found.hint}" if found.hint else found.message
    return _command(
        _COMMANDS[found.severity], found.path, found.line, column_of(found), found.code, message
    )


def _command(
    command: str, path: str, line: int, column: int | None, title: str, message: str
) -> str:
    """A workflow command; `line` 0 leaves line and column out."""
    properties = {"file": path}
    if line:
        properties["line"] = str(line)
        if column is not None:
            properties["col"] = str(column)
    properties["title"] = title
    said = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    return f"::{command} {said}::{_escape(message)}"


def _escape(text: str) -> str:
    return (
        clean_text(decode_names(text)).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    )


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
