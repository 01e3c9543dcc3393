"""Has a Dask cluster judge an inventory, shard by shard; results never pass its scheduler.

What is in the exchange folder already is done: a scan that was interrupted goes on, and a shard
that two machines judged is the same part twice.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Protocol

from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.report import RunOptions
from panther_engine.running.processes.confinement import private_prefix
from panther_engine.scan.cluster.apart import lacked_others, only, set_apart, without
from panther_engine.scan.cluster.bundle import make_bundle
from panther_engine.scan.cluster.exchange import ExchangeError, digest_of, exists, join, write
from panther_engine.scan.cluster.judge_shard import judge_shard, part_of, read_part
from panther_engine.scan.cluster.shard import RESOURCES, cut_shards, shard_sizes
from panther_engine.scan.evaluating.evaluate import Judged, OnJudged
from panther_engine.scan.evaluating.plan import Plan
from panther_engine.scan.inventory.spool import Spool
from panther_engine.values.frozen import dataclass

RETRIES = 2
"""Times that a shard is tried again after an error; what a dead machine had is tried besides."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a scan is to be judged."""

    scheduler: str = ""
    """Address of a Dask scheduler, such as `tls://host:8786`; empty for one of this machine."""
    processes: int = 2
    """Of a cluster of this machine."""
    exchange: str = ""
    """Address of a folder that all machines see; empty for one of this machine's that goes away."""
    resources: int = RESOURCES
    """Of a shard, at most."""
    python: str | None = None
    """The interpreter that runs the policies there; None for the one that panther-tui runs in."""


class Client(Protocol):
    """What is used of `distributed.Client`."""

    def submit(self, call: Callable[..., Any], *args: object, **options: object) -> Any:
        """A future of a call."""


def judge_on_cluster(
    cluster: Cluster,
    repository: Repository,
    plan: Plan,
    options: RunOptions,
    spool: Spool,
    on_judged: OnJudged,
    on_shard: Callable[[int, int], None],
    costs: Mapping[str, float],
) -> Plan:
    """Judge what a cluster can judge, and return what is left to be judged here.

    `costs` are seconds of one evaluation, by the policy's ID, where they are known. `on_shard` is
    told how many shards of how many are back; `on_judged`, once all are, of each part as in a local
    scan.
    Raises ExchangeError, OSError, and what Dask does.
    """
    apart, rest = set_apart(plan, repository)
    if not apart.policies:
        return rest
    with _exchange(cluster) as folder, _client(cluster) as (client, as_completed):
        specs = [one.policy.spec for one in apart.policies]
        disabled = any(not one.policy.enabled for one in apart.policies)
        bundle = _put(folder, make_bundle(repository, specs, options, disabled=disabled), "zip")
        waiting, parts = [], []
        for content in cut_shards(spool, shard_sizes(apart, costs, cluster.resources)):
            shard = _put(folder, content, "jsonl.gz")
            part = part_of(bundle, shard, folder)
            parts.append(part)
            if not exists(part):
                waiting.append(
                    client.submit(judge_shard, bundle, shard, folder, retries=RETRIES, pure=False)
                )
        done = len(parts) - len(waiting)
        on_shard(done, len(parts))
        for number, future in enumerate(as_completed(waiting), done + 1):
            future.result()
            on_shard(number, len(parts))
        lacked: frozenset[str] = frozenset()
        for part in parts:
            lacked |= lacked_others(read_part(part))
        for judged in _all(parts):
            if judged.spec not in lacked:
                on_judged(judged)
    left = without(apart, frozenset(specs) - lacked)
    return only(plan, frozenset(one.policy.spec for one in (*left.policies, *rest.policies)))


def _all(parts: list[str]) -> Iterator[Judged]:
    for part in parts:
        yield from read_part(part)


def _put(folder: str, content: bytes, end: str) -> str:
    address = join(folder, f"{digest_of(content)}.{end}")
    write(address, content)
    return address


@contextmanager
def _exchange(cluster: Cluster) -> Iterator[str]:
    if cluster.exchange:
        yield cluster.exchange
        return
    if cluster.scheduler:
        raise ExchangeError(
            "a cluster needs a folder that all its machines see: --exchange FOLDER, or an address"
            " such as s3://bucket/folder"
        )
    with tempfile.TemporaryDirectory(prefix=private_prefix("exchange")) as folder:
        yield folder


@contextmanager
def _client(cluster: Cluster) -> Iterator[tuple[Client, Callable[..., Any]]]:
    try:
        dask = import_module("distributed")
    except ImportError as error:
        raise ExchangeError(
            f"a cluster needs Dask: {error}; pip install 'panther-tui[cluster]'"
        ) from error
    if cluster.scheduler:
        with dask.Client(cluster.scheduler) as client:
            yield client, dask.as_completed
        return
    with (
        dask.LocalCluster(
            n_workers=cluster.processes,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",  # any free port, so that two scans can go on at once
        ) as local,
        dask.Client(local) as client,
    ):
        yield client, dask.as_completed
