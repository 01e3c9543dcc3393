"""A resource type as one value, an example of it, and which type a resource has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from panther_engine.model import JsonValue
from panther_engine.reading.spec.catalogue import (
    RESOURCE_TYPES,
    Field,
    common_fields,
    fields_of,
    id_form,
    meaning_of,
)
from panther_engine.text.suggest import nearest_name

ACCOUNT = "123456789012"
REGION = "us-east-1"
TIME = "2024-01-01T00:00:00Z"
_STANDS_FOR = {
    "AccountId": ACCOUNT,
    "Region": REGION,
    "uuid": "12345678-1234-1234-1234-123456789012",
    "id": "50dc6c495c0c9188",
}


@dataclass(frozen=True, slots=True)
class ResourceType:
    """What is known of a resource type."""

    name: str
    description: str
    id_form: str
    """How its `ResourceId` is made; empty if unknown."""
    fields: tuple[Field, ...]
    """Its own fields and then those that every type has, each by name."""


def resource_type(name: str) -> ResourceType | None:
    """What is known of a type; None if there is none of this name."""
    if name not in RESOURCE_TYPES:
        return None
    has = common_fields(name)
    fields = [one for one in fields_of(name).values() if not one.common or one.name in has]
    fields.sort(key=lambda one: (one.common, one.name))
    return ResourceType(name, meaning_of(name), id_form(name), tuple(fields))


def resource_types() -> tuple[ResourceType, ...]:
    """All types, by name."""
    return tuple(kind for name in RESOURCE_TYPES if (kind := resource_type(name)) is not None)


def said_of(field: Field) -> str:
    """A field's type, whether it can be null, and its meaning, in one line."""
    if field.optional:
        kind = f"{field.type}, optional"
    else:
        kind = f"{field.type} or null" if field.nullable else field.type
    return f"{kind}: {field.description}" if field.description else kind


def holds_of(field: Field) -> str:
    """The keys that are known of a map, or of the maps in a list; empty for all else."""
    return f"holds {', '.join(field.keys)}" if field.keys else ""


def nearest_type(name: str) -> str:
    """The type that somebody may have meant; empty when none is close."""
    return nearest_name(name, RESOURCE_TYPES) or nearest_name(f"AWS.{name}", RESOURCE_TYPES)


UNKNOWN_TYPE_FIELD = "Compliant"


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ENOUGH = 2 / 3
"""Of a field's words, how many a name must have for the field to be meant."""


def telling_field(types: tuple[str, ...], name: str = "") -> str:
    """A field to begin with: the one that a policy's name tells of.

    Else the first that is true or false, or can be null.
    """
    own = _own_fields(types[:1])
    named = _named_field([one.name for one in own], types, name)
    if named:
        return named
    for wanted in (
        [one for one in own if one.type == "bool"],
        [one for one in own if one.nullable],
    ):
        if wanted:
            return wanted[0].name
    return UNKNOWN_TYPE_FIELD


def _named_field(fields: list[str], types: tuple[str, ...], name: str) -> str:
    """The field most of whose words a name has, be it `Upgrades` for `Upgrade`; empty if none."""
    given = name.lower().split()
    kind = types[0].lower() if types else ""
    best, field = 0.0, ""
    for one in fields:
        words = [word.lower() for word in _WORDS.findall(one)]
        hits = [word for word in words if any(it.rstrip("s") == word.rstrip("s") for it in given)]
        share = len(hits) / len(words) if words else 0.0
        if share >= _ENOUGH and share + len(hits) > best and any(it not in kind for it in hits):
            best, field = share + len(hits), one
    return field


def example_of(name: str) -> dict[str, JsonValue]:
    """A resource with every known field of a type; empty for an unknown type.

    It is made from the fields' types: nothing in it is of a real account. Maps hold null for each
    key that is known of them.
    """
    kind = resource_type(name)
    if kind is None:
        return {}
    short = re.sub(r"(?<!^)(?=[A-Z][a-z])", "-", name.rsplit(".", 1)[-1]).lower()
    names = {**_STANDS_FOR, "Name": f"example-{short}", "Id": f"example-{short}-id"}
    form = kind.id_form or f"{ACCOUNT}:{REGION}:{name}"
    resource_id = re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], "example"), form)
    known: dict[str, JsonValue] = {
        "AccountId": ACCOUNT,
        "Arn": resource_id,
        "Id": names["Id"],
        "Name": names["Name"],
        "Region": REGION if "{Region}" in form or "::" not in form else "global",
        "ResourceId": resource_id,
        "ResourceType": name,
        "Tags": {"Environment": "example"},
        "TimeCreated": TIME,
    }
    return {one.name: known[one.name] if one.common else _value(one) for one in kind.fields}


def _own_fields(types: tuple[str, ...]) -> list[Field]:
    kind = resource_type(types[0]) if types else None
    return [] if kind is None else [one for one in kind.fields if not one.common]


def _value(field: Field) -> JsonValue:
    match field.type:
        case "bool":
            return False
        case "int":
            return 0
        case "list":
            return []
        case "map":
            return dict.fromkeys(field.keys) if field.keys else {}
        case "timestamp":
            return TIME
        case _:
            return None if field.nullable else "example"


def recognise(resource: Mapping[str, JsonValue]) -> str:
    """The type of a resource by its `ResourceType`, its ID, or its fields; empty if unclear."""
    named = resource.get("ResourceType")
    if isinstance(named, str) and named.removesuffix(".Snapshot") in RESOURCE_TYPES:
        return named.removesuffix(".Snapshot")
    for key in ("ResourceId", "Arn", "ARN"):
        held = resource.get(key)
        by_id = [one for one in RESOURCE_TYPES if isinstance(held, str) and _has_form(held, one)]
        if len(by_id) == 1:
            return by_id[0]
    scores = sorted(((_score(resource, one), one) for one in RESOURCE_TYPES), reverse=True)
    (best, name), (second, _) = scores[:2]
    return name if best[0] >= 2 and best > second else ""


def _score(resource: Mapping[str, JsonValue], name: str) -> tuple[int, float]:
    own = [one.name for one in fields_of(name).values() if not one.common]
    shared = sum(one in resource for one in own)
    return shared, shared / len(own) if own else 0.0


def _has_form(held: str, name: str) -> bool:
    form = id_form(name)
    pattern = "".join(
        f"[^:]{'+' if part != '{Region}' else '*'}" if part.startswith("{") else re.escape(part)
        for part in re.split(r"(\{\w+\})", form)
    )
    return bool(form) and re.fullmatch(pattern, held) is not None
