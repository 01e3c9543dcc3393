"""Judges an inventory beside a session's tests: once they are done, what a change affects.

Its workers are its own, so that no test ever waits for it, and may read the inventory.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from panther_engine.events import (
    Event,
    GroupScanned,
    InventoryOpened,
    ListScanned,
    PolicyScanned,
    ScanMoved,
    ScannedGrouped,
    ScannedListed,
    ScannedOpened,
)
from panther_engine.model import Diagnostic, Mock, TestCase
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.interpreter.environment import policy_environment
from panther_engine.running.jobs.plan import served_globals
from panther_engine.running.jobs.pool import default_places
from panther_engine.running.processes.job import Limits, WorkerConfig
from panther_engine.session.live_runs import BACKGROUND_NICENESS, LiveRuns
from panther_engine.session.options import SessionOptions

if TYPE_CHECKING:
    from panther_engine.running.processes.launch import ManagedLauncher
    from panther_engine.scan.evaluating.evaluate import EvaluationPool, Evaluator, Judged
    from panther_engine.scan.evaluating.standing import Standing
    from panther_engine.scan.ignores.entries import Ignores
    from panther_engine.scan.inventory.spool import Spool


LOOKUP = "resource_lookup"
"""What bodies call the function of helpers that looks for other resources."""


class Scans:
    """The inventory of a session, and what its policies say of it. Lives on its event loop."""

    def __init__(
        self,
        options: SessionOptions,
        runs: LiveRuns,
        repository: Callable[[], Repository],
        emit: Callable[[Event], None],
        fault: Callable[[Exception], None],
        leaving: Callable[[], None],
    ) -> None:
        """Nothing is imported or started before the first inventory.

        `leaving` is called before the workers of one end.
        """
        self._leaving = leaving
        self._options = options
        self._runs = runs
        self._now = repository
        self._emit = emit
        self._fault = fault
        self._inventory: _Inventory | None = None
        self._reading: asyncio.Task[None] | None = None
        self._evaluating: asyncio.Task[None] | None = None
        self._evaluator: Evaluator | None = None
        self._wanted: dict[str, None] = {}
        """Specs that have not judged the inventory as they are now."""
        self._finding: deque[tuple[_Inventory, Callable[[Standing], Event]]] = deque()
        """Rows and groups that are looked for, of one list."""
        self._wanted_list: object = None
        self._finder: asyncio.Task[None] | None = None

    def use(self, paths: tuple[str, ...]) -> None:
        """Judge the resources of these files from now on; none for no longer."""
        self.close()
        self._emit(InventoryOpened(()))
        if paths:
            self._reading = asyncio.get_running_loop().create_task(self._read(paths))

    def want(self, specs: Iterable[str]) -> None:
        """These policies are about to run: what they said of the inventory is old then."""
        if self._inventory is not None:
            self._wanted.update(dict.fromkeys(specs))
            if self._evaluator is not None:
                self._evaluator.stop()

    def begin(self) -> None:
        """Evaluate what is wanted, unless tests run; they come first."""
        idle = self._evaluating is None or self._evaluating.done()
        if self._inventory is not None and self._wanted and idle and not self._runs.pool.busy:
            work = self._evaluate(self._inventory)
            self._evaluating = asyncio.get_running_loop().create_task(work)

    def cancel(self) -> None:
        """Stop judging. What was not judged stays as it was until a change affects it."""
        self._wanted.clear()
        if self._evaluator is not None:
            self._evaluator.stop()

    def list(self, asked: ListScanned) -> None:
        """Send rows of what does not pass a policy."""

        def find(standing: Standing) -> Event:
            generation = self._now().generation
            start, text, order, group = asked.start, asked.text, asked.order, asked.group
            total, rows = standing.rows(asked.spec, start, text, order, group)
            return ScannedListed(asked.spec, generation, start, text, total, rows, order, group)

        self._find(replace(asked, start=0), find)

    def group(self, asked: GroupScanned) -> None:
        """Send the groups of what does not pass a policy."""

        def find(standing: Standing) -> Event:
            generation = self._now().generation
            total, groups = standing.groups(asked.spec, asked.by, asked.text)
            return ScannedGrouped(asked.spec, generation, asked.by, asked.text, total, groups)

        self._find(asked, find)

    def _find(self, wanted: object, find: Callable[[Standing], Event]) -> None:
        """Have a thread look, since a save must not wait for that; what comes last is said last."""
        if self._inventory is not None:
            if self._wanted_list != wanted:  # what was asked of another list nobody waits for
                self._finding.clear()
            self._wanted_list = wanted
            self._finding.append((self._inventory, find))
            if self._finder is None or self._finder.done():
                self._finder = asyncio.get_running_loop().create_task(self._find_all())

    async def _find_all(self) -> None:
        while self._finding:
            inventory, find = self._finding.popleft()
            try:
                found = await asyncio.to_thread(find, inventory.standing)
            except Exception as error:
                if inventory is self._inventory:  # else it was closed meanwhile
                    self._fault(error)
                continue
            if inventory is self._inventory:
                self._emit(found)

    def open(self, spec: str, key: int) -> None:
        """Send a resource as a test."""
        inventory = self._inventory
        stored = inventory.spool.row(key) if inventory is not None else None
        if inventory is None or stored is None:
            return
        looked_up = inventory.standing.looked_up(spec, key)
        others = [one for name in looked_up if (one := inventory.spool.find(name)) is not None]
        content, *more = inventory.spool.contents((stored, *others))
        mocks = tuple(Mock(LOOKUP, one.decode("utf-8")) for one in more) if len(more) == 1 else ()
        case = TestCase(
            stored.id,
            0,
            True,
            json.loads(content),
            mocks,
            inventory=str(inventory.spool.folder),
            unfilled=stored.unfilled,
        )
        self._emit(ScannedOpened(spec, key, case, looked_up))

    def workers_of(self, folder: str) -> tuple[ManagedLauncher, Limits] | None:
        """Workers that may read the inventory in this folder, with globals as they are now."""
        inventory = self._inventory
        if inventory is None or str(inventory.spool.folder) != folder:
            return None
        inventory.serve_globals(self._now())
        return inventory.launcher, inventory.limits

    def close(self) -> None:
        """Give up the inventory, and what goes on."""
        for task in (self._reading, self._evaluating):
            if task is not None:
                task.cancel()
        self._reading = self._evaluating = None
        self._wanted.clear()
        if self._inventory is not None:
            self._leaving()
            self._inventory.close()
            self._inventory = None

    async def _read(self, paths: tuple[str, ...]) -> None:
        from panther_engine.running.processes.confinement import private_prefix
        from panther_engine.scan.inventory.spooling import spool_inventory

        folder = Path(os.path.realpath(tempfile.mkdtemp(prefix=private_prefix("scan"))))
        inventory = None
        try:
            spooled = await spool_inventory(
                folder, paths, self._options.root, self._options.mappings
            )
            if spooled.problem:
                self._emit(InventoryOpened(paths, notes=(spooled.problem,)))
                return
            inventory = _Inventory(folder, self._options)
            types = inventory.spool.counts()
            self._inventory = inventory
            notes = (*spooled.notes, *map(_in_words, self._ignores().problems))
            self._emit(InventoryOpened(paths, types, spooled.passed_over, notes))
            self._wanted = dict.fromkeys(self._now().policies)
            self.begin()
        except Exception as error:
            self._fault(error)
        finally:
            if inventory is None:
                shutil.rmtree(folder, ignore_errors=True)

    def _ignores(self) -> Ignores:
        """What is ignored as the file says now: it is read again for each evaluation."""
        from panther_engine.scan.ignores.loading import load_ignores

        return load_ignores(self._options.root, self._options.ignores, today=date.today())

    async def _evaluate(self, inventory: _Inventory) -> None:
        try:
            await self._evaluate_wanted(inventory)
        except Exception as error:
            self._fault(error)

    async def _evaluate_wanted(self, inventory: _Inventory) -> None:
        from panther_engine.scan.evaluating.evaluate import Evaluator
        from panther_engine.scan.evaluating.plan import make_plan

        repository = self._now()
        ignores = self._ignores()
        chosen = [repository.policies[spec] for spec in self._wanted if spec in repository.policies]
        plan = make_plan(chosen, inventory.spool.counts(), first=(self._runs.selected,))
        planned = {one.policy.spec: one for one in plan.policies}
        for spec in [spec for spec in self._wanted if spec not in planned]:
            del self._wanted[spec]
        left = {spec: one.resources for spec, one in planned.items()}
        done = 0

        def settle(spec: str) -> None:
            resources = planned[spec].resources
            counts, moved = inventory.standing.settle(spec, resources)
            self._wanted.pop(spec, None)
            self._emit(PolicyScanned(spec, repository.generation, counts, moved))

        def take(judged: Judged) -> None:
            nonlocal done
            inventory.standing.add(judged.spec, ignores.mark(judged.evaluations))
            done += judged.resources
            left[judged.spec] -= judged.resources
            if not left[judged.spec]:
                settle(judged.spec)
            self._emit(ScanMoved(done, plan.evaluations))

        self._emit(ScanMoved(0, max(1, plan.evaluations)))
        for spec, resources in left.items():
            inventory.standing.begin(spec)
            if not resources:
                settle(spec)
        alone = len(planned) == 1
        niceness = 0 if alone else BACKGROUND_NICENESS
        self._evaluator = Evaluator(repository, plan, inventory.spool, take, niceness)
        try:
            inventory.serve(repository, self._evaluator)
            await self._evaluator.run(inventory.pool)
        finally:
            self._evaluator = None
            self._emit(ScanMoved(0, 0))
        if self._wanted:  # it was stopped for a change
            asyncio.get_running_loop().call_soon(self.begin)


def _in_words(problem: Diagnostic) -> str:
    return f"{problem.path}:{problem.line}: {problem.message}"


class _Inventory:
    """A spool that was filled, the verdicts on it, and workers that may read it."""

    def __init__(self, folder: Path, options: SessionOptions) -> None:
        from panther_engine.running.processes.launch import make_launcher
        from panther_engine.scan.evaluating.evaluate import EvaluationPool
        from panther_engine.scan.evaluating.standing import Standing
        from panther_engine.scan.inventory.spool import Spool

        self._folder = folder
        self.spool: Spool = Spool(folder, filled=True)
        self.standing: Standing = Standing(folder)
        self.limits = limits = replace(options.limits, read=(*options.limits.read, str(folder)))
        self.launcher: ManagedLauncher = make_launcher(
            WorkerConfig(
                options.python,
                str(options.root),
                policy_environment(os.environ, options.allowed_variables),
                limits,
                options.destinations,
            ),
            lambda notice: None,
            lambda version: None,
        )
        self.launcher.listen()
        places = options.places or default_places()
        self.pool: EvaluationPool = EvaluationPool(self.launcher, str(options.root), places, limits)
        self._served: Mapping[str, tuple[str, bytes]] = {}

    def serve(self, repository: Repository, evaluator: Evaluator) -> None:
        """Have workers know the globals as they are now, and what the policies import."""
        self.serve_globals(repository)
        self.launcher.set_modules(evaluator.modules)

    def serve_globals(self, repository: Repository) -> None:
        """Have workers know the globals as they are now."""
        served = served_globals(repository)
        changed = {name: it for name, it in served.items() if self._served.get(name) != it}
        removed = tuple(name for name in self._served if name not in served)
        if changed or removed:
            self.launcher.set_globals(changed, removed)
        self._served = served

    def close(self) -> None:
        """End the workers and remove the folder."""
        self.pool.pool.close()
        self.standing.close()
        self.spool.close()
        shutil.rmtree(self._folder, ignore_errors=True)
