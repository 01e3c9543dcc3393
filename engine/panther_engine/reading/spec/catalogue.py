"""The resource types that Panther knows, with their fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from panther_engine.values.frozen import dataclass

RESOURCE_TYPES = (
    "AWS.ACM.Certificate",
    "AWS.CloudFormation.Stack",
    "AWS.CloudTrail",
    "AWS.CloudTrail.Meta",
    "AWS.CloudWatch.LogGroup",
    "AWS.Config.Recorder",
    "AWS.Config.Recorder.Meta",
    "AWS.DynamoDB.Table",
    "AWS.EC2.AMI",
    "AWS.EC2.Instance",
    "AWS.EC2.NetworkACL",
    "AWS.EC2.SecurityGroup",
    "AWS.EC2.VPC",
    "AWS.EC2.Volume",
    "AWS.ECS.Cluster",
    "AWS.EKS.Cluster",
    "AWS.ELBV2.ApplicationLoadBalancer",
    "AWS.GuardDuty.Detector",
    "AWS.GuardDuty.Detector.Meta",
    "AWS.IAM.Group",
    "AWS.IAM.Policy",
    "AWS.IAM.Role",
    "AWS.IAM.RootUser",
    "AWS.IAM.User",
    "AWS.KMS.Key",
    "AWS.Lambda.Function",
    "AWS.PasswordPolicy",
    "AWS.RDS.Instance",
    "AWS.Redshift.Cluster",
    "AWS.Route53.HostedZone",
    "AWS.Route53Domains",
    "AWS.S3.Bucket",
    "AWS.WAF.Regional.WebACL",
    "AWS.WAF.WebACL",
)
"""Every name that a spec may give, case-sensitive, sorted (PAT 1.11.1: schemas)."""


@dataclass(frozen=True, slots=True)
class Field:
    """A top-level field of a resource."""

    name: str
    type: str
    """`string`, `int`, `bool`, `list`, `map` or `timestamp` (RFC 3339 text)."""
    nullable: bool
    description: str
    """At most 100 characters; empty if unknown."""
    optional: bool = False
    """Types without it leave the key out, where others hold null."""
    common: bool = False
    """Every resource type has it."""
    keys: tuple[str, ...] = ()
    """Of a map, or of the maps in a list: the keys seen one level down."""


def fields_of(resource_type: str) -> Mapping[str, Field]:
    """A type's own fields and the common ones, by name.

    Empty for an unknown type. The Route53 types have the common fields only: nothing public says
    what theirs are.
    """
    if resource_type not in RESOURCE_TYPES:
        return MappingProxyType({})
    return _fields_of(resource_type)


def meaning_of(resource_type: str) -> str:
    """What a type is, in a few words; empty for an unknown one."""
    return str(_catalogue().get(resource_type, {}).get("description", ""))


def common_fields(resource_type: str) -> tuple[str, ...]:
    """Those of the common fields that resources of a type have, as far as is known."""
    found = _catalogue().get(resource_type, {}).get("common", ())
    return tuple(map(str, found))


def id_form(resource_type: str) -> str:
    """How the `ResourceId` of a type is made, with `{AccountId}` and the like; empty if unknown."""
    entry = _catalogue().get(resource_type, {})
    form = str(entry.get("resource_id_form", ""))
    return "" if form == "unknown" else form


@cache
def _fields_of(resource_type: str) -> Mapping[str, Field]:
    catalogue = _catalogue()
    fields = {
        name: _field(name, entry, common=True)
        for name, entry in catalogue["_common"]["fields"].items()
    }
    fields |= {
        name: _field(name, entry, common=False)
        for name, entry in catalogue[resource_type]["fields"].items()
    }
    return MappingProxyType(fields)


def _field(name: str, entry: Mapping[str, object], common: bool) -> Field:
    keys = entry.get("keys", ())
    assert isinstance(keys, (list, tuple))
    return Field(
        name=name,
        type=str(entry["type"]),
        nullable=bool(entry["nullable"]),
        description=str(entry.get("description", "")),
        optional=bool(entry.get("optional", False)),
        common=common,
        keys=tuple(keys),
    )


@cache
def _catalogue() -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    text = Path(__file__).with_name("resource_types.json").read_text("utf-8")
    catalogue: dict[str, dict[str, dict[str, dict[str, object]]]] = json.loads(text)
    return catalogue
