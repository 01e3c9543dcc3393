"""Makes a document of an item of another source. Pure."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from typing import Any

from panther_engine.model import JsonValue
from panther_engine.scan.mapping.mapping import Mapping, Path, TypeMapping
from panther_engine.scan.mapping.steps import (
    UnmappableError,
    apply_steps,
    decode,
    empty_to_null,
    fill_nulls,
)
from panther_engine.values.scanned import Resource

_MISSING: Any = object()


def knows(mapping: Mapping, item: ReadOnly[str, JsonValue]) -> bool:
    """Whether this is an item of the mapping's source."""
    return all(key in item for key in mapping.has)


def map_item(mapping: Mapping, item: ReadOnly[str, JsonValue]) -> Resource:
    """The resource that an item is of. Raises UnmappableError."""
    kind = item.get(mapping.type_key)
    how = mapping.types.get(kind) if isinstance(kind, str) else None
    if how is None:
        raise UnmappableError(f"an item of the type `{kind}`, which {mapping.name} does not map")
    if _says(item, mapping.unrecorded):
        raise UnmappableError(f"an item that {mapping.name} says is not recorded")
    decoded = {key: decode(one) if key in mapping.decode else one for key, one in item.items()}
    for key in mapping.decode_each:
        inner = decoded.get(key)
        if isinstance(inner, dict):
            decoded[key] = {name: decode(one) for name, one in inner.items()}
    deleted = _says(item, mapping.deleted)
    document, unfilled = _document(how, decoded)
    for name in ("ResourceId", "AccountId", "Region"):
        if not isinstance(document.get(name), str) or not document[name]:
            shown = how.fields[name].shown if name in how.fields else name
            raise UnmappableError(f"an item of the type `{kind}` without `{shown}`")
    when = item.get(mapping.when)
    return Resource(
        id=str(document["ResourceId"]),
        type=how.type,
        account=str(document["AccountId"]),
        region=str(document["Region"]),
        document=document,
        when=_sortable(when),
        deleted=deleted,
        mapping=mapping.name,
        unfilled=unfilled,
    )


def _document(
    how: TypeMapping, item: ReadOnly[str, JsonValue]
) -> tuple[dict[str, JsonValue], tuple[str, ...]]:
    document: dict[str, JsonValue] = {}
    lacking: list[str] = []
    for name, source in how.fields.items():
        value = next(
            (found for path in source.paths if (found := _look(item, path)) is not _MISSING),
            _MISSING,
        )
        if value is _MISSING and source.required:
            lacking.append(name)
        else:
            value = None if value is _MISSING else value
            document[name] = empty_to_null(apply_steps(value, source.steps))
    document["ResourceType"] = how.type
    fill_nulls(document, how.nulls)
    return document, (*how.unfilled, *lacking)


def _look(item: ReadOnly[str, JsonValue], path: Path) -> JsonValue:
    value: Any = item
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return _MISSING
        value = value[key]
    return value


def _sortable(when: JsonValue) -> str:
    """A moment such that later ones come later; sources write theirs all alike."""
    if isinstance(when, int | float) and not isinstance(when, bool):
        return f"{when:020.6f}"
    return when if isinstance(when, str) else ""


def _says(item: ReadOnly[str, JsonValue], values: ReadOnly[str, tuple[str, ...]]) -> bool:
    return any(item.get(key) in those for key, those in values.items())
