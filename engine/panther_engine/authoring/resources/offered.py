"""What of a pasted text can be chosen before it becomes a test. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from panther_engine.authoring.edits.steps import Refusal
from panther_engine.authoring.resources.naming import name_test
from panther_engine.authoring.resources.redact import Offer, offer_redactions, redact
from panther_engine.authoring.resources.types import recognise
from panther_engine.authoring.resources.unwrap import read_pasted
from panther_engine.model import JsonValue

NAMES = (
    "Name", "ResourceId", "Arn", "Id", "DBInstanceIdentifier", "RoleName", "UserName",
    "FunctionName", "InstanceId", "GroupId", "VpcId", "KeyId", "BucketName",
)  # fmt: skip
"""Fields that tell one resource from another, the most telling first."""


@dataclass(frozen=True, slots=True)
class Pastable:
    """A resource in what was pasted."""

    label: str
    resource: JsonValue
    offers: tuple[Offer, ...]
    """What can be replaced in it."""


def look_at_pasted(text: str) -> tuple[Pastable, ...] | Refusal:
    """The resources in a text, or why there are none."""
    pasted = read_pasted(text)
    if isinstance(pasted, Refusal):
        return pasted
    return tuple(map(look_at, pasted.resources))


def look_at(resource: dict[str, JsonValue]) -> Pastable:
    """What of a resource can be chosen. Raises RecursionError for one that nests without end."""
    return Pastable(_label(resource), resource, offer_redactions(resource))


def name_pasted(
    pastable: Pastable, kept: Collection[str], siblings: Sequence[JsonValue], taken: Iterable[str]
) -> str:
    """The name that its test gets; what is `kept` stays as it is."""
    return name_test(redact_but(pastable.resource, pastable.offers, kept), siblings, taken)


def redact_but(resource: JsonValue, offers: Iterable[Offer], kept: Collection[str]) -> JsonValue:
    """A copy with all offers taken but those whose text is `kept`."""
    return redact(resource, [one for one in offers if one.found not in kept])


def _label(resource: dict[str, JsonValue]) -> str:
    said = (str(resource[name]) for name in NAMES if isinstance(resource.get(name), str))
    return " ".join(one for one in (recognise(resource), next(said, "")) if one) or "a resource"
