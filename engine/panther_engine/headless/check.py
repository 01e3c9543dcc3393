"""Finds faults in specs, bodies and globals without running any code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from panther_engine.headless.request import select_paths
from panther_engine.model import Diagnostic, Level
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.selection.looked import explain_nothing, note_settings
from panther_engine.reading.selection.notes import Note, note_of
from panther_engine.reading.selection.strangers import note_strangers
from panther_engine.reading.selection.targets import NothingFoundError, Selection, target_holds
from panther_engine.values.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check came to."""

    root: str
    """Absolute path of the repository."""
    policies: int
    """How many policies were looked at."""
    diagnostics: tuple[Diagnostic, ...]
    """Sorted by place; those of one that only informs of the checkout are among them."""
    informing: tuple[Diagnostic, ...] = ()
    """Those of them that only inform of what was read and what was not."""
    notes: tuple[Note, ...] = ()
    """What was left out, and why."""

    @property
    def passed(self) -> bool:
        """Whether nothing keeps a policy from running."""
        return not any(one.severity is Level.ERROR for one in self.diagnostics)


class NothingToCheckError(NothingFoundError):
    """There is neither a policy nor a global; `findings` say what was left out."""

    def __init__(self, root: str, message: str, notes: Sequence[Note]) -> None:
        super().__init__(message, notes)
        told = (Note("nothing-checked", message), *self.notes)
        self.findings = Findings(root, 0, (), notes=told)


def check_paths(paths: Sequence[str], here: Path) -> Findings:
    """Find faults in what paths mean that were typed in the directory `here`.

    Raises SelectionError when there is no such path, and NothingToCheckError when there is nothing
    to check in it.
    """
    return check_selection(select_paths(paths, here), asked=bool(paths))


def check_selection(selection: Selection, *, asked: bool) -> Findings:
    """Find faults in a selection; `asked` if the user named paths. Raises NothingToCheckError."""
    repository = load_repository(selection.root, selection.scopes)
    notes = (
        *note_strangers(selection, repository, "checked"),
        *note_settings(selection, repository, asked),
    )
    policies, found = _findings_in(selection, repository, notes)
    informing = tuple(one for one in repository.diagnostics if one.severity is Level.INFO)
    return Findings(str(selection.root), policies, found, informing, notes)


def _findings_in(
    selection: Selection, repository: Repository, notes: Sequence[Note]
) -> tuple[int, tuple[Diagnostic, ...]]:
    """How many policies the selection holds, and what was found in it."""

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
        raise NothingToCheckError(str(selection.root), message, told)
    unique = dict.fromkeys(found)
    return len(policies), tuple(sorted(unique, key=lambda one: (one.path, one.line, one.column)))
