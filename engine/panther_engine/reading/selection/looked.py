"""Explains an empty selection: where we looked for policies and what we found there instead."""

from __future__ import annotations

from collections import Counter

from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.repository.walk.discover import FOLDER_PATTERNS, SETTINGS_NAME
from panther_engine.reading.repository.walk.folders import is_spec_name, join, parent_of
from panther_engine.reading.selection.notes import Note, name_some
from panther_engine.reading.selection.targets import Selection
from panther_engine.text.one_line import one_line

NESTED = "nested-repository"
"""The code of the finding that a directory is a repository of its own."""


def explain_nothing(selection: Selection, repository: Repository, command: str) -> tuple[Note, ...]:
    """What was looked for, where, what was found of other kinds, and what to do.

    `command` is the one to begin again with, such as `panther-tui test`. Nothing is said of files.
    """
    if not any(target.folder for target in selection.targets):
        return ()
    said = "looked for `.yml`, `.yaml` and `.json` files with `AnalysisType: policy`"
    if "." in selection.scopes:
        names = sorted(pattern.strip("*/") for pattern in FOLDER_PATTERNS)
        said += f", as PAT does in folders named {', '.join(names)}"
    where = f"in {selection.root}" if selection.scopes == (".",) else f"below {selection.root}"
    notes = [Note("looked-for", f"{said}, {where}")]
    kinds = Counter(one_line(it.analysis_type) for it in repository.others.values())
    kinds["global"] += len(repository.globals)
    found = [f"{number} of type {kind}" for kind, number in sorted(kinds.items()) if number]
    if found:
        notes.append(Note("other-specs", f"found specs of other types: {', '.join(found)}"))
    unread = _unread_folders(repository)
    if unread:
        notes.append(
            Note(
                "unread-folders",
                f"YAML or JSON files lie in folders of other names: {name_some(unread)};"
                f" name the one with your policies: `{command} {unread[0]}`",
                unread,
            )
        )
    else:
        own = [parent_of(it.path) for it in repository.diagnostics if it.code == NESTED]
        notes.append(
            Note(
                "to-do",
                f"name the folder with your policies: `{command} {own[0] if own else 'FOLDER'}`;"
                " or see how it looks: `panther-tui demo`",
            )
        )
    return tuple(notes)


def note_settings(selection: Selection, repository: Repository, asked: bool) -> tuple[Note, ...]:
    """What PAT's settings file leaves out of a walk; `asked` if the user named paths."""
    settings, notes = repository.settings, []
    if not asked and settings.path != "." and selection.scopes != (".",):
        said = f"only {settings.path} was looked at: `path` in {SETTINGS_NAME} says so"
        notes.append(Note("settings-path", said))
    ignored = tuple(path for path in settings.ignore_files if (repository.root / path).is_file())
    if ignored:
        said = f"left out by `ignore_files` in {SETTINGS_NAME}: {name_some(ignored)}"
        notes.append(Note("ignored", said, ignored))
    return tuple(notes)


def _unread_folders(repository: Repository) -> tuple[str, ...]:
    """Top folders that hold files named like specs, none of which was read."""
    listing = repository.listing
    found: dict[str, None] = {}
    for path, folder in listing.folders.items():
        if folder.environment or path == ".":
            continue
        names = [name for name in folder.files if is_spec_name(name)]
        if names and not any(join(path, name) in listing.files for name in names):
            found[path.split("/")[0]] = None
    return tuple(found)
