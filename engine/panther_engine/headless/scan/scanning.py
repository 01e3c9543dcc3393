"""Scans an inventory with the policies of a checkout, from the files to the store."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from panther_engine.headless.scan.fingerprints import fingerprints
from panther_engine.headless.scan.numbers import scan_number
from panther_engine.headless.scan.planning import (
    Opened,
    Planned,
    open_checkout,
    plan_of,
    read_into,
    why_nothing,
)
from panther_engine.headless.scan.progress import ScanProgress
from panther_engine.headless.scan.request import Prepare, ScanRequest
from panther_engine.headless.scan.resuming import TakenOver, interrupt, left_of, take_over
from panther_engine.model import Verdict
from panther_engine.reading.selection.targets import SelectionError
from panther_engine.running.jobs.warm_up import WarmWorkers, warm_up
from panther_engine.scan.cluster.driver import Cluster, judge_on_cluster
from panther_engine.scan.evaluating.evaluate import Evaluator, Judged, evaluate_in
from panther_engine.scan.evaluating.plan import Plan
from panther_engine.scan.ignores.baseline import extend_baseline
from panther_engine.scan.ignores.entries import Ignores
from panther_engine.scan.ignores.loading import NoBaselineError, load_ignores
from panther_engine.scan.inventory.kept import forget_inventories, keeping
from panther_engine.scan.inventory.spool import Spool, private_spool
from panther_engine.scan.store.keep import Keeper
from panther_engine.scan.store.production import Production
from panther_engine.scan.store.rollups import findings, scans
from panther_engine.scan.store.schema import open_store, store_file

NO_PRODUCTION = Production()
OnProgress = Callable[[ScanProgress], None]


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan that is over, and the store that it is in."""

    planned: Planned
    store: sqlite3.Connection
    number: int
    before: int | None
    """The scan that it is compared with; None for the first."""
    seconds: float
    ignores: Ignores
    """What was in force, and of use."""
    partial: bool = False
    """The inventory was a part of what there is."""
    added: int = 0
    """Results that the baseline has more than before."""
    compared: bool = False
    """Each change since then is to be told."""
    production: Production = NO_PRODUCTION
    """What production says of the same."""
    not_kept: str = ""
    """Why the inventory could not be kept, if that was asked for."""


def scan_inventory(
    request: ScanRequest,
    here: Path,
    prepare: Prepare,
    on_progress: OnProgress = lambda progress: None,
) -> Scanned:
    """Judge an inventory and keep what was found. Blocks.

    A scan that is interrupted changes nothing of what is known, and can be gone on with. Whoever
    takes the result closes its store. Raises SelectionError, InterpreterError, StoreError,
    ExchangeError, OSError, ScanInterruptedError.
    """
    opened = open_checkout(request, here, prepare)
    root = opened.repository.root
    ignores = _ignores(request, root)
    before = _base(request, root)
    with private_spool() as spool, closing(_workers(opened, spool)) as workers:
        planned = plan_of(opened, request, read_into(spool, request, root), spool)
        if not planned.plan.evaluations:
            raise SelectionError(why_nothing(planned))
        store = open_store(store_file(root))
        try:
            scan = _Scan(request, opened, planned, spool, store, ignores, on_progress)
            scan.run(workers)
            return scan.result(before)
        except BaseException:
            store.close()
            raise


def _workers(opened: Opened, spool: Spool) -> WarmWorkers:
    """Workers that may read the inventory, which policies look things up in."""
    folder = os.path.realpath(spool.folder)
    options = replace(opened.options, read=(*opened.options.read, folder))
    return warm_up(opened.repository.root, opened.interpreter.path, options)


class _Scan:
    """One scan, from what was read to what is kept. Use it once."""

    def __init__(
        self,
        request: ScanRequest,
        opened: Opened,
        planned: Planned,
        spool: Spool,
        store: sqlite3.Connection,
        ignores: Ignores,
        on_progress: OnProgress,
    ) -> None:
        """Begin it in the store, with what an interrupted one has done if it goes on from that."""
        self._request = request
        self._opened = opened
        self._planned = planned
        self._spool = spool
        self._store = store
        self._ignores = ignores
        self._tell = on_progress
        self._resources = sum(planned.types.values())
        self._production = NO_PRODUCTION
        made = fingerprints(planned.repository, planned.plan)
        left = left_of(store, spool) if request.resume else None
        self._keeper = Keeper(
            store,
            spool.folder / "index.sqlite",
            made,
            _scope(request),
            request.partial,
            request.resume,
        )
        self._progress = ScanProgress(planned.plan.evaluations, places=planned.places)
        self._progress.plan(planned.plan.policies, planned.costs)
        self._seconds_before = left.seconds if left else 0.0
        self._taken = take_over(left, store, self._keeper, made, ignores) if left else TakenOver()
        for spec, spans in self._taken.spans.items():
            self._progress.judged(spec, sum(until - begin for begin, until in spans))
        self._progress.resumed = self._progress.done
        self._progress.failed = self._taken.found
        self._took = 0.0
        self._evaluator: Evaluator | None = None
        self._not_kept = ""

    def run(self, workers: WarmWorkers) -> None:
        """Judge what there is to judge, and settle it in the store."""
        try:
            plan = self._planned.plan
            if self._request.cluster is not None:
                plan = self._judge_there(self._request.cluster, plan)
            self._judge_here(plan, workers)
            self._complete()
        except KeyboardInterrupt as error:
            self._interrupt(error)
        except BaseException:
            self._keeper.give_up()
            raise

    def result(self, before: int | None) -> Scanned:
        """What it came to, compared with the scan `before`, or else with the last one."""
        return Scanned(
            self._planned,
            self._store,
            self._keeper.number,
            _scan_before(self._store, self._keeper) if before is None else before,
            self._took,
            self._ignores,
            self._request.partial,
            _extend(self._request, self._store, self._keeper.number),
            bool(self._request.since),
            self._production,
            self._not_kept,
        )

    def _judge_there(self, cluster: Cluster, plan: Plan) -> Plan:
        """Have a cluster judge what it can; what is left of the plan."""

        def count(done: int, total: int) -> None:
            self._progress.shards = (done, total)
            self._show_progress()

        opened = self._opened
        here_too = None if cluster.scheduler else opened.interpreter.path
        options = replace(opened.options, python=cluster.python or here_too)
        left = judge_on_cluster(
            cluster,
            opened.repository,
            plan,
            options,
            self._spool,
            self._keep,
            count,
            self._planned.costs,
        )
        self._progress.shards = None
        return left

    def _judge_here(self, plan: Plan, workers: WarmWorkers) -> None:
        repository = self._opened.repository
        evaluator = Evaluator(
            repository,
            plan,
            self._spool,
            self._keep,
            done=self._taken.spans,
            costs=self._planned.costs,
            salvage=True,
            on_tick=self._show_progress,
        )
        self._evaluator = evaluator
        self._show_progress()
        asyncio.run(evaluate_in(workers, evaluator, repository, self._planned.places))

    def _keep(self, judged: Judged) -> None:
        self._keeper.add(self._ignores.mark(judged.evaluations))
        until = judged.begin + judged.resources
        self._keeper.judged(judged.spec, judged.begin, until, judged.seconds)
        self._progress.judged(judged.spec, judged.resources)
        self._progress.failed += len(judged.evaluations)
        self._show_progress()

    def _show_progress(self) -> None:
        self._progress.running = self._evaluator.reached if self._evaluator is not None else 0
        self._tell(self._progress)

    def _seconds(self) -> float:
        return time.monotonic() - self._progress.started + self._seconds_before

    def _complete(self) -> None:
        self._took = self._seconds()
        if self._planned.reading.statuses:
            self._production = self._keeper.compare()
        root = self._opened.repository.root
        with ExitStack() as kept:
            if self._request.keep_inventory:
                try:
                    kept.enter_context(keeping(store_file(root), self._keeper.number, self._spool))
                except OSError as error:  # the verdicts are worth more than the copy
                    self._not_kept = error.strerror or str(error)
            self._keeper.complete(
                resources=self._resources,
                passed_over=self._planned.reading.passed_over,
                seconds=self._took,
                inventory=self._spool.digest(),
                keep=self._request.keep(root),
            )
        forget_inventories(store_file(root), {one.number for one in scans(self._store)})

    def _interrupt(self, error: KeyboardInterrupt) -> None:
        """Keep how far it is, and raise what says so."""
        if self._progress.done == 0 or self._request.cluster is not None:
            self._keeper.give_up()  # what a cluster judged is in its exchange folder
            raise error
        raise interrupt(
            self._keeper,
            self._spool,
            self._progress.total,
            self._resources,
            self._planned.reading.passed_over,
            self._seconds(),
        ) from error


def _ignores(request: ScanRequest, root: Path) -> Ignores:
    name = request.ignores(root) if request.ignores is not None else ""
    try:
        return load_ignores(
            root, name, request.baseline, today=date.today(), extended=request.extend
        )
    except NoBaselineError as error:
        raise SelectionError(str(error)) from error


def _extend(request: ScanRequest, store: sqlite3.Connection, number: int) -> int:
    """Add what was found to the baseline; how much of it was not in there."""
    if request.baseline is None or not request.extend:
        return 0
    heard = (
        (one.policy_id, one.resource_id)
        for one in findings(store, number)
        if one.verdict is not Verdict.PASS and not one.suppressed and not one.ignored
    )
    return extend_baseline(request.baseline, heard)


def _base(request: ScanRequest, root: Path) -> int | None:
    """The scan to compare with, if one was named; for `last`, whatever there is."""
    if request.since in ("", "last"):
        return None
    store = open_store(store_file(root))
    try:
        return scan_number(store, request.since)
    finally:
        store.close()


def _scope(request: ScanRequest) -> str:
    narrowed = [*request.policies, *request.filters]
    if request.partial:
        narrowed.append("a part of the resources")
    return ", ".join(narrowed)


def _scan_before(store: sqlite3.Connection, keeper: Keeper) -> int | None:
    (found,) = store.execute(
        "SELECT max(number) FROM scan WHERE number < ? AND state = 'complete'", (keeper.number,)
    ).fetchone()
    return None if found is None else int(found)
