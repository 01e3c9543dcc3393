"""How a resource differs from what the catalogue says of its type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from panther_engine.authoring.resources.types import resource_type
from panther_engine.model import JsonValue
from panther_engine.text.suggest import nearest_name


@dataclass(frozen=True, slots=True)
class ResourceNotes:
    """What is odd about a resource; none of it keeps a test from running."""

    unknown: tuple[tuple[str, str], ...]
    """Fields that the type does not have, each with the one that may be meant, or empty."""
    missing: tuple[str, ...]
    """Fields that Panther sends with every resource of the type."""


def note_fields(resource: Mapping[str, JsonValue], type_name: str) -> ResourceNotes:
    """Compare a resource's top-level fields with those of its type; nothing for an unknown type."""
    kind = resource_type(type_name)
    if kind is None or not any(not one.common for one in kind.fields):
        return ResourceNotes((), ())
    known = {one.name for one in kind.fields}
    absent = known - {str(key) for key in resource}
    unknown = tuple(
        (str(key), nearest_name(str(key), absent)) for key in resource if str(key) not in known
    )
    return ResourceNotes(unknown, tuple(sorted(absent)))
