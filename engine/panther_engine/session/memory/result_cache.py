"""Keeps the results of a session, for the next one to show until its first run replaces them.

There is one JSON file per repository, in the user's cache directory and never in the checkout. A
result is kept with a digest of everything that it was made from, and is not used once any of that
has changed.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

import panther_engine
from panther_engine.model import PolicyResult
from panther_engine.reading.repository.dependencies import globals_used
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.storage.files import cache_file
from panther_engine.reading.storage.kept import Tell, load_json, save_json
from panther_engine.values.frozen import dataclass

VERSION = 1


def results_file(root: Path) -> Path:
    """Where the results of the repository at `root` are kept."""
    return cache_file("results", root)


def key_of(repository: Repository, spec: str, python: str) -> str:
    """A digest of everything that a policy's result is made from."""
    policy = repository.policies[spec]
    bodies = [
        repository.globals[name].body
        for name in globals_used(repository, spec)
        if name in repository.globals
    ]
    hashed = hashlib.blake2b(digest_size=16)
    for part in (panther_engine.__version__, python, policy.id):
        hashed.update(part.encode("utf-8", "surrogatepass") + b"\0")
    for path in (spec, policy.body, *bodies):
        source = repository.files.get(path)
        hashed.update((source.digest if source else "-").encode() + b"\0")
    return hashed.hexdigest()


@dataclass(frozen=True, slots=True)
class _KeptResult:
    """A result and what it was made from."""

    key: str
    result: PolicyResult


@dataclass(frozen=True, slots=True)
class _Kept:
    """The file: results by spec path."""

    version: int
    results: dict[str, _KeptResult]


def load_results(
    file: Path, repository: Repository, python: str, tell: Tell
) -> tuple[PolicyResult, ...]:
    """The results in the file that are still made from what the repository holds.

    `tell` is called with a sentence if the file had to be discarded.
    """
    kept = load_json(file, _Kept, VERSION, tell)
    if kept is None:
        return ()
    return tuple(
        replace(entry.result, spec=spec, generation=repository.generation)
        for spec, entry in kept.results.items()
        if spec in repository.policies
        and _is_sane(entry.result)
        and entry.key == key_of(repository, spec, python)
    )


def save_results(
    file: Path, repository: Repository, python: str, results: Iterable[PolicyResult]
) -> None:
    """Keep these results for the next start. Raises OSError."""
    entries = {
        result.spec: {"key": key_of(repository, result.spec, python), "result": asdict(result)}
        for result in results
        if result.spec in repository.policies
    }
    save_json(file, {"version": VERSION, "results": entries})


def _is_sane(result: PolicyResult) -> bool:
    """Whether its durations can be added up and shown."""
    times = (result.duration_ms, *(test.duration_ms for test in result.results))
    return all(math.isfinite(time) for time in times)
