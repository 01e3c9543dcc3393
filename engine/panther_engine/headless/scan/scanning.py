"""Scans an inventory with the policies of a checkout, from the files to the store."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from panther_engine.headless.request import select_paths
from panther_engine.headless.scan.numbers import scan_number
from panther_engine.headless.scan.progress import ScanProgress
from panther_engine.headless.scan.resuming import TakenOver, interrupt, left_of, take_over
from panther_engine.model import Policy, Verdict
from panther_engine.reading.repository.dependencies import globals_used
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import load_pat_settings, matches
from panther_engine.reading.repository.repository import Repository, facts_of
from panther_engine.reading.selection.filters import parse_filters
from panther_engine.reading.selection.select import choose
from panther_engine.reading.selection.targets import SelectionError
from panther_engine.running.interpreter.choose import Interpreter
from panther_engine.running.interpreter.python_version import reads_newer_syntax
from panther_engine.running.jobs.pool import default_places
from panther_engine.running.jobs.report import RunOptions
from panther_engine.running.jobs.warm_up import warm_up
from panther_engine.scan.cluster.driver import Cluster, judge_on_cluster
from panther_engine.scan.evaluating.evaluate import Evaluator, Judged, evaluate_in
from panther_engine.scan.evaluating.plan import Plan, make_plan
from panther_engine.scan.ignores.baseline import extend_baseline
from panther_engine.scan.ignores.entries import Ignores
from panther_engine.scan.ignores.loading import NoBaselineError, load_ignores
from panther_engine.scan.inventory.opening import UnreadableError
from panther_engine.scan.inventory.reading import Reading, read_inventory
from panther_engine.scan.inventory.spool import Spool, private_spool
from panther_engine.scan.mapping.loading import MappingError, load_mapping
from panther_engine.scan.store.keep import KEPT_SCANS, Keeper, Made
from panther_engine.scan.store.production import Production
from panther_engine.scan.store.rollups import costs, findings, scans
from panther_engine.scan.store.schema import open_store, store_file

NO_PRODUCTION = Production()
Prepare = Callable[[Path], tuple[RunOptions, Interpreter]]
"""For the root of a checkout, how to run and with which Python."""


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What a scan was asked for."""

    inventory: tuple[str, ...]
    """Files, folders, globs, or `-` for standard input."""
    policies: tuple[str, ...] = ()
    """Paths as the user typed them; none means those of the directory."""
    filters: tuple[str, ...] = ()
    """`KEY=VALUE`, as PAT takes it."""
    disabled: bool = False
    """Evaluate policies that are not enabled too."""
    partial: bool = False
    """The inventory is a part: what is not in it is not gone."""
    keep: Callable[[Path], int] = lambda root: KEPT_SCANS
    """For the root of a checkout, how many of its scans are kept."""
    mappings: Callable[[Path], tuple[Path, ...]] = lambda root: ()
    """For the root of a checkout, files that say how to read shapes that are not Panther's."""
    ignores: Callable[[Path], str] | None = None
    """For the root of a checkout, its file of ignores; None to hear of everything."""
    baseline: Path | None = None
    """A file of results that are known, and not to be heard of."""
    extend: bool = False
    """Add to the baseline what is found beside it."""
    cluster: Cluster | None = None
    """Other machines, or processes, that judge what they can."""
    since: str = ""
    """The scan to compare with, by number or `last`; empty for the one before."""
    resume: bool = False
    """Go on from the scan that was interrupted."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What a scan would do."""

    repository: Repository
    python: str
    plan: Plan
    reading: Reading
    types: Mapping[str, int]
    """Resources of each type."""
    repeated: int
    gone: int
    places: int
    """Evaluations that run at a time."""
    costs: Mapping[str, float]
    """Seconds of one evaluation, by the ID of the policy, as former scans measured them."""

    @property
    def measured(self) -> float:
        """Seconds of one core for all policies whose cost is known."""
        known = ((self.costs.get(one.policy.id, 0.0), one.resources) for one in self.plan.policies)
        return sum(cost * resources for cost, resources in known)

    @property
    def unmeasured(self) -> int:
        """Policies that judge something and whose cost is not known."""
        judging = (one for one in self.plan.policies if one.resources)
        return sum(one.policy.id not in self.costs for one in judging)


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


def plan_scan(request: ScanRequest, here: Path, prepare: Prepare) -> Planned:
    """What a scan would do, without doing it. Raises as `scan_inventory` does."""
    opened = _open(request, here, prepare)
    with private_spool() as spool:
        return _planned(opened, request, _read(request, opened.repository.root, spool), spool)


def scan_inventory(
    request: ScanRequest,
    here: Path,
    prepare: Prepare,
    on_progress: Callable[[ScanProgress], None] = lambda progress: None,
) -> Scanned:
    """Judge an inventory and keep what was found. Blocks.

    A scan that is interrupted changes nothing of what is known, and can be gone on with. Whoever
    takes the result closes its store. Raises SelectionError, InterpreterError, StoreError,
    ExchangeError, OSError, ScanInterruptedError.
    """
    opened = _open(request, here, prepare)
    repository, options, interpreter = opened.repository, opened.options, opened.interpreter
    ignores = _ignores(request, repository.root)
    before = _base(request, repository.root)
    with private_spool() as spool:
        folder = os.path.realpath(spool.folder)  # for what policies look up in the inventory
        workers = warm_up(
            repository.root, interpreter.path, replace(options, read=(*options.read, folder))
        )
        try:
            reading = _read(request, opened.repository.root, spool)
            planned = _planned(opened, request, reading, spool)
            if not planned.plan.evaluations:
                raise SelectionError(_nothing(planned))
            store = open_store(store_file(repository.root))
            try:
                made = _made(repository, planned.plan)
                left = left_of(store, spool) if request.resume else None
                index = spool.folder / "index.sqlite"
                keeper = Keeper(
                    store, index, made, _scope(request), request.partial, request.resume
                )
            except BaseException:
                store.close()
                raise
            progress = ScanProgress(planned.plan.evaluations, places=planned.places)
            progress.plan(planned.plan.policies, planned.costs)
            taken = take_over(left, store, keeper, made, ignores) if left else TakenOver()
            for spec, spans in taken.spans.items():
                progress.judged(spec, sum(until - begin for begin, until in spans))
            progress.resumed = progress.done
            progress.failed = taken.found
            resources = sum(planned.types.values())

            def keep(judged: Judged) -> None:
                keeper.add(ignores.mark(judged.evaluations))
                until = judged.begin + judged.resources
                if request.cluster is None:
                    keeper.judged(judged.spec, judged.begin, until, judged.seconds)
                progress.judged(judged.spec, judged.resources)
                progress.failed += len(judged.evaluations)
                on_progress(progress)

            def seconds() -> float:
                return time.monotonic() - progress.started + (left.seconds if left else 0.0)

            try:
                plan = planned.plan
                if request.cluster is not None:

                    def count(done: int, total: int) -> None:
                        progress.shards = (done, total)
                        on_progress(progress)

                    here_too = None if request.cluster.scheduler else interpreter.path
                    there = replace(options, python=request.cluster.python or here_too)
                    plan = judge_on_cluster(
                        request.cluster, repository, plan, there, spool, keep, count
                    )
                    progress.shards = None
                evaluator = Evaluator(
                    repository,
                    plan,
                    spool,
                    keep,
                    done=taken.spans,
                    costs=planned.costs,
                    salvage=True,
                )
                on_progress(progress)
                asyncio.run(evaluate_in(workers, evaluator, repository, planned.places))
                took = seconds()
                production = keeper.compare() if reading.statuses else NO_PRODUCTION
                keeper.complete(
                    resources=resources,
                    passed_over=reading.passed_over,
                    seconds=took,
                    inventory=spool.digest(),
                    keep=request.keep(repository.root),
                )
            except KeyboardInterrupt as error:
                try:
                    if progress.done == 0 or request.cluster is not None:
                        keeper.give_up()  # what a cluster judged is in its exchange folder
                        raise
                    raise interrupt(
                        keeper, spool, progress.total, resources, reading.passed_over, seconds()
                    ) from error
                finally:
                    store.close()
            except BaseException:
                keeper.give_up()
                store.close()
                raise
            added = _extend(request, store, keeper.number)
            return Scanned(
                planned,
                store,
                keeper.number,
                _scan_before(store, keeper) if before is None else before,
                took,
                ignores,
                request.partial,
                added,
                bool(request.since),
                production,
            )
        finally:
            workers.close()


class _Opened(NamedTuple):
    repository: Repository
    chosen: list[Policy]
    options: RunOptions
    interpreter: Interpreter


def _open(request: ScanRequest, here: Path, prepare: Prepare) -> _Opened:
    selection = select_paths(request.policies, here)
    options, interpreter = prepare(selection.root)
    repository = load_repository(
        selection.root,
        selection.scopes,
        load_pat_settings(selection.root),
        check_syntax=not reads_newer_syntax(interpreter.path, selection.root),
    )
    filters = parse_filters(request.filters)
    specs = choose(selection, repository).policies
    chosen = [
        repository.policies[spec]
        for spec in specs
        if all(matches(one, facts_of(repository, spec)) for one in filters)
    ]
    if not chosen:
        raise SelectionError("no policy is selected: name others, or widen the filter")
    return _Opened(repository, chosen, options, interpreter)


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


def _read(request: ScanRequest, root: Path, spool: Spool) -> Reading:
    try:
        mappings = [load_mapping(file, str(file)) for file in request.mappings(root)]
        return read_inventory(request.inventory, spool, mappings)
    except (UnreadableError, MappingError) as error:
        raise SelectionError(str(error)) from error


def _planned(opened: _Opened, request: ScanRequest, reading: Reading, spool: Spool) -> Planned:
    repository, chosen, options, interpreter = opened
    types = spool.counts()
    return Planned(
        repository,
        interpreter.path,
        make_plan(chosen, types, disabled=request.disabled),
        reading,
        types,
        spool.repeated,
        spool.gone,
        options.workers or default_places(),
        _costs(repository.root),
    )


def _costs(root: Path) -> Mapping[str, float]:
    file = store_file(root)
    if not file.exists():
        return {}
    store = open_store(file)
    try:
        return costs(store)
    finally:
        store.close()


def _base(request: ScanRequest, root: Path) -> int | None:
    """The scan to compare with, if one was named; for `last`, whatever there is."""
    if request.since in ("", "last"):
        return None
    store = open_store(store_file(root))
    try:
        known = [one.number for one in scans(store) if one.state == "complete"]
        return scan_number(request.since, known)
    finally:
        store.close()


def _nothing(planned: Planned) -> str:
    if not planned.types:
        reasons = planned.reading.reasons.most_common(1)
        why = f"; for example {planned.reading.places[0].path}: {reasons[0][0]}" if reasons else ""
        return f"there is no resource in the inventory{why}"
    found = ", ".join(list(planned.types)[:5])
    return f"no policy that is enabled judges a type of the inventory: it has {found}"


def _made(repository: Repository, plan: Plan) -> list[Made]:
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
