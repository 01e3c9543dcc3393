"""Some resources of an inventory as one file, which a machine judges at a time."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence

from panther_engine.scan.cluster.exchange import ExchangeError, pack, read_packed
from panther_engine.scan.evaluating.plan import Plan
from panther_engine.scan.inventory.spool import Spool, Stored
from panther_engine.values.scanned import Resource

RESOURCES = 20_000
"""Resources of a shard at most: five seconds of usual policies' work, where a task takes 0.7."""
SECONDS = 20.0
"""That the policies of a shard take of one core at most, where former scans measured them."""
BYTES = 64 << 20
"""Of documents in a shard."""
ROUNDED = 1e-9
"""Of a shard, what shares that are added up may be off."""


def shard_sizes(plan: Plan, costs: Mapping[str, float], most: int = RESOURCES) -> dict[str, int]:
    """Of each type, how many resources are a shard if there is nothing else in it.

    Args:
        plan: what is to be judged.
        costs: seconds of one evaluation, by the policy's ID.
        most: resources of a shard, at most.

    Where it is less than `most` it is a power of two: a cost that is measured anew and is about the
    same cuts the same shards, whose parts may be there already.
    """
    each: dict[str, float] = {}
    for one in plan.policies:
        for kind in one.types:
            each[kind] = each.get(kind, 0.0) + costs.get(one.policy.id, 0.0)
    sizes = {}
    for kind, seconds in each.items():
        fitting = SECONDS / seconds if seconds else math.inf
        sizes[kind] = most if fitting >= most else 2 ** max(0, math.floor(math.log2(fitting)))
    return sizes


def cut_shards(spool: Spool, sizes: Mapping[str, int]) -> Iterator[bytes]:
    """The resources of these types in files: as many of a type as `sizes` says, or a mixture."""
    held: list[Stored] = []
    room, free = 1.0, BYTES
    for kind, size in sorted(sizes.items()):
        share = 1 / size
        for one in spool.of_type(kind):
            if held and (room < share - ROUNDED or free < one.length):
                yield _shard_of(spool, held)
                held, room, free = [], 1.0, BYTES
            held.append(one)
            room -= share
            free -= one.length
    if held:
        yield _shard_of(spool, held)


def read_shard(address: str, spool: Spool) -> None:
    """Put the resources of a shard into a spool. Raises ExchangeError, OSError."""
    try:
        for line in read_packed(address).split(b"\n")[:-1]:
            said, _, document = line.partition(b"\t")
            identity, kind, account, region, mapping, unfilled = json.loads(said)
            resource = json.loads(document)
            spool.add(
                Resource(
                    identity,
                    kind,
                    account,
                    region,
                    resource,
                    mapping=mapping,
                    unfilled=tuple(unfilled.split("\n")) if unfilled else (),
                )
            )
    except ValueError as error:
        raise ExchangeError(f"{address} is no shard of a scan: {error}") from error
    spool.settle()


def _shard_of(spool: Spool, resources: Sequence[Stored]) -> bytes:
    lines = []
    for one, document in zip(resources, spool.contents(resources), strict=True):
        said = json.dumps([one.id, one.type, one.account, one.region, one.mapping, one.unfilled])
        lines.append(said.encode("ascii") + b"\t" + document + b"\n")
    return pack(b"".join(lines))
