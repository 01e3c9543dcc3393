"""A form being filled in: what stands in it, what follows from what, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from panther_engine.authoring.forms.checks import check_texts, places_of
from panther_engine.authoring.forms.fields import (
    COPY,
    FIELD_OF,
    FIELDS,
    METADATA,
    RENAME,
    FormField,
)
from panther_engine.authoring.forms.lists import split_items
from panther_engine.authoring.forms.texts import (
    YES,
    Metadata,
    changed,
    read_pairs,
    text_of,
    value_of,
)
from panther_engine.authoring.policies.names import suggest_id, usual_folder
from panther_engine.authoring.resources.types import UNKNOWN_TYPE_FIELD, telling_field
from panther_engine.reading.spec.catalogue import RESOURCE_TYPES
from panther_engine.values.forms import Held, NewPolicy, Surroundings

_MAY_BE_EMPTY = ("Field",)
"""Emptied they stay so; others follow again."""


@dataclass(frozen=True, slots=True)
class Filling:
    """A form at one moment."""

    fields: tuple[FormField, ...]
    around: Surroundings
    texts: Mapping[str, str]
    before: Mapping[str, str]
    """As it was opened."""
    typed: frozenset[str] = frozenset()
    """Fields that somebody filled in: they follow nothing any more."""
    follows: frozenset[str] = frozenset()
    """Fields that are filled in by themselves."""
    own_id: str = ""
    """The ID that may be taken, since it is this policy's."""
    locked: Mapping[str, str] = field(default_factory=dict)
    """Fields that are only shown, with the reason."""
    origin: str = ""
    """The folder that was looked at when a form for a new policy was opened."""

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong, by field.

        What was there before and was not touched is the checker's to say.
        """
        found_so = self.fields is METADATA
        open_fields = [it for it in self.fields if it.key in self.typed or not found_so]
        return check_texts(open_fields, self.texts, self.around, self.own_id)

    @property
    def has_changed(self) -> bool:
        """Whether leaving it would lose something that was typed."""
        return any(self.texts.get(key, "") != self.before.get(key, "") for key in self.typed)

    @property
    def places(self) -> tuple[str, str]:
        """The spec and the body that it would write."""
        return places_of(self.texts)


def begin_new(around: Surroundings, folder: str = "") -> Filling:
    """An empty form, opened from this folder."""
    texts = {"Enabled": YES, "Severity": "Medium", "Folder": folder or usual_folder((), around)}
    follows = frozenset({"PolicyID", "Folder", "Field"})
    return Filling(FIELDS, around, texts, texts, follows=follows, origin=texts["Folder"])


def begin_metadata(held: Held, around: Surroundings) -> Filling:
    """A form of what a spec holds."""
    data = dict(held.data)
    texts = {it.key: text_of(it, data[it.key]) or "" for it in METADATA if it.key in data}
    texts.setdefault("Enabled", YES)
    locked = dict(held.locked)
    texts |= {key: _seen(data[key]) for key in locked}
    return Filling(METADATA, around, texts, texts, own_id=str(data.get("PolicyID")), locked=locked)


def begin_copy(policy_id: str, name: str, folder: str, around: Surroundings) -> Filling:
    """A form for a copy of a policy."""
    texts = {
        "DisplayName": f"{name.strip() or policy_id} Copy",
        "PolicyID": _free(f"{policy_id}Copy", around),
        "Folder": folder,
    }
    return Filling(COPY, around, texts, texts)


def begin_rename(policy_id: str, around: Surroundings) -> Filling:
    """A form for another ID."""
    texts = {"PolicyID": policy_id}
    return Filling(RENAME, around, texts, texts, own_id=policy_id)


def fill(filling: Filling, key: str, text: str) -> Filling:
    """With another text in a field, and in those that follow it."""
    if filling.texts.get(key, "") == text:
        return filling
    gives_up = not text.strip() and key in filling.follows and key not in _MAY_BE_EMPTY
    typed = filling.typed - {key} if gives_up else filling.typed | {key}
    texts = {**filling.texts, key: text}
    types = tuple(it for it in split_items(texts.get("ResourceTypes", "")) if it in RESOURCE_TYPES)
    for name in filling.follows - typed - {key}:
        texts[name] = _suggested(name, texts, types, filling)
    return replace(filling, texts=texts, typed=typed)


def metadata_of(filling: Filling, held: Held) -> Metadata:
    """What a form of a spec changes in it."""
    texts = {key: text for key, text in filling.texts.items() if key not in filling.locked}
    return changed(dict(held.data), filling.before, texts)


def policy_of(filling: Filling) -> tuple[NewPolicy, str]:
    """The new policy of a form, and its folder."""
    texts = {it.key: filling.texts.get(it.key, "").strip() for it in FIELDS}
    reports: dict[str, list[str]] = {}
    for key, value in read_pairs(texts["Reports"]):
        reports.setdefault(key, []).append(value)
    policy = NewPolicy(
        id=texts["PolicyID"],
        filename="",
        display_name=texts["DisplayName"],
        enabled=texts["Enabled"] == YES,
        resource_types=split_items(texts["ResourceTypes"]),
        severity=texts["Severity"],
        tags=split_items(texts["Tags"]),
        reports=tuple((key, tuple(values)) for key, values in reports.items()),
        description=str(value_of(FIELD_OF["Description"], texts["Description"])),
        runbook=str(value_of(FIELD_OF["Runbook"], texts["Runbook"])),
        reference=texts["Reference"],
        suppressions=split_items(texts["Suppressions"]),
        output_ids=split_items(texts["OutputIds"]),
        field=texts["Field"],
    )
    return policy, texts["Folder"]


def _suggested(key: str, texts: Mapping[str, str], types: tuple[str, ...], filling: Filling) -> str:
    match key:
        case "PolicyID":
            name = texts.get("DisplayName", "")
            return suggest_id(name, types[0] if types else "") if name.strip() else ""
        case "Folder":
            return usual_folder(types, filling.around) if types else filling.origin
        case _:
            found = telling_field(types, texts.get("DisplayName", ""))
            return "" if found == UNKNOWN_TYPE_FIELD else found


def _free(policy_id: str, around: Surroundings) -> str:
    taken = dict(around.ids)
    number = 2
    free = policy_id
    while free in taken:
        free, number = f"{policy_id}{number}", number + 1
    return free


def _seen(value: object) -> str:
    return value if isinstance(value, str) else repr(value)
