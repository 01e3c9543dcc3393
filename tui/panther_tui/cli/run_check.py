"""`panther-tui check`: what is wrong with specs and bodies, without running any code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from panther_engine.model import Diagnostic, Level
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import load_pat_settings
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.selection.looked import explain_nothing, note_settings
from panther_engine.reading.selection.notes import Note, note_of
from panther_engine.reading.selection.strangers import note_strangers
from panther_engine.reading.selection.targets import (
    NothingFoundError,
    Selection,
    resolve,
    target_holds,
)
from panther_engine.report.text.findings import render_findings
from panther_engine.report.text.paint import WARN_MARK, Paint
from panther_engine.text.clean import clean_text
from panther_tui.cli.streams import say, say_document, wants_colour


def run_check(
    paths: Sequence[str], here: Path, format_name: str, verbosity: int, allow_empty: bool = False
) -> int:
    """Report what is found; returns the exit code: 0, or 1 if something cannot run.

    Raises SelectionError when there is no such path, and NothingFoundError when there is nothing to
    check, unless `allow_empty` is set.
    """
    selection = resolve(paths, here, lambda root: load_pat_settings(root).path)
    repository = load_repository(selection.root, selection.scopes)
    notes = (
        *note_strangers(selection, repository, "checked"),
        *note_settings(selection, repository, bool(paths)),
    )
    root, own = str(selection.root), str(here)
    try:
        policies, found = findings_in(selection, repository, notes)
    except NothingFoundError as nothing:
        if format_name != "text":
            why = (Note("nothing-checked", nothing.message), *nothing.notes)
            say_document(_document(format_name, root, 0, (), why))
        if not allow_empty:
            raise
        say(f"{WARN_MARK} {clean_text(str(nothing))}\n", sys.stderr)
        return 0
    if format_name == "text":
        informs = [one for one in repository.diagnostics if one.severity is Level.INFO]
        told = (*notes, *(note_of(one) for one in found if one in informs))
        rest = [one for one in found if one not in informs]
        paint = Paint(wants_colour(sys.stdout))
        say(render_findings(root, policies, rest, paint, verbosity, own, told))
    else:
        say_document(_document(format_name, root, policies, found, notes))
    return int(any(one.severity is Level.ERROR for one in found))


def _document(
    name: str, root: str, policies: int, found: Sequence[Diagnostic], notes: Sequence[Note]
) -> str:
    if name == "json":
        from panther_engine.report.json import render_findings_json

        return render_findings_json(root, policies, found, notes)
    from panther_engine.report.github import render_findings_github
    from panther_engine.report.workspace import find_workspace

    return render_findings_github(found, find_workspace(root), notes)


def findings_in(
    selection: Selection, repository: Repository, notes: Sequence[Note] = ()
) -> tuple[int, tuple[Diagnostic, ...]]:
    """How many policies the selection holds, and what was found in it.

    Raises NothingFoundError, with the notes, if it holds neither a policy nor a global nor a fault.
    """

    def holds(*paths: str) -> bool:
        return any(target_holds(target, path) for target in selection.targets for path in paths)

    policies = [one for one in repository.policies.values() if holds(one.spec, one.body)]
    found = [one for policy in policies for one in policy.diagnostics]
    found += [one for one in repository.diagnostics if selection.whole or holds(one.path)]
    helpers = [one for one in repository.globals.values() if holds(one.spec, one.body)]
    if not (policies or helpers or any(one.severity is not Level.INFO for one in found)):
        why = explain_nothing(selection, repository, "panther-tui check")
        told = (*notes, *map(note_of, found), *why)
        message = f"nothing to check in {selection.said}: there is neither policy nor global"
        raise NothingFoundError(message, told)
    unique = dict.fromkeys(found)
    return len(policies), tuple(sorted(unique, key=lambda one: (one.path, one.line, one.column)))
