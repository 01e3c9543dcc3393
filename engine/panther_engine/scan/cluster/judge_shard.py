"""Judges one shard on the machine that it is called on, in workers as a local scan has them.

For any engine that can call a function or a command somewhere:
`python -m panther_engine.scan.cluster.judge_shard BUNDLE SHARD FOLDER`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import msgspec

from panther_engine.running.jobs.warm_up import warm_up
from panther_engine.running.processes.confinement import private_prefix
from panther_engine.scan.cluster.bundle import open_bundle
from panther_engine.scan.cluster.exchange import (
    ExchangeError,
    exists,
    join,
    pack,
    read_packed,
    write,
)
from panther_engine.scan.cluster.shard import read_shard
from panther_engine.scan.evaluating.evaluate import Evaluator, Judged, evaluate_in
from panther_engine.scan.evaluating.plan import make_plan
from panther_engine.scan.inventory.spool import private_spool
from panther_engine.values.frozen import dataclass


@dataclass(frozen=True, slots=True)
class _Part:
    judged: tuple[Judged, ...]


def part_of(bundle: str, shard: str, folder: str) -> str:
    """The address of what a shard comes to by a bundle."""
    names = (os.path.basename(one).partition(".")[0] for one in (bundle, shard))
    return join(folder, f"{'-'.join(names)}.part.json.gz")


def judge_shard(bundle: str, shard: str, folder: str, places: int = 1) -> dict[str, object]:
    """Judge the resources of a shard, and write what came of it as one part.

    Args:
        bundle: address of the policies, from `make_bundle`.
        shard: address of the resources, from `cut_shards`.
        folder: address of the folder that the part goes into.
        places: processes that judge at the same time.

    Returns `part`, its address, and `seconds`; a part that is there already took none.
    Raises ExchangeError, OSError.
    """
    part = part_of(bundle, shard, folder)
    started = time.monotonic()
    if not exists(part):
        judged = _judge(bundle, shard, places)
        document = json.dumps(msgspec.to_builtins(_Part(tuple(judged))), separators=(",", ":"))
        write(part, pack(document.encode("ascii")))
    return {"part": part, "seconds": time.monotonic() - started}


def read_part(address: str) -> tuple[Judged, ...]:
    """What a shard came to. Nothing in it is believed that is not of its shape.

    Raises ExchangeError, OSError.
    """
    try:
        return msgspec.convert(json.loads(read_packed(address)), _Part).judged
    except (ValueError, RecursionError) as error:
        raise ExchangeError(f"{address} is no part of a scan: {error}") from error


def _judge(bundle: str, shard: str, places: int) -> list[Judged]:
    judged: list[Judged] = []
    with (
        tempfile.TemporaryDirectory(prefix=private_prefix("shard")) as folder,
        private_spool() as spool,
    ):
        manifest, repository = open_bundle(bundle, Path(folder))
        read_shard(shard, spool)
        policies = [repository.policies[spec] for spec in manifest.specs]
        plan = make_plan(policies, spool.counts(), disabled=manifest.disabled)
        evaluator = Evaluator(repository, plan, spool, judged.append)
        options = replace(
            manifest.options, read=(*manifest.options.read, os.path.realpath(spool.folder))
        )
        workers = warm_up(repository.root, options.python or sys.executable, options)
        try:
            asyncio.run(evaluate_in(workers, evaluator, repository, places))
        finally:
            workers.close()
    return judged


def main(arguments: Iterable[str]) -> int:
    """The command."""
    bundle, shard, folder = arguments
    print(json.dumps(judge_shard(bundle, shard, folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
