"""Which policies are judged where the whole inventory is. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from panther_engine.reading.repository.repository import Repository
from panther_engine.scan.evaluating.evaluate import Judged
from panther_engine.scan.evaluating.plan import Plan

LOOKUP = b"resource_lookup"
"""What looks for other resources is called so in Panther's helpers."""


def set_apart(plan: Plan, repository: Repository) -> tuple[Plan, Plan]:
    """The part of a plan that shards can be judged by, and the rest.

    A body that looks for other resources would not find them in a shard. One that does so through
    a helper is found out by what comes back: see `lacked_others`.
    """
    rest = frozenset(
        one.policy.spec
        for one in plan.policies
        if (body := repository.files.get(one.policy.body)) is not None and LOOKUP in body.content
    )
    return without(plan, rest), only(plan, rest)


def lacked_others(judged: Iterable[Judged]) -> frozenset[str]:
    """Specs of policies that looked for a resource and did not find it in the shard."""
    return frozenset(one.spec for one in judged if any(it.missing for it in one.evaluations))


def only(plan: Plan, specs: frozenset[str]) -> Plan:
    """The plan of these policies."""
    return replace(plan, policies=tuple(one for one in plan.policies if one.policy.spec in specs))


def without(plan: Plan, specs: frozenset[str]) -> Plan:
    """The plan of the other policies."""
    return replace(
        plan, policies=tuple(one for one in plan.policies if one.policy.spec not in specs)
    )
