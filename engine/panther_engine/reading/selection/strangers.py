"""Reports files on the command line that are not policies, and what they are instead.

A pre-commit hook passes every file of a commit. That is not an error, but it is worth a note.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from panther_engine.reading.repository.dependencies import users_of
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.repository.sources import SourceFile
from panther_engine.reading.repository.walk.folders import join, parent_of
from panther_engine.reading.selection.notes import Note, name_some
from panther_engine.reading.selection.targets import Selection, Target
from panther_engine.text.one_line import one_line

UNKNOWN = "no-policy"
"""The code of the note of files that belong to no detection."""

_FILENAME = re.compile(rb"""^\s*["']?Filename["']?\s*:\s*["']?([^"'#,\r\n]+)""", re.MULTILINE)


def strangers_in(selection: Selection, repository: Repository) -> tuple[Target, ...]:
    """The files asked for that belong neither to a policy nor to a global and have no finding."""
    files = [target for target in selection.targets if not target.folder]
    if not files:
        return ()
    own = {path for one in repository.policies.values() for path in (one.spec, one.body)}
    own |= {path for one in repository.globals.values() for path in (one.spec, one.body)}
    own |= {found.path for found in repository.diagnostics}
    return tuple(target for target in files if target.path not in own)


def note_strangers(
    selection: Selection, repository: Repository, done: str = "tested"
) -> tuple[Note, ...]:
    """What was passed over of the files asked for, by what they are; `done` is what policies are.

    Examples: `rules/x.py: a rule: only policies are tested`, `2 files are no policies: a, b`.
    """
    kinds: dict[str, list[str]] = {}
    unknown = list(selection.passed_over)
    strangers = strangers_in(selection, repository)
    known = _kinds_of({target.path for target in strangers}, repository)
    for target in strangers:
        kind = known.get(target.path, "")
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


def _kinds_of(paths: Collection[str], repository: Repository) -> dict[str, str]:
    """Analysis types of the detections that these files are specs or bodies of, by path."""
    folders = {parent_of(path) for path in paths}
    found: dict[str, str] = {}
    for spec, other in repository.others.items():
        if (folder := parent_of(spec)) in folders:
            found[spec] = other.analysis_type
            if body := _body_of(spec, repository):
                found.setdefault(join(folder, body), other.analysis_type)
    return found


def _body_of(spec: str, repository: Repository) -> str:
    """What a spec names as its body, at a glance: it only decides how a file is called."""
    source = repository.memory.sources.read(spec)
    repository.memory.sources.slim(spec)
    match = _FILENAME.search(source.content) if isinstance(source, SourceFile) else None
    return match[1].decode("utf-8", "replace").strip() if match else ""


def _said(kind: str, number: int) -> str:
    """`a rule`, `an odd thing`, `scheduled rules`."""
    words = one_line(kind.replace("_", " "))
    if number > 1:
        return f"{words.removesuffix('y')}ies" if words.endswith("y") else f"{words}s"
    return f"an {words}" if words[:1] in "aeiou" else f"a {words}"
