"""Resources, and what policies said of them, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from panther_engine.model import Failure, JsonValue, Verdict


@dataclass(frozen=True, slots=True)
class Resource:
    """One document of an inventory."""

    id: str
    """Its `ResourceId`, unique over all accounts."""
    type: str
    account: str
    region: str
    document: Mapping[str, JsonValue]
    when: str = ""
    """When the source saw it, as RFC 3339 text; of two documents the newer one counts."""
    deleted: bool = False
    """The source says that it is gone."""
    mapping: str = ""
    """What made it from another shape than Panther's; empty where nothing did."""


@dataclass(frozen=True, slots=True)
class Status:
    """What production says of a policy and a resource: a row of `compliance_history`."""

    policy_id: str
    resource_id: str
    resource_type: str
    verdict: Verdict
    suppressed: bool
    when: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A piece of an inventory that is no resource, and why."""

    path: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Alert:
    """What would be sent for a FAIL: what the policy's functions said, else what its spec says."""

    title: str
    severity: str
    description: str
    reference: str
    runbook: str
    dedup: str
    destinations: tuple[str, ...] | None
    """None: as severity routes it."""
    context: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a policy says of a resource."""

    spec: str
    policy_id: str
    resource_id: str
    verdict: Verdict
    suppressed: bool = False
    missing: tuple[str, ...] = ()
    """IDs of resources that it looked up and that are not in the inventory: what it says may be
    otherwise in production."""
    looked_up: tuple[str, ...] = ()
    """IDs of resources that it looked up and got."""
    error: Failure | None = None
    alert: Alert | None = None

    @property
    def unverified(self) -> bool:
        """Whether the verdict leans on something that is not in the inventory."""
        return bool(self.missing)
