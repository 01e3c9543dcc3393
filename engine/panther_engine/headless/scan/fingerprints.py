"""What the verdicts of a plan's policies are made from, as digests."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from panther_engine.reading.repository.dependencies import globals_used
from panther_engine.reading.repository.repository import Repository
from panther_engine.scan.evaluating.plan import Plan
from panther_engine.scan.store.keep import Made


def fingerprints(repository: Repository, plan: Plan) -> list[Made]:
    """Of each policy of a plan."""
    return [
        Made(
            one.policy,
            one.types,
            _digest(repository, (one.policy.body,), repr(one.policy.suppressions)),
            _digest(
                repository,
                [
                    repository.globals[name].body
                    for name in globals_used(repository, one.policy.spec)
                    if name in repository.globals
                ],
            ),
        )
        for one in plan.policies
    ]


def _digest(repository: Repository, paths: Sequence[str], more: str = "") -> bytes:
    hashed = blake2b(more.encode("utf-8", "surrogatepass"), digest_size=16)
    for path in paths:
        source = repository.files.get(path)
        hashed.update((source.digest if source else "-").encode() + b"\0")
    return hashed.digest()
