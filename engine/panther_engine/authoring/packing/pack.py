"""Collects the files that PAT's `zip` would take: each spec, then its Python (PAT 1.11.1)."""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from panther_engine.model import Diagnostic, JsonValue, Level
from panther_engine.reading.repository.pat_settings import (
    Filter,
    load_pat_settings,
    matches,
    parse_filters,
)
from panther_engine.reading.repository.walk.discover import SETTINGS_NAME, find_root, list_files
from panther_engine.reading.spec.document import load_document
from panther_engine.reading.storage.read_regular import LARGEST, read_regular

NOT_SENT = ("experimental", "deprecated")
"""Values of `Status`, in any case, whose specs PAT leaves out."""
ALWAYS_SENT = ("*/global_helpers", "*data_models*")
"""Folders whose specs no filter leaves out."""
MARKS = ("policies", "global_helpers", SETTINGS_NAME)
"""What a folder has that goes."""


@dataclass(frozen=True, slots=True)
class Item:
    """A spec that goes."""

    spec: str
    """Path relative to the root, as all here."""
    kind: str
    """Its `AnalysisType`."""
    body: str
    """Of its Python; empty if it has none."""
    facts: Mapping[str, JsonValue] = field(repr=False)
    """The keys and values of the spec."""


@dataclass(frozen=True, slots=True)
class Pack:
    """What goes."""

    root: Path
    items: tuple[Item, ...]
    contents: Mapping[str, bytes] = field(repr=False)
    """By the name of the entry, in the order in which entries are written."""
    left_out: Mapping[str, int]
    """How many specs do not go, by reason."""
    problems: tuple[Diagnostic, ...] = ()
    """Why there can be no zip."""


def find_pack_root(here: Path) -> Path:
    """The folder that goes: in a checkout of more than policies, the one that holds them.

    Of `here` and what it lies in, up to the root of the checkout, the nearest that has policies,
    helpers or PAT's settings, since PAT takes the folder that it is called in.
    """
    root = find_root(here)
    start = Path(os.path.abspath(here))
    for folder in (start, *start.parents):
        if folder == root or any(os.path.lexists(folder / name) for name in MARKS):
            return folder
    return root


def collect_pack(root: Path, filters: Sequence[str] = ()) -> Pack:
    """All that goes from the checkout at `root`. Raises FilterError, OSError.

    Without filters those of `.panther_settings.yml` count, as its path does.
    """
    settings = load_pat_settings(root)
    chosen = parse_filters(filters) or settings.filters
    items: list[Item] = []
    problems: list[Diagnostic] = []
    left_out: Counter[str] = Counter()
    contents: dict[str, bytes] = {}
    for spec in list_files(root, (settings.path,), settings.ignore_files).specs:
        content = read_regular(root / spec, LARGEST)
        if spec.endswith(".json"):
            left_out["JSON, which PAT does not read"] += b'"AnalysisType"' in content
            continue
        document = load_document(content, spec)
        if isinstance(document, Diagnostic):
            problems.append(document)
            continue
        facts = document.data
        if not isinstance(facts, dict) or "AnalysisType" not in facts:
            continue
        if reason := _why_not(spec, facts, chosen):
            left_out[reason] += 1
            continue
        contents.setdefault(spec, content)
        body = ""
        if isinstance(name := facts.get("Filename"), str):
            line = getattr(document.value_span("Filename"), "line", 1)
            body = posixpath.normpath(posixpath.join(posixpath.dirname(spec), name))
            if problem := _take_body(root, spec, line, body, contents):
                problems.append(problem)
        items.append(Item(spec, str(facts["AnalysisType"]), body, facts))
    kept = {reason: count for reason, count in left_out.items() if count}
    return Pack(root, tuple(items), contents, kept, tuple(problems))


def _why_not(spec: str, facts: Mapping[str, JsonValue], filters: Sequence[Filter]) -> str:
    folder = f"./{posixpath.dirname(spec)}"
    if any(fnmatchcase(folder, pattern) for pattern in ALWAYS_SENT):
        return ""
    status = facts.get("Status")
    if isinstance(status, str) and status.lower() in NOT_SENT:
        return f"with the status {status.lower()}"
    return "" if all(matches(one, facts) for one in filters) else "by a filter"


def _take_body(
    root: Path, spec: str, line: int, body: str, contents: dict[str, bytes]
) -> Diagnostic | None:
    if body.startswith(("../", "/")) or body == "..":
        said = f"`Filename` leads out of the checkout: {body}"
        return Diagnostic(spec, line, 0, Level.ERROR, "outside", said, "put the file beside it")
    if body in contents:
        return None
    try:
        contents[body] = read_regular(root / body, LARGEST)
    except OSError as error:
        said = f"`Filename` names {body}: {error.strerror or error}"
        hint = "a server refuses the whole upload for it"
        return Diagnostic(spec, line, 0, Level.ERROR, "missing-body", said, hint)
    return None
