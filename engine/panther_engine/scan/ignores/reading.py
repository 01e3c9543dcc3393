"""Reads a file of ignores: YAML, a list of entries, each with its line.

An entry that is malformed ignores nothing and is told: a typo must never hide anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from panther_engine.model import Diagnostic, JsonValue, Level
from panther_engine.reading.spec.document import Document, load_document
from panther_engine.reading.storage.read_regular import read_regular
from panther_engine.scan.ignores.entries import Ignore
from panther_engine.text.suggest import did_you_mean

MALFORMED = "malformed-ignore"
KEYS = ("policy", "resource", "why", "by", "until")
REQUIRED = ("policy", "resource", "why")
LARGEST = 16 << 20
"""Bytes of a file of ignores."""
HINT = "entries are `- policy:`, `resource:`, `why:`, and if wanted `by:` and `until: 2030-12-31`"


def read_ignores(file: Path, shown: str) -> tuple[list[Ignore], list[Diagnostic]]:
    """The entries of a file, and what is wrong with the others. Raises OSError.

    `shown` is how the file is called in what is told.
    """
    document = load_document(read_regular(file, LARGEST), "ignores.yml")
    if isinstance(document, Diagnostic):
        told = f"{document.message}: nothing is ignored"
        return [], [_problem(shown, document.line, told, document.hint)]
    if document.data is None:
        return [], []
    if not isinstance(document.data, list):
        return [], [_problem(shown, 1, "expected a list of ignores: nothing is ignored", HINT)]
    entries, problems = [], []
    for at, value in enumerate(document.data):
        span = document.value_span(at)
        found = take_entry(value, shown, 1 if span is None else span.line)
        if isinstance(found, Ignore):
            entries.append(found)
        else:
            problems.append(_at_key(found, document, at, value))
    return entries, problems


def take_entry(
    value: JsonValue, path: str, line: int, *, exact: bool = False, why: str = ""
) -> Ignore | Diagnostic:
    """An entry, or what is wrong with it; `why` stands in for a reason that is not given."""
    if not isinstance(value, dict):
        return _problem(path, line, "expected an entry with `policy`, `resource` and `why`", HINT)
    given: Mapping[str, JsonValue] = {"why": why, **value} if why else value
    for key in given:
        if key not in KEYS:
            meant = did_you_mean(str(key), KEYS)
            return _problem(path, line, f"unknown key `{key}`: nothing is ignored by it", meant)
    for key in REQUIRED:
        one = given.get(key)
        if not isinstance(one, str) or not one.strip():
            said = "is missing" if key not in given else "is no text"
            return _problem(path, line, f"`{key}` {said}: nothing is ignored by it", HINT)
    by = given.get("by", "")
    if not isinstance(by, str):
        return _problem(path, line, "`by` is no text: nothing is ignored by it", HINT)
    until = _day(given.get("until"))
    if until == "":
        shown = str(given["until"])[:40]
        said = f"`until` is no day, but `{shown}`: nothing is ignored by it"
        return _problem(path, line, said, "write a day as `until: 2030-12-31`")
    assert not isinstance(until, str)
    texts = {key: str(given[key]) for key in REQUIRED}
    return Ignore(
        texts["policy"], texts["resource"], texts["why"].strip(), path, line, by, until, exact
    )


def _day(value: object) -> date | str | None:
    """A day; None if there is none; an empty text for what is none."""
    if value is None:
        return None
    if isinstance(value, date):
        return value if type(value) is date else ""
    try:
        return date.fromisoformat(str(value)) if isinstance(value, str) else ""
    except ValueError:
        return ""


def _at_key(found: Diagnostic, document: Document, at: int, value: JsonValue) -> Diagnostic:
    """The problem at the key that it names, if that key is there."""
    if isinstance(value, dict):
        for key in value:
            span = document.key_span(at, key) if isinstance(key, str) else None
            if span is not None and f"`{key}`" in found.message.split(":")[0]:
                return _problem(found.path, span.line, found.message, found.hint)
    return found


def _problem(path: str, line: int, message: str, hint: str) -> Diagnostic:
    return Diagnostic(path, line, 0, Level.WARNING, MALFORMED, message, hint)
