"""What is wrong with what stands in a form, by field, as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from panther_engine.authoring.forms.fields import FIELD_OF, FormField
from panther_engine.authoring.forms.lists import split_items
from panther_engine.authoring.forms.texts import Texts, read_pairs
from panther_engine.authoring.policies.asked import read_asked
from panther_engine.authoring.policies.names import file_stem
from panther_engine.authoring.resources.types import nearest_type
from panther_engine.model import SEVERITIES
from panther_engine.reading.check.table import FORBIDDEN
from panther_engine.reading.spec.catalogue import RESOURCE_TYPES
from panther_engine.text.one_line import shorten
from panther_engine.values.forms import Surroundings

_LONGEST = {"Description": 10_000, "Runbook": 10_000, "Reference": 10_000, "DisplayName": 1000}
"""Characters that Panther takes (OSS 1.16.0: API models)."""


def check_texts(
    fields: Iterable[FormField], texts: Texts, around: Surroundings, own: str = ""
) -> dict[str, str]:
    """What is wrong, by key; empty if all is well. `own` is the ID that may be taken: its own."""
    found = {}
    for field in fields:
        said = _check(field, texts, around, own)
        if said:
            found[field.key] = said
    return found


def places_of(texts: Texts) -> tuple[str, str]:
    """The spec and the body that a form would write, from the root."""
    stem = file_stem(texts.get("PolicyID", ""))
    folder = PurePosixPath(texts.get("Folder", "").strip() or ".")
    return str(folder / f"{stem}.yml"), str(folder / f"{stem}.py")


def _check(field: FormField, texts: Texts, around: Surroundings, own: str) -> str:
    text = texts.get(field.key, "")
    if not text.strip():
        return "needed" if field.required else ""
    longest = _LONGEST.get(field.key, 0)
    if longest and len(text) > longest:
        return f"{len(text)} characters, and Panther takes {longest}"
    special = _CHECKS.get(field.key)
    return special(text, texts, around, own) if special else ""


def _check_name(text: str, texts: Texts, around: Surroundings, own: str) -> str:
    bad = [one for one in FORBIDDEN if one in text]
    return f"Panther takes no {' '.join(bad)} here" if bad else ""


def _check_id(text: str, texts: Texts, around: Surroundings, own: str) -> str:
    taken = dict(around.ids).get(text.strip())
    if taken is not None and text.strip() != own:
        return f"taken by {taken}"
    if "Folder" in texts and not _check_folder(texts["Folder"], texts, around, own):
        there = [one for one in places_of(texts) if one in around.files]
        if there:
            return f"{there[0]} is there already"
    return _check_name(text, texts, around, own)


def _check_types(text: str, texts: Texts, around: Surroundings, own: str) -> str:
    items = split_items(text)
    for item in items:
        if item not in RESOURCE_TYPES:
            near = nearest_type(item)
            return f"no type {shorten(item)}" + (f": {near}?" if near else "")
    return _twice(items)


def _check_severity(text: str, texts: Texts, around: Surroundings, own: str) -> str:
    return "" if text.strip() in SEVERITIES else f"one of {', '.join(SEVERITIES)}"


def _check_items(text: str, texts: Texts, around: Surroundings, own: str) -> str:
    return _twice(split_items(text))


def _check_tags(text: str, texts: Texts, around: Surroundings, own: str) -> str:
    return _twice([item.lower() for item in split_items(text)])


def _check_reports(text: str, texts: Texts, around: Surroundings, own: str) -> str:
    pairs = read_pairs(text)
    for key, value in pairs:
        if not key or not value:
            return f"{shorten(key or value)} is no pair: write FRAMEWORK=SECTION"
    return _twice([f"{key}={value}" for key, value in pairs])


def _check_folder(text: str, texts: Texts, around: Surroundings, own: str) -> str:
    folder = PurePosixPath(text.strip())
    if folder.is_absolute() or ".." in folder.parts or "\\" in text:
        return "a folder inside the checkout, from its root"
    if any(part.startswith(".") or part == "__pycache__" for part in folder.parts):
        return "Panther looks into no folder of this name"
    return ""


def _check_field(text: str, texts: Texts, around: Surroundings, own: str) -> str:
    return "" if all(read_asked(text).path) else "name a field, such as Versioning"


def _twice(items: Iterable[str]) -> str:
    seen: set[str] = set()
    for item in items:
        if item in seen:
            return f"{shorten(item)} stands there twice"
        seen.add(item)
    return ""


_CHECKS: dict[str, Callable[[str, Texts, Surroundings, str], str]] = {
    "DisplayName": _check_name,
    "PolicyID": _check_id,
    "ResourceTypes": _check_types,
    "Severity": _check_severity,
    "Tags": _check_tags,
    "Reports": _check_reports,
    "OutputIds": _check_items,
    "Suppressions": _check_items,
    "Field": _check_field,
    "Folder": _check_folder,
}
assert _CHECKS.keys() <= FIELD_OF.keys()
