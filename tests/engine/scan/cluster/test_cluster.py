"""A scan on a cluster comes to what it comes to here, whatever becomes of the machines."""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from panther_engine.model import Verdict
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.plan import served_globals
from panther_engine.running.jobs.report import RunOptions
from panther_engine.running.jobs.warm_up import warm_up
from panther_engine.scan.cluster.bundle import make_bundle, open_bundle
from panther_engine.scan.cluster.driver import Cluster, judge_on_cluster
from panther_engine.scan.cluster.exchange import ExchangeError
from panther_engine.scan.cluster.judge_shard import judge_shard, part_of, read_part
from panther_engine.scan.cluster.shard import cut_shards, read_shard
from panther_engine.scan.evaluating.evaluate import EvaluationPool, Evaluator, Judged
from panther_engine.scan.evaluating.plan import Plan, make_plan
from panther_engine.scan.inventory.spool import Spool, private_spool
from panther_engine.values.scanned import Evaluation, Resource
from tests.engine.reading.repository.checkout import Checkout

OPEN = "def policy(resource):\n    return not resource['Open']\n"
SLOTS = "def policy(resource):\n    return resource['Slots'][0] is None\n"
HELPER = (
    "def resource_table():\n    raise RuntimeError\n\n\n"
    "def resource_lookup(name):\n    found = resource_table().get_item(Key={'id': name})\n"
    "    return found['Item']['attributes'] if 'Item' in found else None\n\n\n"
    "def neighbour(resource):\n    return resource_lookup(resource['Next'])\n"
)
LOOKS = (
    "import panther_aws_helpers\n\n\ndef policy(resource):\n"
    "    return panther_aws_helpers.neighbour(resource) is not None\n"
)
KIND = "AWS.S3.Bucket"
RESOURCES = 40


@dataclass
class Scan:
    """A plan over an inventory in a spool."""

    repository: Repository
    plan: Plan
    spool: Spool

    def here(self, plan: Plan | None = None) -> list[Judged]:
        """What it comes to in workers of this process."""
        judged: list[Judged] = []
        evaluator = Evaluator(self.repository, plan or self.plan, self.spool, judged.append)
        options = RunOptions(read=(str(self.spool.folder.resolve()),))
        workers = warm_up(self.repository.root, sys.executable, options)

        async def run() -> None:
            workers.launcher.listen()
            workers.launcher.set_globals(served_globals(self.repository), ())
            root = str(self.repository.root)
            await evaluator.run(EvaluationPool(workers.launcher, root, 2, workers.limits))

        try:
            asyncio.run(run())
        finally:
            workers.close()
        return judged

    def there(
        self, cluster: Cluster, on_shard: Callable[[int, int], None] = lambda done, total: None
    ) -> tuple[list[Judged], Plan]:
        """What it comes to on a cluster, and what is left to be judged here."""
        judged: list[Judged] = []
        left = judge_on_cluster(
            cluster,
            self.repository,
            self.plan,
            RunOptions(),
            self.spool,
            judged.append,
            on_shard,
            {},
        )
        return judged, left

    def put(self, folder: Path, size: int) -> tuple[str, list[str]]:
        """A bundle and shards in a folder; their addresses."""
        specs = [one.policy.spec for one in self.plan.policies]
        bundle = folder / "bundle.zip"
        bundle.write_bytes(make_bundle(self.repository, specs, RunOptions(), disabled=False))
        shards = []
        for number, content in enumerate(cut_shards(self.spool, {KIND: size})):
            shards.append(str(folder / f"shard{number}.jsonl.gz"))
            Path(shards[-1]).write_bytes(content)
        return str(bundle), shards


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = Checkout(tmp_path / "checkout")
    checkout.policy("open", body=OPEN)
    checkout.policy("slots", body=SLOTS)
    return checkout


@contextmanager
def scan_of(checkout: Checkout) -> Iterator[Scan]:
    repository = load_repository(checkout.root)
    with private_spool() as spool:
        for number in range(RESOURCES):
            document = {
                "Open": number % 3 == 0,
                "Slots": [None] if number % 4 else [],
                "Next": f"arn:{number + 1}",
            }
            mapped = {"mapping": "from elsewhere", "unfilled": ("Next",)} if number % 2 else {}
            spool.add(Resource(f"arn:{number}", KIND, "1", "eu", document, **mapped))  # type: ignore[arg-type]
        spool.settle()
        policies = repository.policies.values()
        yield Scan(repository, make_plan(policies, spool.counts()), spool)


def facts(judged: Sequence[Judged]) -> tuple[dict[str, tuple[int, int]], list[Evaluation]]:
    """What was judged, whatever parts it came in."""
    totals: dict[str, tuple[int, int]] = {}
    for one in judged:
        seen, passed = totals.get(one.spec, (0, 0))
        totals[one.spec] = (seen + one.resources, passed + one.passed)
    found = [replace(it, resource_key=0) for one in judged for it in one.evaluations]
    return totals, sorted(found, key=lambda it: (it.spec, it.resource_id))


def fake_dask(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A cluster that does its work when it is asked for; gives the calls that it was handed."""
    calls: list[Any] = []

    class Client:
        def __init__(self, *_: object) -> None: ...
        def __enter__(self) -> Client:
            return self

        def __exit__(self, *_: object) -> None: ...
        def submit(self, call: Callable[..., Any], *args: Any, **options: Any) -> Any:
            calls.append(args)
            return SimpleNamespace(result=lambda: call(*args))

    dask = SimpleNamespace(Client=Client, LocalCluster=lambda **_: Client(), as_completed=iter)
    monkeypatch.setitem(sys.modules, "distributed", dask)
    return calls


def test_shards_hold_the_resources_as_they_are(checkout: Checkout, tmp_path: Path) -> None:
    with scan_of(checkout) as scan:
        shards = list(cut_shards(scan.spool, {KIND: 15}))
        assert shards == list(cut_shards(scan.spool, {KIND: 15}))
        assert len(shards) == 3
        with private_spool() as spool:
            for number, content in enumerate(shards):
                (tmp_path / str(number)).write_bytes(content)
                read_shard(str(tmp_path / str(number)), spool)
            assert spool.digest() == scan.spool.digest()
            assert [one.mapping for one in spool.of_type(KIND)] == [
                one.mapping for one in scan.spool.of_type(KIND)
            ]


def test_a_bundle_is_the_same_bytes_and_opens_as_the_same_policies(
    checkout: Checkout, tmp_path: Path
) -> None:
    with scan_of(checkout) as scan:
        bundle, _ = scan.put(tmp_path, RESOURCES)
        again = make_bundle(
            load_repository(checkout.root),
            [one.policy.spec for one in scan.plan.policies],
            RunOptions(),
            disabled=False,
        )
        assert Path(bundle).read_bytes() == again
        manifest, repository = open_bundle(bundle, tmp_path / "opened")
        assert repository.policies == scan.repository.policies
        assert manifest.options == RunOptions()


@pytest.mark.parametrize("content", [b"PK", b"\x1f\x8b\x08", b"[]"])
def test_what_is_none_of_ours_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(ExchangeError, match=r"is no bundle"):
        open_bundle(str(file), tmp_path / "opened")
    with pytest.raises(ExchangeError, match=r"is no part"):
        read_part(str(file))
    with private_spool() as spool, pytest.raises(ExchangeError, match=r"is no shard"):
        read_shard(str(file), spool)


def test_a_part_that_is_there_is_not_made_again(checkout: Checkout, tmp_path: Path) -> None:
    with scan_of(checkout) as scan:
        bundle, (shard,) = scan.put(tmp_path, RESOURCES)
        first = judge_shard(bundle, shard, str(tmp_path))
        assert first["part"] == part_of(bundle, shard, str(tmp_path))
        assert facts(read_part(str(first["part"]))) == facts(scan.here())
        Path(bundle).unlink()  # nothing is left to judge it with
        assert judge_shard(bundle, shard, str(tmp_path))["part"] == first["part"]


def test_what_looks_for_others_is_left_to_whoever_has_them(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through a helper, and so without a sign in the body."""
    checkout.policy("looks", body=LOOKS)
    checkout.helper("panther_aws_helpers", HELPER)
    calls = fake_dask(monkeypatch)
    with scan_of(checkout) as scan:
        judged, left = scan.there(Cluster(resources=15))
        assert [one.policy.spec for one in left.policies] == ["policies/looks.yml"]
        assert {one.spec for one in judged} == {"policies/open.yml", "policies/slots.yml"}
        here = scan.here()
        assert facts([*judged, *scan.here(left)]) == facts(here)
        _, found = facts(here)
        assert [it.resource_id for it in found if it.missing] == [f"arn:{RESOURCES - 1}"]
    assert len(calls) == 3


def test_a_scan_goes_on_where_it_was_interrupted(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = fake_dask(monkeypatch)
    cluster = Cluster(resources=15, exchange=str(tmp_path / "exchange"))

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with scan_of(checkout) as scan:
        with pytest.raises(KeyboardInterrupt):
            scan.there(cluster, stop)
        calls.clear()
        judged, _ = scan.there(cluster)
        assert len(calls) == 1
        assert facts(judged) == facts(scan.here())
        checkout.write("policies/open.py", "def policy(resource):\n    return True\n")
    calls.clear()
    with scan_of(checkout) as changed:
        judged, _ = changed.there(cluster)
    assert len(calls) == 3  # other policies, other parts
    assert all(one.verdict is not Verdict.FAIL for one in facts(judged)[1])


def test_a_cluster_elsewhere_needs_a_folder_that_all_see(checkout: Checkout) -> None:
    with scan_of(checkout) as scan, pytest.raises(ExchangeError, match="--exchange FOLDER"):
        scan.there(Cluster(scheduler="tcp://127.0.0.1:1"))


def test_without_dask_it_says_what_to_install(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with scan_of(checkout) as scan, pytest.raises(ExchangeError, match=r"panther-tui\[cluster\]"):
        scan.there(Cluster())


def test_a_real_cluster_comes_to_the_same_though_a_worker_is_killed(checkout: Checkout) -> None:
    pytest.importorskip("distributed")
    killed = []

    def kill(done: int, total: int) -> None:
        if done == 1:
            process = multiprocessing.active_children()[0]
            process.kill()
            killed.append(process.pid)

    with scan_of(checkout) as scan:
        judged, left = scan.there(Cluster(processes=2, resources=10), kill)
        assert killed
        assert not left.policies
        assert facts(judged) == facts(scan.here())
