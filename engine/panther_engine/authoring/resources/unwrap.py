"""The resource in what people paste: Panther's JSON, or an answer of an AWS API or its CLI."""

from __future__ import annotations

import json
from dataclasses import dataclass

from yaml import YAMLError
from yaml.error import MarkedYAMLError

from panther_engine.authoring.edits.steps import Refusal, RefusedError, unshared
from panther_engine.authoring.resources.types import recognise
from panther_engine.model import JsonValue
from panther_engine.reading.spec.catalogue import RESOURCE_TYPES
from panther_engine.reading.spec.yaml_dialect import read_yaml
from panther_engine.text.one_line import one_line

SIZE_LIMIT = 8 << 20
"""Characters; Panther stores no resource of more than 400 KB."""

_PAGING = frozenset(
    {"ResponseMetadata", "NextToken", "nextToken", "Marker", "NextMarker", "IsTruncated", "Owner"}
)
_INNER = ("attributes", "resource", "Resource")
_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was found in a text."""

    resources: tuple[dict[str, JsonValue], ...]
    """One, or several to choose from."""
    said: tuple[str, ...] = ()
    """What was taken off or rewritten, for people."""


def read_pasted(text: str) -> Pasted | Refusal:
    """The resources in a text of JSON or YAML; an empty text is an empty resource."""
    if len(text) > SIZE_LIMIT:
        return Refusal("the text is too large for a resource")
    if not text.strip():
        return Pasted(({},))
    try:
        data = unshared(_parse(text))
    except json.JSONDecodeError as error:
        return Refusal(f"not JSON: {error.msg}", error.lineno)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        return Refusal(
            f"neither JSON nor YAML: {error.problem}", 1 if mark is None else mark.line + 1
        )
    except (YAMLError, ValueError, RecursionError) as error:
        return Refusal(f"neither JSON nor YAML: {one_line(str(error))}")
    except RefusedError as refused:
        return refused.refusal
    said: list[str] = []
    found = _unwrap(data, said, _DEPTH)
    if not found:
        return Refusal("there is no resource in it: a mapping of fields was expected")
    return Pasted(tuple(_with_tags(one, said) for one in found), tuple(dict.fromkeys(said)))


def _parse(text: str) -> JsonValue:
    text = text.lstrip("\ufeff")
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            try:
                return read_yaml(text.encode("utf-8")).data
            except YAMLError:
                pass
            raise
    return read_yaml(text.encode("utf-8", "replace")).data


def _unwrap(data: JsonValue, said: list[str], depth: int) -> list[dict[str, JsonValue]]:
    if isinstance(data, str) and depth and data.lstrip()[:1] in ("{", "["):
        try:
            inner = json.loads(data)
        except ValueError:
            return []
        said.append("JSON within text was read")
        return _unwrap(inner, said, depth - 1)
    if isinstance(data, list):
        return [one for item in data for one in _unwrap(item, said, depth)]
    if not isinstance(data, dict):
        return []
    if depth == 0 or isinstance(data.get("ResourceType"), str):
        return [data]
    for key in _INNER:
        inner = data.get(key)
        if isinstance(inner, dict | str) and inner and ("type" in data or len(data) == 1):
            found = _unwrap(inner, said, depth - 1)
            if found:
                said.append(f"`{key}` was taken out of what holds it")
                kind = data.get("type")
                if kind in RESOURCE_TYPES and "ResourceType" not in found[0]:
                    found[0]["ResourceType"] = kind
                return found
    rest = {key: held for key, held in data.items() if key not in _PAGING}
    if len(rest) == 1 and not recognise(data):
        key, held = next(iter(rest.items()))
        if isinstance(held, dict) or (
            isinstance(held, list) and held and all(isinstance(one, dict) for one in held)
        ):
            said.append(f"`{key}` was taken out of the answer")
            return _unwrap(held, said, depth - 1)
    groups = data.get("Instances")
    if isinstance(groups, list) and "ReservationId" in data:
        said.append("`Instances` were taken out of the reservation")
        return _unwrap(groups, said, depth - 1)
    return [data]


def _with_tags(resource: dict[str, JsonValue], said: list[str]) -> dict[str, JsonValue]:
    """AWS lists tags as pairs of Key and Value; Panther has a map of them."""
    for name in ("Tags", "TagSet", "TagList"):
        tags = resource.get(name)
        if (
            isinstance(tags, list)
            and tags
            and all(isinstance(one, dict) and one.keys() == {"Key", "Value"} for one in tags)
        ):
            said.append(f"`{name}` became a map, as Panther has it")
            made = {str(one["Key"]): one["Value"] for one in tags}
            resource = {
                ("Tags" if key == name else key): (made if key == name else held)
                for key, held in resource.items()
            }
    return resource
