"""Where other files of a checkout speak of a policy by its ID."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from yaml.nodes import ScalarNode

from panther_engine.authoring.edits.apply import Edited, apply_steps
from panther_engine.authoring.edits.spec_text import read_spec
from panther_engine.authoring.edits.steps import Put, RefusedError
from panther_engine.reading.storage.read_regular import read_regular

_SUFFIXES = frozenset(
    [".cfg", ".csv", ".ini", ".json", ".md", ".py", ".rst", ".toml", ".txt", ".yaml", ".yml"]
)
_SIZE_LIMIT = 8 << 20
_SKIPPED = frozenset({"__pycache__", "node_modules", "venv", "env"})


@dataclass(frozen=True, slots=True)
class Reference:
    """A file that names a policy."""

    path: str
    lines: tuple[int, ...]
    """1-based."""
    content: bytes


def find_references(root: Path, policy_id: str, besides: frozenset[str]) -> tuple[Reference, ...]:
    """The files of a checkout that name an ID, without those `besides`; unreadable ones left out.

    Hidden folders are not looked into.
    """
    exact = _exactly(policy_id)
    found = []
    for path in _files(root):
        if path in besides:
            continue
        try:
            content = read_regular(root / path, _SIZE_LIMIT)
        except OSError:
            continue
        if policy_id.encode() not in content:
            continue
        lines = content.decode("utf-8", "replace").splitlines()
        hits = tuple(number for number, line in enumerate(lines, 1) if exact.search(line))
        if hits:
            found.append(Reference(path, hits, content))
    return tuple(found)


def rename_in_pack(reference: Reference, old: str, new: str) -> Edited | None:
    """A pack with the ID renamed; None if the file is no pack, or it does not stand there once."""
    if not reference.path.endswith((".yml", ".yaml")):
        return None
    try:
        spec = read_spec(reference.content, reference.path)
    except RefusedError:
        return None
    data = spec.data
    if not isinstance(data, dict) or data.get("AnalysisType") != "pack":
        return None
    definition = data.get("PackDefinition")
    ids = definition.get("IDs") if isinstance(definition, dict) else None
    places = [at for at, held in enumerate(ids) if held == old] if isinstance(ids, list) else []
    if len(places) != 1 or not isinstance(
        spec.find(("PackDefinition", "IDs", places[0])), ScalarNode
    ):
        return None
    step = Put(("PackDefinition", "IDs", places[0]), new)
    done = apply_steps(reference.content, reference.path, (step,))
    return done if isinstance(done, Edited) else None


def _exactly(policy_id: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-]){re.escape(policy_id)}(?![\w-]|\.\w)")


def _files(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(it for it in folders if not it.startswith(".") and it not in _SKIPPED)
        for name in sorted(names):
            if os.path.splitext(name)[1].lower() in _SUFFIXES:
                yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
