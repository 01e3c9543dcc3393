"""Which policies judge which resources. Pure.

Panther indexes policies by the exact resource type; one without types judges all (the resource
processor of panther-labs/panther).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from panther_engine.model import Level, Policy


@dataclass(frozen=True, slots=True)
class PlannedPolicy:
    """A policy and the types that it judges, of those that the inventory has."""

    policy: Policy
    types: tuple[str, ...]
    resources: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a scan would do."""

    policies: tuple[PlannedPolicy, ...]
    disabled: tuple[Policy, ...] = ()
    broken: tuple[Policy, ...] = ()
    """Their specs are invalid, so that nobody knows what they judge."""

    @property
    def evaluations(self) -> int:
        """How many there are to be."""
        return sum(one.resources for one in self.policies)


def make_plan(
    policies: Iterable[Policy],
    counts: Mapping[str, int],
    *,
    disabled: bool = False,
    first: Collection[str] = (),
) -> Plan:
    """What to evaluate.

    Args:
        policies: those that were chosen.
        counts: how many resources of each type the inventory has.
        disabled: evaluate those that are not enabled too.
        first: specs of policies that somebody looks at.
    """
    planned, left_out, broken = [], [], []
    for policy in policies:
        if policy.invalid:
            broken.append(policy)
        elif not policy.enabled and not disabled:
            left_out.append(policy)
        else:
            wanted = dict.fromkeys(policy.resource_types or counts)
            types = tuple(kind for kind in wanted if counts.get(kind))
            planned.append(PlannedPolicy(policy, types, sum(counts[kind] for kind in types)))
    planned.sort(key=lambda one: one.policy.spec not in first)
    return Plan(tuple(planned), tuple(left_out), tuple(broken))


def why_broken(policy: Policy) -> str:
    """The first error of a spec, with its place."""
    found = next(one for one in policy.diagnostics if one.severity is Level.ERROR)
    return f"{found.path}:{found.line}: {found.message}"
