"""A policy copied, renamed or deleted, as changes of files and what is to be told of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from panther_engine.authoring.edits.apply import Edited, apply_steps
from panther_engine.authoring.edits.spec_text import read_spec
from panther_engine.authoring.edits.steps import Put, Refusal, RefusedError
from panther_engine.authoring.policies.names import file_stem
from panther_engine.authoring.policies.references import Reference, rename_in_pack
from panther_engine.text.one_line import shorten
from panther_engine.values.edits import FileChange


@dataclass(frozen=True, slots=True)
class Pair:
    """A policy's two files, from the root; the body is empty bytes if there is none."""

    id: str
    spec: str
    spec_text: bytes
    body: str
    body_text: bytes | None
    shared_by: tuple[str, ...] = ()
    """Other specs with the same body."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What would be written, and what else is worth knowing."""

    files: tuple[FileChange, ...]
    notes: tuple[str, ...] = ()


def copy_policy(pair: Pair, policy_id: str, name: str, folder: str) -> Changes | Refusal:
    """A second policy with the same tests and code, under another ID, name and file names."""
    spec, body = _places(policy_id, folder, pair)
    edited = _renamed(pair, policy_id, body, name)
    if isinstance(edited, Refusal):
        return edited
    files = [FileChange(spec, None, edited.after)]
    if pair.body_text is None:
        return Changes(tuple(files), ("There is no body to copy.",))
    return Changes((*files, FileChange(body, None, pair.body_text)))


def rename_policy(
    pair: Pair, policy_id: str, references: tuple[Reference, ...]
) -> Changes | Refusal:
    """Another ID and, with it, other file names; packs that name it once follow."""
    folder = str(PurePosixPath(pair.spec).parent)
    spec, body = _places(policy_id, folder, pair)
    notes = []
    if pair.body_text is None or pair.shared_by:
        body = pair.body
        if pair.shared_by:
            notes.append(f"{pair.body} keeps its name: {pair.shared_by[0]} has it too.")
    edited = _renamed(pair, policy_id, body, "")
    if isinstance(edited, Refusal):
        return edited
    files = list(_moved(pair.spec, spec, pair.spec_text, edited.after))
    if pair.body_text is not None and body != pair.body:
        files += _moved(pair.body, body, pair.body_text, pair.body_text)
    for one in references:
        pack = rename_in_pack(one, pair.id, policy_id)
        if pack is None:
            notes.append(f"{_named(one)} names {pair.id} too, and is left as it is.")
        else:
            files.append(FileChange(one.path, pack.before, pack.after))
    return Changes(tuple(files), tuple(notes))


def delete_policy(pair: Pair, references: tuple[Reference, ...]) -> Changes:
    """Both files removed; a body that another spec has too stays."""
    notes = [f"{_named(one)} still names {pair.id}." for one in references]
    files = [FileChange(pair.spec, pair.spec_text, None)]
    if pair.shared_by:
        notes.insert(0, f"{pair.body} stays: {pair.shared_by[0]} has it too.")
    elif pair.body_text is not None:
        files.append(FileChange(pair.body, pair.body_text, None))
    return Changes(tuple(files), tuple(notes))


def _places(policy_id: str, folder: str, pair: Pair) -> tuple[str, str]:
    stem = file_stem(policy_id)
    suffix = PurePosixPath(pair.spec).suffix or ".yml"
    place = PurePosixPath(folder or ".")
    return str(place / f"{stem}{suffix}"), str(place / f"{stem}.py")


def _renamed(pair: Pair, policy_id: str, body: str, name: str) -> Edited | Refusal:
    try:
        data = read_spec(pair.spec_text, pair.spec).data
    except RefusedError as refused:
        return refused.refusal
    if not isinstance(data, dict):
        return Refusal("the spec is not a table of keys")
    wanted = {"PolicyID": policy_id, "Filename": PurePosixPath(body).name, "DisplayName": name}
    if body == pair.body:
        del wanted["Filename"]
    steps = [
        Put((key,), value) for key, value in wanted.items() if value and data.get(key) != value
    ]
    return apply_steps(pair.spec_text, pair.spec, steps)


def _moved(old: str, new: str, before: bytes, after: bytes) -> tuple[FileChange, ...]:
    if old == new:
        return (FileChange(old, before, after),)
    return (FileChange(new, None, after), FileChange(old, before, None))


def _named(reference: Reference) -> str:
    lines = ", ".join(map(str, reference.lines[:4]))
    more = " …" if len(reference.lines) > 4 else ""
    return f"{shorten(reference.path)}:{lines}{more}"
