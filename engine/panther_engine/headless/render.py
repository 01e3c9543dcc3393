"""Renders a report or the findings of a check in the requested format.

The module of a format is imported on first use.
"""

from __future__ import annotations

from typing import Literal

from panther_engine.headless.check import Findings
from panther_engine.reading.selection.notes import note_of
from panther_engine.report.text.paint import Paint
from panther_engine.running.jobs.report import RunReport

ReportFormat = Literal["text", "json", "junit", "github"]
CheckFormat = Literal["text", "json", "github"]

PLAIN = Paint()


def render_report(
    report: RunReport,
    form: ReportFormat = "text",
    *,
    paint: Paint = PLAIN,
    verbosity: int = 0,
    here: str | None = None,
) -> str:
    """What a run came to.

    Args:
        report: of the run.
        form: `text` for people, `json`, `junit` or `github` for programs.
        paint: colours of a text.
        verbosity: of a text: -1 for its last line only, 1 with what passed and what was slow.
        here: the directory of whoever reads a text: if it is not the root, the root is told.
    """
    if form == "json":
        from panther_engine.report.json import render_json

        return render_json(report)
    if form == "junit":
        from panther_engine.report.junit import render_junit

        return render_junit(report)
    if form == "github":
        from panther_engine.report.github import render_github
        from panther_engine.report.text.report import summary_line
        from panther_engine.report.workspace import find_workspace

        annotations = render_github(report, find_workspace(report.root))
        return f"{annotations}{summary_line(report, PLAIN)}\n"
    from panther_engine.report.text.report import render_text

    return render_text(report, paint, verbosity, here)


def render_findings(
    findings: Findings,
    form: CheckFormat = "text",
    *,
    paint: Paint = PLAIN,
    verbosity: int = 0,
    here: str | None = None,
) -> str:
    """What a check found; arguments as those of `render_report`."""
    root, policies, found, notes = (
        findings.root,
        findings.policies,
        findings.diagnostics,
        findings.notes,
    )
    if form == "json":
        from panther_engine.report.json import render_findings_json

        return render_findings_json(root, policies, found, notes)
    if form == "github":
        from panther_engine.report.github import render_findings_github
        from panther_engine.report.workspace import find_workspace

        return render_findings_github(found, find_workspace(root), notes)
    from panther_engine.report.text.findings import render_findings as render_text

    informing = findings.informing
    told = (*notes, *(note_of(one) for one in found if one in informing))
    rest = [one for one in found if one not in informing]
    return render_text(root, policies, rest, paint, verbosity, here, told)
