"""Results of the last session, to be on the screen before the first run has verified them.

One JSON file for each repository in the user's cache directory, never in the checkout. A result is
remembered with a key of all that it was made from, and forgotten when any of that has changed.
Whatever cannot be read is as if it were not there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

import panther_engine
from panther_engine.model import (
    Diagnostic,
    Failure,
    Frame,
    FunctionResult,
    JsonValue,
    Level,
    Outcome,
    PolicyResult,
    Status,
    TestResult,
    Verdict,
)
from panther_engine.reading.repository.dependencies import globals_used
from panther_engine.reading.repository.repository import Repository
from panther_engine.storage.decode import mapping, number, sequence, text
from panther_engine.storage.files import cache_file, read_json, write_json

VERSION = 1


def memory_file(root: Path) -> Path:
    """Where the results of the repository at `root` are kept."""
    return cache_file("results", root)


def key_of(repository: Repository, spec: str, python: str) -> str:
    """What a policy's result is made from, as a digest."""
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


def recall(file: Path, repository: Repository, python: str) -> tuple[PolicyResult, ...]:
    """The remembered results that are still made from what the repository holds."""
    try:
        document = mapping(read_json(file))
        if document.get("version") != VERSION:
            return ()
        kept = {spec: mapping(entry) for spec, entry in mapping(document["results"]).items()}
        return tuple(
            _result(spec, repository.generation, mapping(entry["result"]))
            for spec, entry in kept.items()
            if spec in repository.policies and entry["key"] == key_of(repository, spec, python)
        )
    except (ValueError, KeyError):
        return ()


def remember(
    file: Path, repository: Repository, python: str, results: Iterable[PolicyResult]
) -> None:
    """Keep these results for the next start. Raises OSError."""
    entries = {
        result.spec: {"key": key_of(repository, result.spec, python), "result": asdict(result)}
        for result in results
        if result.spec in repository.policies
    }
    write_json(file, {"version": VERSION, "results": entries})


def _result(spec: str, generation: int, entry: Mapping[str, JsonValue]) -> PolicyResult:
    return PolicyResult(
        spec=spec,
        generation=generation,
        status=Status(text(entry["status"])),
        results=tuple(_test(mapping(test)) for test in sequence(entry["results"])),
        diagnostics=tuple(_diagnostic(mapping(it)) for it in sequence(entry["diagnostics"])),
        loaded=tuple(text(path) for path in sequence(entry["loaded"])),
        duration_ms=number(entry["duration_ms"]),
    )


def _test(entry: Mapping[str, JsonValue]) -> TestResult:
    error = entry["error"]
    return TestResult(
        name=text(entry["name"]),
        line=int(number(entry["line"])),
        expected=entry["expected"] is True,
        verdict=Verdict(text(entry["verdict"])),
        outcome=Outcome(text(entry["outcome"])),
        duration_ms=number(entry["duration_ms"]),
        functions={
            name: FunctionResult(
                function["output"],
                None if function["error"] is None else text(function["error"]),
                function["matched"] is True,
            )
            for name, found in mapping(entry["functions"]).items()
            for function in [mapping(found)]
        },
        error=None if error is None else _failure(mapping(error)),
        output=text(entry["output"]),
        mutated=entry["mutated"] is True,
    )


def _failure(entry: Mapping[str, JsonValue]) -> Failure:
    return Failure(
        text(entry["type"]),
        text(entry["message"]),
        text(entry["path"]),
        int(number(entry["line"])),
        tuple(_frame(mapping(frame)) for frame in sequence(entry["frames"])),
    )


def _frame(entry: Mapping[str, JsonValue]) -> Frame:
    return Frame(
        text(entry["path"]),
        int(number(entry["line"])),
        text(entry["function"]),
        text(entry["source"]),
    )


def _diagnostic(entry: Mapping[str, JsonValue]) -> Diagnostic:
    return Diagnostic(
        text(entry["path"]),
        int(number(entry["line"])),
        int(number(entry["column"])),
        Level(text(entry["severity"])),
        text(entry["code"]),
        text(entry["message"]),
        text(entry["hint"]),
    )
