"""Resources, and what policies said of them, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from panther_engine.model import Failure, JsonValue, Verdict
from panther_engine.values.frozen import dataclass


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
    unfilled: tuple[str, ...] = ()
    """Fields that the mapping could not fill: `A`, or `A.B` of a map or of those in a list; `*` for
    all others that the document does not have, but for those that are named as `-C`."""


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
    resource_key: int = 0
    """Of the resource in the spool."""
    ignored: str = ""
    """Why the team ignores it; empty if it does not. Panther knows nothing of that."""

    @property
    def unverified(self) -> bool:
        """Whether the verdict leans on something that is not in the inventory."""
        return bool(self.missing)


@dataclass(frozen=True, slots=True)
class Counts:
    """Verdicts of one policy over an inventory."""

    passed: int = 0
    failed: int = 0
    """With those that are suppressed."""
    erred: int = 0
    suppressed: int = 0
    unverified: int = 0
    ignored: int = 0

    @property
    def total(self) -> int:
        """All evaluations."""
        return self.passed + self.failed + self.erred


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of verdicts when policies were evaluated again."""

    more_fail: int = 0
    fewer_fail: int = 0
    now_err: int = 0
    no_longer_err: int = 0

    def __add__(self, other: Moved) -> Moved:
        """Of both together."""
        return Moved(
            self.more_fail + other.more_fail,
            self.fewer_fail + other.fewer_fail,
            self.now_err + other.now_err,
            self.no_longer_err + other.no_longer_err,
        )

    def __bool__(self) -> bool:
        """Whether any moved."""
        return any((self.more_fail, self.fewer_fail, self.now_err, self.no_longer_err))

    @property
    def words(self) -> str:
        """`3 more fail, 41 fewer, 2 now err`."""
        parts = (
            (self.more_fail, "more fail"),
            (self.fewer_fail, "fewer" if self.more_fail else "fewer fail"),
            (self.now_err, "now err"),
            (self.no_longer_err, "err no more"),
        )
        return ", ".join(f"{count:,} {word}" for count, word in parts if count) or "nothing moved"


class RowOrder(StrEnum):
    """How the resources that a policy does not pass are listed."""

    MOVED = "moved"
    """What moved first, then errors."""
    ID = "id"
    ACCOUNT = "account"
    REGION = "region"
    TYPE = "type"
    VERDICT = "verdict"
    SAID = "said"
    """By the error, or the title of the alert."""


class GroupBy(StrEnum):
    """What they are grouped by."""

    CAUSE = "cause"
    """The type and place of an error; of an alert the title, whatever resource that names."""
    ACCOUNT = "account"
    REGION = "region"
    TYPE = "type"
    VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class ScannedRow:
    """A resource in the list of a policy, which it does not pass."""

    key: int
    resource_id: str
    resource_type: str
    account: str
    region: str
    verdict: Verdict
    suppressed: bool
    unverified: bool
    moved: bool
    """It had another verdict before the policy was evaluated again."""
    said: str
    """Its error, or the title of its alert."""
    path: str = ""
    """Where the error was raised."""
    line: int = 0
    ignored: str = ""
    """Why the team ignores it."""
    mapping: str = ""
    """What made it from another shape than Panther's."""
    cause: str = ""
    """The name of its group by cause."""


@dataclass(frozen=True, slots=True)
class ScannedGroup:
    """Resources that a policy does not pass and that have something in common."""

    name: str
    """What they have in common."""
    count: int
    failed: int
    erred: int
    example: ScannedRow
    """The one with the smallest document."""
