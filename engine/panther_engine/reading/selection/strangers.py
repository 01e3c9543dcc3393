"""Files that were handed over and are no policies: what they are instead.

A hook hands over whatever is part of a commit. That is no fault, but it is told.
"""

from __future__ import annotations

from panther_engine.model import Diagnostic
from panther_engine.reading.repository.dependencies import users_of
from panther_engine.reading.repository.folders import parent_of
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.repository.sources import SourceFile
from panther_engine.reading.selection.notes import Note, name_some
from panther_engine.reading.selection.targets import Selection, Target
from panther_engine.reading.spec.document import load_document
from panther_engine.text.one_line import one_line

UNKNOWN = "no-policy"
"""The code of the note of files that belong to no detection."""


def strangers_in(selection: Selection, repository: Repository) -> tuple[Target, ...]:
    """The files asked for that belong neither to a policy nor to a global and have no finding."""
    own = {path for one in repository.policies.values() for path in (one.spec, one.body)}
    own |= {path for one in repository.globals.values() for path in (one.spec, one.body)}
    own |= {found.path for found in repository.diagnostics}
    return tuple(
        target
        for target in selection.targets
        if not target.folder and target.path not in own and not users_of(repository, target.path)
    )


def note_strangers(
    selection: Selection, repository: Repository, done: str = "tested"
) -> tuple[Note, ...]:
    """What was passed over of the files asked for, by what they are; `done` is what policies are.

    Examples: `rules/x.py: a rule: only policies are tested`, `2 files are no policies: a, b`.
    """
    kinds: dict[str, list[str]] = {}
    unknown = list(selection.passed_over)
    for target in strangers_in(selection, repository):
        kind = _kind_of(target.path, repository)
        name = target.typed or target.path
        (kinds.setdefault(kind, []) if kind else unknown).append(name)
    notes = [
        Note(
            "other-detection",
            f"{name_some(names)}: {_said(kind, len(names))}: only policies are {done}",
            tuple(names),
        )
        for kind, names in kinds.items()
    ]
    if unknown:
        said = (
            "1 file is no policy" if len(unknown) == 1 else f"{len(unknown)} files are no policies"
        )
        notes.append(Note(UNKNOWN, f"{said}: {name_some(unknown)}", tuple(unknown)))
    return tuple(notes)


def note_unused(selection: Selection, repository: Repository) -> tuple[Note, ...]:
    """The globals asked for that no policy uses, so that nothing runs for them."""
    names = [
        target.typed or target.path
        for target in selection.targets
        if not target.folder
        and _is_global(target.path, repository)
        and not users_of(repository, target.path)
    ]
    if not names:
        return ()
    said = "a global that no policy uses" if len(names) == 1 else "globals that no policy uses"
    return (Note("unused-global", f"{name_some(names)}: {said}", tuple(names)),)


def _is_global(path: str, repository: Repository) -> bool:
    return any(path in (one.spec, one.body) for one in repository.globals.values())


def _kind_of(path: str, repository: Repository) -> str:
    """The analysis type of the detection that a file is the spec or the body of, or nothing."""
    if (other := repository.others.get(path)) is not None:
        return other.analysis_type
    name = path.rpartition("/")[2]
    beside = (it for it in repository.others.values() if parent_of(it.spec) == parent_of(path))
    return next((it.analysis_type for it in beside if _body_of(it.spec, repository) == name), "")


def _body_of(spec: str, repository: Repository) -> str:
    source = repository.memory.sources.read(spec)
    document = load_document(source.content, spec) if isinstance(source, SourceFile) else None
    if document is None or isinstance(document, Diagnostic) or not isinstance(document.data, dict):
        return ""
    return str(document.data.get("Filename", ""))


def _said(kind: str, number: int) -> str:
    """`a rule`, `an odd thing`, `scheduled rules`."""
    words = one_line(kind.replace("_", " "))
    if number > 1:
        return f"{words.removesuffix('y')}ies" if words.endswith("y") else f"{words}s"
    return f"an {words}" if words[:1] in "aeiou" else f"a {words}"
