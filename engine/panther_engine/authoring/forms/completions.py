"""What fits where one types: names of the catalogue and of the checkout."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from panther_engine.authoring.forms.fields import SEVERITY_GUIDE, FormField, FormKind
from panther_engine.authoring.forms.lists import item_at, join_items, split_items
from panther_engine.authoring.forms.texts import Texts
from panther_engine.authoring.resources.types import resource_type, said_of
from panther_engine.reading.spec.catalogue import RESOURCE_TYPES, fields_of, meaning_of
from panther_engine.values.forms import Surroundings

LIMIT = 60
"""Completions that are offered at once."""


@dataclass(frozen=True, slots=True)
class Completion:
    """One thing that fits: how lists show it, and the field once it is taken."""

    label: str
    note: str
    text: str
    cursor: int
    """Where to go on typing, a 0-based place in `text`."""


def complete(
    field: FormField, text: str, cursor: int, texts: Texts, around: Surroundings
) -> tuple[Completion, ...]:
    """What fits at the cursor, what begins like it first."""
    several = field.kind in (FormKind.LIST, FormKind.PAIRS)
    start, end = item_at(text, cursor) if several else (0, len(text))
    typed = text[start:cursor] if several else text[:cursor]
    chosen = set(split_items(text[:start] + text[end:])) if several else set()
    names = [(name, note) for name, note in _names(field, typed, texts, around)]
    is_whole = any(name == text for name, _ in names)
    if field.kind is FormKind.ONE_OF and is_whole:
        typed = ""  # all the others can be had by an arrow
    fitting = _fitting((it for it in names if it[0] not in chosen), typed)
    return tuple(_taken(name, note, field, text, (start, end)) for name, note in fitting[:LIMIT])


def _taken(name: str, note: str, field: FormField, text: str, span: tuple[int, int]) -> Completion:
    start, end = span
    if field.kind not in (FormKind.LIST, FormKind.PAIRS):
        return Completion(name, note, name, len(name))
    goes_on = name.endswith("=")
    written = name if goes_on else join_items((name,))
    rest = text[end:]
    if not rest.strip(" ,") and not goes_on:
        whole = f"{text[:start]}{written}, "
        return Completion(name, note, whole, len(whole))
    whole = text[:start] + written + rest
    return Completion(name, note, whole, start + len(written))


def _fitting(names: Iterable[tuple[str, str]], typed: str) -> list[tuple[str, str]]:
    """What fits: names that begin so, then names that have a part that does, then notes."""
    wanted = typed.strip().casefold()
    ranked = [
        (rank, name, note)
        for name, note in names
        if name != typed.strip() and (rank := _rank(name.casefold(), note, wanted)) is not None
    ]
    return [(name, note) for _, name, note in sorted(ranked, key=lambda it: it[0])]


def _rank(name: str, note: str, wanted: str) -> int | None:
    if name.startswith(wanted) or name.removeprefix("aws.").startswith(wanted):
        return 0
    if any(part.startswith(wanted) for part in name.split(".")):
        return 1
    if wanted in name:
        return 2
    return 3 if _says(f"{name} {note}".casefold(), wanted) else None


def _says(text: str, wanted: str) -> bool:
    """Whether each word that is wanted begins one of the text."""
    begins = re.split(r"[^\w]+", text)
    return all(any(it.startswith(word) for it in begins) for word in wanted.split())


def _names(
    field: FormField, typed: str, texts: Texts, around: Surroundings
) -> Iterable[tuple[str, str]]:
    match field.key:
        case "ResourceTypes":
            return [(name, meaning_of(name)) for name in RESOURCE_TYPES]
        case "Severity":
            return SEVERITY_GUIDE
        case "Tags":
            return [(name, "") for name in around.tags]
        case "Reports":
            return _sections(typed, around)
        case "OutputIds":
            return [(name, "") for name in around.outputs]
        case "Suppressions":
            return [(name, "") for name in around.suppressions]
        case "Folder":
            used = dict(around.usual)
            types = split_items(texts.get("ResourceTypes", ""))
            usual = {used[name] for name in types if name in used}
            note = "where this type's policies are"
            return [(name, note if name in usual else "") for name in around.folders]
        case "Field":
            sign = "not " if typed.startswith("not ") else ""
            return [(sign + name, note) for name, note in _fields(texts)]
        case _:
            return ()


def _sections(typed: str, around: Surroundings) -> list[tuple[str, str]]:
    key, separator, _ = typed.partition("=")
    if not separator:
        return [(f"{name}=", f"{len(values)} sections in use") for name, values in around.reports]
    held = dict(around.reports).get(key.strip(), ())
    return [(f"{key.strip()}={value}", "") for value in held]


def _fields(texts: Texts) -> list[tuple[str, str]]:
    types = split_items(texts.get("ResourceTypes", ""))
    shared = [set(fields_of(name)) for name in types]
    kind = resource_type(types[0]) if types else None
    if kind is None:
        return []
    found = []
    for field in kind.fields:
        if all(field.name in names for names in shared):
            found.append((field.name, said_of(field)))
            found += [(f"{field.name}.{key}", "") for key in field.keys if field.type == "map"]
    return found
