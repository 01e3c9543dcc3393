"""Annotations for GitHub Actions: workflow commands that mark the line at fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from panther_engine.model import Diagnostic, Level, Outcome, Policy, Status, TestResult
from panther_engine.reading.selection.notes import Note
from panther_engine.report.tally import findings_of
from panther_engine.report.text.findings import column_of, place_of
from panther_engine.report.text.words import comparison_of, policy_reason, reason_of
from panther_engine.report.workspace import Workspace
from panther_engine.running.jobs.report import RunReport
from panther_engine.text.clean import clean_text, decode_names

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "notice"}


def render_github(report: RunReport, workspace: Workspace | None = None) -> str:
    """One workflow command for every failed test and every finding; empty if there is none.

    `workspace` says what paths are relative to: the root of the repository unless it is given.
    """
    annotations = _annotations(report, workspace or Workspace(report.root, report.root))
    return _lines([*annotations, *map(_note, report.notes)])


def render_findings_github(
    found: Iterable[Diagnostic], workspace: Workspace | None = None, notes: Iterable[Note] = ()
) -> str:
    """One workflow command for every finding of `check`, and for everything left out."""
    own = workspace or Workspace("/", "/")
    return _lines([*(_finding(one, own) for one in found), *map(_note, notes)])


def _lines(commands: Iterable[str]) -> str:
    return "".join(f"{command}\n" for command in commands)


def _annotations(report: RunReport, workspace: Workspace) -> Iterator[str]:
    for found in report.diagnostics:
        yield _finding(found, workspace)
    for policy, result in report.policies:
        findings = findings_of(policy, result)
        for found in findings:
            yield _finding(found, workspace)
        failed = [test for test in result.results if test.outcome is not Outcome.PASSED]
        for test in failed:
            yield _failure(policy, test, workspace)
        told = failed or any(one.severity is Level.ERROR for one in findings)
        if result.status in (Status.FAILED, Status.INVALID) and not told:
            place = workspace.path_of(policy.spec)
            yield _command("error", place, 1, None, policy.id, policy_reason(policy, result))


def _failure(policy: Policy, test: TestResult, workspace: Workspace) -> str:
    reason, comparison = reason_of(test), comparison_of(test)
    message = reason if comparison == reason else f"{reason}\n{comparison}"
    path, line = workspace.path_of(policy.spec), test.line
    if test.error is not None and test.error.path and test.error.line:
        raised = workspace.path_of(test.error.path)
        if raised is None:  # no file of the pull request, such as one of an installed package
            message += f"\nraised at {test.error.path}:{test.error.line}"
        else:
            message += f"\ntest at {path}:{line}"
            path, line = raised, test.error.line
    return _command("error", path, line, None, f"{policy.id}: {test.name}", message)


def _finding(found: Diagnostic, workspace: Workspace) -> str:
    message = f"{found.message}\n{found.hint}" if found.hint else found.message
    path = workspace.path_of(found.path)
    if path is None:
        message = f"{place_of(found)}: {message}"
    return _command(
        _COMMANDS[found.severity], path, found.line, column_of(found), found.code, message
    )


def _note(note: Note) -> str:
    return _command("notice", None, 0, None, note.code, note.message)


def _command(
    command: str, path: str | None, line: int, column: int | None, title: str, message: str
) -> str:
    """A workflow command; without a path it marks no file, with `line` 0 no line of it."""
    properties = {} if path is None else {"file": path}
    if line and path is not None:
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
