"""The catalogue for people and for programs."""

from __future__ import annotations

import json
import textwrap

from panther_engine.authoring.resources.types import (
    ResourceType,
    example_of,
    nearest_type,
    resource_type,
)
from panther_engine.reading.spec.catalogue import RESOURCE_TYPES, Field


class UnknownTypeError(LookupError):
    """There is no resource type of this name; the message names the nearest."""


def render_types(name: str, as_json: bool) -> str:
    """All types in a list, or one with its fields and an example; ends with a line break.

    A `name` may leave out `AWS.` and its case. Raises UnknownTypeError.
    """
    if not name:
        kinds = [kind for one in RESOURCE_TYPES if (kind := resource_type(one))]
        return _json([_summary(kind) for kind in kinds]) if as_json else _list(kinds)
    kind = resource_type(_full_name(name))
    if kind is None:
        near = nearest_type(name)
        hint = f"did you mean {near}?" if near else "`panther-tui types` lists them all"
        raise UnknownTypeError(f"there is no resource type {name}: {hint}")
    return _json(_whole(kind)) if as_json else _page(kind)


def _full_name(name: str) -> str:
    folded = name.casefold()
    known = {one.casefold(): one for one in RESOURCE_TYPES}
    return known.get(folded) or known.get(f"aws.{folded}") or name


def _list(kinds: list[ResourceType]) -> str:
    width = max(len(kind.name) for kind in kinds)
    return "".join(f"{kind.name:{width}}  {kind.description}\n" for kind in kinds)


def _page(kind: ResourceType) -> str:
    lines = [kind.name, f"  {kind.description}."]
    if kind.id_form:
        lines.append(f"  ResourceId: {kind.id_form}")
    if all(one.common for one in kind.fields):
        lines.append("  Nothing public tells its own fields.")
    lines.append("")
    width = max(len(one.name) for one in kind.fields)
    for one in kind.fields:
        lines.append(f"  {one.name:{width}}  {_kind_of(one):17}  {one.description}".rstrip())
        if one.keys:
            holds = textwrap.wrap(
                "holds " + ", ".join(one.keys), 76, break_long_words=False, break_on_hyphens=False
            )
            lines += [f"  {'':{width}}  {line}" for line in holds]
    lines += ["", "Example:", json.dumps(example_of(kind.name), indent=2)]
    return "\n".join(lines) + "\n"


def _kind_of(field: Field) -> str:
    if field.optional:
        return f"{field.type}, optional"
    return f"{field.type} or null" if field.nullable else field.type


def _summary(kind: ResourceType) -> dict[str, object]:
    return {"name": kind.name, "description": kind.description, "resource_id": kind.id_form}


def _whole(kind: ResourceType) -> dict[str, object]:
    fields = [
        {
            "name": one.name,
            "type": one.type,
            "nullable": one.nullable,
            "optional": one.optional,
            "common": one.common,
            "description": one.description,
            "keys": list(one.keys),
        }
        for one in kind.fields
    ]
    return {**_summary(kind), "fields": fields, "example": example_of(kind.name)}


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
