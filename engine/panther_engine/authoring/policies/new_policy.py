"""The spec and the body of a new policy, with a first compliant and a first other test."""

from __future__ import annotations

from panther_engine.authoring.edits.render import Style, block_entry
from panther_engine.authoring.edits.scalars import quote
from panther_engine.authoring.policies.first_tests import first_body, first_tests
from panther_engine.authoring.resources.types import telling_field
from panther_engine.model import JsonValue
from panther_engine.values.forms import NewPolicy as NewPolicy

_QUOTED = ("PolicyID", "DisplayName")
"""Keys whose values are in double quotes, as in most policies of Panther's own."""


def write_pair(policy: NewPolicy, deep_get: str = "") -> tuple[bytes, bytes]:
    """The spec and the body, in the conventional order of keys.

    The body asks for one field, so that both tests pass until their author says what matters.
    `deep_get` is the module of the checkout that has this function.
    """
    field = policy.field
    if field is None:
        field = telling_field(policy.resource_types, policy.display_name)
    data = _spec(policy, field)
    style = Style()
    lines = [
        f"{key}: {quote(str(data[key]))}" if key in _QUOTED else block_entry(data, key, 0, style)
        for key in data
    ]
    return ("\n".join(lines) + "\n").encode(), first_body(field, deep_get).encode()


def _spec(policy: NewPolicy, field: str) -> dict[str, JsonValue]:
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
    data["Tests"] = first_tests(policy.resource_types, field)
    return data


def _text(text: str) -> str:
    return text.strip() + "\n" if text.strip() else ""
