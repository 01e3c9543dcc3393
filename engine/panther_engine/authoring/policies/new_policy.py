"""The spec and the body of a new policy, with a first compliant and a first other test."""

from __future__ import annotations

from dataclasses import dataclass

from panther_engine.authoring.edits.render import Style, block_entry
from panther_engine.authoring.edits.scalars import quote
from panther_engine.authoring.resources.types import example_of, resource_type
from panther_engine.model import JsonValue
from panther_engine.reading.spec.catalogue import Field


@dataclass(frozen=True, slots=True)
class NewPolicy:
    """What its author says of a new policy; names are the spec's keys."""

    id: str
    filename: str
    display_name: str
    enabled: bool = True
    resource_types: tuple[str, ...] = ()
    severity: str = "Medium"
    tags: tuple[str, ...] = ()
    reports: tuple[tuple[str, tuple[str, ...]], ...] = ()
    description: str = ""
    runbook: str = ""
    reference: str = ""
    suppressions: tuple[str, ...] = ()
    output_ids: tuple[str, ...] = ()
    field: str = ""
    """The field that the first tests differ in; empty to take one that the type has."""


def write_pair(policy: NewPolicy) -> tuple[bytes, bytes]:
    """The spec and the body, in the conventional order of keys.

    The body asks for one field, so that both tests pass until their author says what matters.
    """
    name = policy.field or _telling_field(policy.resource_types[:1])
    data = _spec(policy, name)
    style = Style()
    lines = [
        f"PolicyID: {quote(policy.id)}"
        if key == "PolicyID"
        else f"DisplayName: {quote(policy.display_name)}"
        if key == "DisplayName"
        else block_entry(data, key, 0, style)
        for key in data
    ]
    body = f"def policy(resource):\n    return bool(resource.get({quote(name)}))\n"
    return ("\n".join(lines) + "\n").encode(), body.encode()


def _spec(policy: NewPolicy, name: str) -> dict[str, JsonValue]:
    data: dict[str, JsonValue] = {
        "AnalysisType": "policy",
        "Filename": policy.filename,
        "PolicyID": policy.id,
        "DisplayName": policy.display_name,
        "Enabled": policy.enabled,
        "ResourceTypes": list(policy.resource_types),
        "Tags": list(policy.tags),
        "Reports": {key: list(values) for key, values in policy.reports},
        "Severity": policy.severity,
        "Description": _text(policy.description),
        "Runbook": _text(policy.runbook),
        "Reference": policy.reference,
        "Suppressions": list(policy.suppressions),
        "OutputIds": list(policy.output_ids),
    }
    data = {key: value for key, value in data.items() if value not in ("", [], {})}
    good, bad = _examples(policy.resource_types[:1], name)
    words = f"{name} is set", f"{name} is not set"
    data["Tests"] = [
        {"Name": words[0], "ExpectedResult": True, "Resource": good},
        {"Name": words[1], "ExpectedResult": False, "Resource": bad},
    ]
    return data


def _text(text: str) -> str:
    return text.strip() + "\n" if text.strip() else ""


def _own_fields(types: tuple[str, ...]) -> list[Field]:
    kind = resource_type(types[0]) if types else None
    return [] if kind is None else [one for one in kind.fields if not one.common]


def _telling_field(types: tuple[str, ...]) -> str:
    """A field to begin with: the first that is true or false, or can be null."""
    own = _own_fields(types)
    for wanted in (
        [one for one in own if one.type == "bool"],
        [one for one in own if one.nullable],
    ):
        if wanted:
            return wanted[0].name
    return "Compliant"


def _examples(types: tuple[str, ...], name: str) -> tuple[JsonValue, JsonValue]:
    example = example_of(types[0]) if types else {}
    kind = next((one.type for one in _own_fields(types) if one.name == name), "bool")
    values: dict[str, tuple[JsonValue, JsonValue]] = {
        "bool": (True, False),
        "int": (1, 0),
        "list": (["example"], []),
        "map": ({"Example": "example"}, None),
        "timestamp": (example.get(name), None),
    }
    good, bad = values.get(kind, ("example", None))
    held = example.get(name)
    if isinstance(held, dict) and held:
        good = held
    return {**example, name: good}, {**example, name: bad}
