"""Collects what the screen needs to show one policy or file: its texts and resources."""

from __future__ import annotations

from panther_engine.events import PolicyOpened, SourceOpened
from panther_engine.reading.repository.dependencies import globals_used
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.storage.read_regular import LARGEST, read_text


def open_policy(repository: Repository, spec: str) -> PolicyOpened | None:
    """All of a policy at this generation; None if it is gone."""
    policy = repository.policies.get(spec)
    if policy is None:
        return None
    used = globals_used(repository, spec)
    return PolicyOpened(
        repository.generation,
        policy,
        _text(repository, spec),
        _text(repository, policy.body),
        tuple(repository.globals[name].body for name in used if name in repository.globals),
    )


def open_source(repository: Repository, path: str) -> SourceOpened:
    """The text of a file: of this generation if the repository holds it, else from the disk."""
    known = repository.files.get(path)
    if known is not None:
        return SourceOpened(path, known.content.decode("utf-8", "replace"))
    try:
        return SourceOpened(path, read_text(repository.root / path, LARGEST))
    except (OSError, ValueError):
        return SourceOpened(path, None)


def _text(repository: Repository, path: str) -> str:
    source = repository.files.get(path)
    return source.content.decode("utf-8", "replace") if source else ""
