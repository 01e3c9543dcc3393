"""`panther-tui check`: what is wrong with specs and bodies, without running any code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from panther_engine.model import Diagnostic, Level
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import load_pat_settings
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.selection.targets import (
    Selection,
    SelectionError,
    resolve,
    target_holds,
)
from panther_engine.report.findings import render_findings
from panther_engine.report.paint import Paint
from panther_tui.cli.streams import say, say_document, wants_colour


def run_check(paths: Sequence[str], here: Path, format_name: str, verbosity: int) -> int:
    """Report what is found; returns the exit code: 0, or 1 if something cannot run.

    Raises SelectionError when there is no such path, or nothing to check there.
    """
    selection = resolve(paths, here, lambda root: load_pat_settings(root).path)
    repository = load_repository(selection.root, selection.scopes)
    policies, found = findings_in(selection, repository)
    root = str(selection.root)
    match format_name:
        case "json":
            from panther_engine.report.json import render_findings_json

            say_document(render_findings_json(root, policies, found))
        case "github":
            from panther_engine.report.github import render_findings_github
            from panther_engine.report.workspace import find_workspace

            say_document(render_findings_github(found, find_workspace(root)))
        case _:
            paint = Paint(wants_colour(sys.stdout))
            say(render_findings(root, policies, found, paint, verbosity, str(here)))
    return int(any(one.severity is Level.ERROR for one in found))


def findings_in(selection: Selection, repository: Repository) -> tuple[int, tuple[Diagnostic, ...]]:
    """How many policies the selection holds, and what was found in it.

    Raises SelectionError if it holds neither a policy nor a global nor a finding.
    """

    def holds(*paths: str) -> bool:
        return any(target_holds(target, path) for target in selection.targets for path in paths)

    policies = [one for one in repository.policies.values() if holds(one.spec, one.body)]
    found = [one for policy in policies for one in policy.diagnostics]
    whole = {target.path for target in selection.targets if target.folder} >= {*selection.scopes}
    found += [one for one in repository.diagnostics if whole or holds(one.path)]
    helpers = [one for one in repository.globals.values() if holds(one.spec, one.body)]
    if not (policies or helpers or found):
        where = ", ".join(target.typed or target.path for target in selection.targets)
        raise SelectionError(f"nothing to check in {where}: there is neither policy nor global")
    unique = dict.fromkeys(found)
    return len(policies), tuple(sorted(unique, key=lambda one: (one.path, one.line, one.column)))
