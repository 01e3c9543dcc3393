"""Recognises what the sources of Panther's resources write, and gives the resources in it.

Native shapes are those of which verdicts can be trusted: the document itself, as the Console copies
it; items of the resources API and of GraphQL, whose `attributes` are the document or its text; rows
of `resource_history`; each alone, in a list or in a page. Sources: panther-labs/panther, and the
data lake's tables `resource_history` and `compliance_history`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as ReadOnly
from dataclasses import replace

from panther_engine.model import JsonValue, Verdict
from panther_engine.scan.inventory.splitting import holds_documents
from panther_engine.scan.mapping.applying import knows, map_item
from panther_engine.scan.mapping.mapping import Mapping
from panther_engine.scan.mapping.steps import UnmappableError
from panther_engine.text.strict_json import RefusedError, decode
from panther_engine.values.scanned import Resource, Status

Json = ReadOnly[str, JsonValue]

DEEPEST_PAGE = 8
"""Levels of a page above its documents."""
VERDICTS = frozenset(Verdict)
KEPT = frozenset({"mapping", "unfilled", "document"})
"""What a kept inventory has of a resource that a mapping made."""
LONGEST_ID = 4_096
"""Characters of an ID or a type. ARNs have at most 2,048."""


class UnknownShapeError(ValueError):
    """A value is none of what is read; the text says what it looks like."""


def resources_in(value: JsonValue, mappings: Sequence[Mapping] = ()) -> Iterator[Resource | Status]:
    """The resources, or rows of production, that a value of an inventory holds.

    What is of no native shape is tried with the mappings. Raises UnknownShapeError, after what
    could be read.
    """
    return _resources_in(value, "", 0, mappings)


def _resources_in(
    value: JsonValue, key: str, depth: int, mappings: Sequence[Mapping]
) -> Iterator[Resource | Status]:
    if isinstance(value, str):
        yield from _resources_in(_decode(value), key, depth + 1, mappings)
        return
    if depth > DEEPEST_PAGE or not isinstance(value, dict | list):
        kind = "a list in lists" if isinstance(value, list) else f"a {_name(value)}"
        raise UnknownShapeError(f"{kind} where a resource was expected")
    if isinstance(value, list):
        yield from _all_in(((key, one) for one in value), depth, mappings)
        return
    if (found := _native(value) or _mapped(value, mappings)) is not None:
        yield found
        return
    below = [(name, one) for name, one in value.items() if holds_documents(name, key)]
    parts = [(name, one) for name, one in below if isinstance(one, dict | list)]
    if not parts:
        raise UnknownShapeError(_describe(value))
    yield from _all_in(parts, depth, mappings)


def _mapped(value: Json, mappings: Sequence[Mapping]) -> Resource | None:
    for mapping in mappings:
        if knows(mapping, value):
            try:
                return map_item(mapping, value)
            except UnmappableError as error:
                raise UnknownShapeError(str(error)) from error
    return None


def _all_in(
    parts: Iterable[tuple[str, JsonValue]], depth: int, mappings: Sequence[Mapping]
) -> Iterator[Resource | Status]:
    problems: list[str] = []
    for key, one in parts:
        try:
            yield from _resources_in(one, key, depth + 1, mappings)
        except UnknownShapeError as error:
            problems.append(str(error))
    if problems:
        more = f", and {len(problems) - 1} more" if problems[1:] else ""
        raise UnknownShapeError(problems[0] + more)


def _native(value: Json) -> Resource | Status | None:
    if "ResourceId" in value or "ResourceType" in value:
        return document(value)
    if value.keys() == KEPT:
        return _kept(value)
    if "attributes" in value and ("type" in value or "id" in value):
        return _api_item(value)
    lower = {name.lower(): one for name, one in value.items()}
    if "resource" in lower and ("changetype" in lower or "resourceid" in lower):
        return _history_row(lower)
    if "policyid" in lower and "status" in lower and "resourceid" in lower:
        return _compliance_row(lower)
    return None


def document(value: Json, when: str = "", deleted: bool = False) -> Resource:
    """The resource whose document this is. Raises UnknownShapeError."""
    found = {}
    for name in ("ResourceId", "ResourceType"):
        one = value.get(name)
        if not isinstance(one, str) or not one:
            raise UnknownShapeError(f"a document without `{name}`")
        if len(one) > LONGEST_ID:
            raise UnknownShapeError(f"a document whose `{name}` has {len(one):,} characters")
        found[name] = one
    return Resource(
        id=found["ResourceId"],
        type=found["ResourceType"],
        account=_text(value.get("AccountId")),
        region=_text(value.get("Region")),
        document=value,
        when=when,
        deleted=deleted,
    )


def _kept(value: Json) -> Resource:
    held = value["document"]
    if not isinstance(held, dict):
        raise UnknownShapeError("a kept resource without its document")
    unfilled = _text(value["unfilled"])
    return replace(
        document(held),
        mapping=_text(value["mapping"])[:LONGEST_ID],
        unfilled=tuple(unfilled.split("\n")) if unfilled else (),
    )


def _api_item(value: Json) -> Resource:
    attributes = value["attributes"]
    attributes = _decode(attributes) if isinstance(attributes, str) else attributes
    deleted = value.get("deleted") is True
    if not isinstance(attributes, dict):
        if deleted and isinstance(value.get("id"), str):
            attributes = {"ResourceId": value["id"], "ResourceType": value.get("type")}
        else:
            raise UnknownShapeError("an item without attributes: ask the API for that field")
    filled = _filled(attributes, value.get("id"), value.get("type"))
    return document(filled, _text(value.get("lastModified")), deleted)


def _history_row(row: Json) -> Resource:
    held = row["resource"]
    held = _decode(held) if isinstance(held, str) else held
    deleted = _text(row.get("changetype")).upper() == "DELETED"
    if not isinstance(held, dict):
        if not deleted:
            raise UnknownShapeError("a row of resource_history without its resource")
        held = {}
    when = row.get("lastupdated") or row.get("p_event_time")
    return document(
        _filled(held, row.get("resourceid"), row.get("resourcetype")), _text(when), deleted
    )


def _compliance_row(row: Json) -> Status:
    verdict = _text(row["status"]).upper()
    if verdict not in VERDICTS:
        raise UnknownShapeError(f"a row of compliance_history with the status `{verdict}`")
    return Status(
        policy_id=_text(row["policyid"]),
        resource_id=_text(row["resourceid"]),
        resource_type=_text(row.get("resourcetype")),
        verdict=Verdict(verdict),
        suppressed=_text(row.get("suppressed")).lower() == "true" or row.get("suppressed") is True,
        when=_text(row.get("lastupdated") or row.get("p_event_time")),
    )


def _filled(attributes: Json, resource_id: JsonValue, kind: JsonValue) -> Json:
    """The document with the ID and type that its envelope has, where it lacks them."""
    missing = {
        name: known
        for name, known in (("ResourceId", resource_id), ("ResourceType", kind))
        if name not in attributes and isinstance(known, str)
    }
    return {**attributes, **missing} if missing else attributes


def _decode(text: str) -> JsonValue:
    try:
        return decode(text)
    except RefusedError as error:
        raise UnknownShapeError(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise UnknownShapeError("a text that is not JSON") from error


def _describe(value: Json) -> str:
    if not value:
        return "an empty object"
    if "configurationItemVersion" in value or "configurationItemStatus" in value:
        kind = _text(value.get("resourceType"))
        return f"an AWS Config item of type {kind}, which no mapping takes"
    names = ", ".join(list(value)[:4])
    return f"an object of no known shape, with the keys {names}"


def _name(value: JsonValue) -> str:
    return {bool: "boolean", int: "number", float: "number"}.get(type(value), "null")


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""
