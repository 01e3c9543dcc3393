"""Some resources of an inventory as one file, which a machine judges at a time."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence

from panther_engine.scan.cluster.exchange import ExchangeError, pack, read_packed
from panther_engine.scan.inventory.spool import Spool, Stored
from panther_engine.values.scanned import Resource

RESOURCES = 20_000
"""Resources of a shard: ten seconds of a median policy's work, long beside a task's start."""
BYTES = 64 << 20
"""Of documents in a shard."""


def cut_shards(spool: Spool, types: Collection[str], size: int = RESOURCES) -> Iterator[bytes]:
    """The resources of these types, in files of at most so many."""
    held: list[Stored] = []
    filled = 0
    for kind in sorted(types):
        for one in spool.of_type(kind):
            if held and (len(held) == size or filled + one.length > BYTES):
                yield _shard_of(spool, held)
                held, filled = [], 0
            held.append(one)
            filled += one.length
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
