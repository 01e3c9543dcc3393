"""The live engine: owns repository, runs and watcher; takes commands, publishes events."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import assert_never

from panther_engine.events import (
    Cancel,
    Close,
    Command,
    Event,
    Explain,
    Inspect,
    InspectAll,
    InterpreterChosen,
    JudgeScratch,
    ListScanned,
    Notice,
    OpenScanned,
    OpenScratch,
    OpenSource,
    Pause,
    PolicyFinished,
    ProposeEdit,
    Rescan,
    ResultsRecalled,
    Run,
    RunAll,
    RunFinished,
    Select,
    StandAside,
    Suggest,
    TakeBackEdit,
    UseInventory,
    WatchMode,
    WriteEdit,
)
from panther_engine.model import Level
from panther_engine.reading.repository.dependencies import modules_used
from panther_engine.reading.repository.load import load_repository, rescan
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.source.libraries import guess_modules, preloadable
from panther_engine.reading.watch.watcher import Watcher
from panther_engine.running.interpreter.environment import policy_environment
from panther_engine.running.interpreter.python_version import reads_newer_syntax
from panther_engine.running.jobs.pool import default_places
from panther_engine.running.processes.job import WorkerConfig
from panther_engine.running.processes.launch import make_launcher
from panther_engine.session.announcer import Announcer
from panther_engine.session.edits import Edits
from panther_engine.session.faults import Faults, describe_fault
from panther_engine.session.insights import Insights
from panther_engine.session.live_runs import LiveRuns
from panther_engine.session.open_files import open_policy, open_source
from panther_engine.session.options import SessionOptions as SessionOptions
from panther_engine.session.scans import Scans
from panther_engine.session.scratches import Scratches
from panther_engine.session.session_memory import SessionMemory

REMEMBER_AFTER = 2.0
"""Seconds after a run before its results are written down for the next start."""


class Session:
    """One repository, watched. Lives on one event loop; `emit` is called there."""

    def __init__(self, options: SessionOptions, emit: Callable[[Event], None]) -> None:
        """Start the first worker process. Raises OSError if the interpreter cannot be run."""
        self._options = options
        self._emit_outside = emit
        self._launcher = make_launcher(
            WorkerConfig(
                options.python,
                str(options.root),
                policy_environment(os.environ, options.allowed_variables),
                options.limits,
                options.destinations,
            ),
            lambda message: emit(Notice(Level.WARNING, message)),
            lambda version: emit(InterpreterChosen(options.python, version, options.python_reason)),
        )
        # The heavy libraries wait until the policies are on the screen: both cores are busy now.
        light = preloadable(guess_modules(options.root), heavy=False)
        self._launcher.set_modules(frozenset(light))
        self._hints: set[str] | None = set()
        self._looking = False
        self._saving: asyncio.TimerHandle | None = None
        self._announcer = Announcer(options.root, self._emit)
        self._faults = Faults(
            lambda message: self._emit_outside(Notice(Level.ERROR, message)), self._start_over
        )
        self._watcher: Watcher | None = None
        self._closed = asyncio.Event()

    async def run(self) -> None:
        """Load, run everything, and live until `Close`."""
        self._loop = asyncio.get_running_loop()
        leave_loop = self._faults.listen(self._loop)
        try:
            await self._live()
        finally:
            leave_loop()

    async def _live(self) -> None:
        options = self._options
        self._launcher.listen()
        self._runs = LiveRuns(
            self._launcher,
            str(options.root),
            options.places or default_places(),
            options.limits,
            options.python,
            options.minimum_tests,
            self._emit,
            self._faults.take,
        )
        self._insights = Insights(
            self._launcher,
            str(options.root),
            options.limits,
            self._emit_outside,
            self._runs,
            lambda: self._repository,
            options.python,
        )
        self._scratches = Scratches(
            self._launcher,
            str(options.root),
            options.limits,
            options.python,
            self._emit_outside,
            lambda: self._repository,
        )
        self._scans = Scans(
            options,
            self._runs,
            lambda: self._repository,
            self._emit_outside,
            partial(self._faults.take, mend=False),
        )
        self._edits = Edits(
            options.root, self._emit_outside, self._runs.settled, lambda: self._repository
        )
        self._emit(InterpreterChosen(options.python, "", options.python_reason))
        self._load()
        self._watcher = Watcher(
            options.root,
            self._repository.directories,
            self._on_hint,
            poll=options.poll,
            on_fault=self._on_watch_fault,
        )
        self._follow(self._repository)
        self._watcher.start()
        try:
            await self._closed.wait()
        finally:
            self._watcher.stop()
            self._insights.close()
            self._scratches.close()
            self._scans.close()
            self._runs.pool.close()
            self._besides(self._remember)

    def _load(self) -> None:
        """Read the repository and run everything; hold nothing that later generations replace."""
        options = self._options
        check_syntax = not reads_newer_syntax(options.python)
        self._memory = SessionMemory(options, check_syntax, self._warn)
        repository = load_repository(
            options.root,
            options.scopes,
            options.settings,
            check_syntax=check_syntax,
            parsed=self._memory.parsed,
            glance=self._announcer.announce,
        )
        self._take(repository, repository.policies)
        gone = self._announcer.missing(repository.policies)
        self._announcer.publish(repository, repository.policies, gone, ())
        self._recall()
        self._start(dict.fromkeys(repository.policies, "first run"))

    @property
    def repository(self) -> Repository:
        """The generation that is live. There is none before `run` has loaded it."""
        return self._repository

    @property
    def python(self) -> str:
        """The interpreter that runs the policies."""
        return self._options.python

    def handle(self, command: Command) -> None:
        """Carry out a command. What fails in it is told as a notice."""
        runs = isinstance(command, Run | RunAll | Cancel | Pause | Rescan)
        if runs:
            self._faults.forgive()
        try:
            self._carry_out(command)
        except Exception as error:
            self._faults.take(error, mend=runs)

    def _carry_out(self, command: Command) -> None:
        match command:
            case Select(spec):
                self._runs.select(spec)
                self._open_selected()
            case Run(specs):
                self._look(None)
                self._run_asked(specs)
            case RunAll():
                self._look(None)
                self._run_asked(self._repository.policies)
            case Cancel():
                self._runs.cancel()
            case Pause(paused):
                self._announcer.paused = paused
                self._tell_watch()
                self._runs.pause(paused)
            case Rescan():
                self._look(None)
            case OpenSource(path):
                self._emit(open_source(self._repository, path))
            case Explain(spec, test):
                self._insights.want_explained(spec, test)
            case Inspect(spec):
                self._insights.want_inspected(spec)
            case InspectAll(wanted):
                self._insights.want_all_inspected(wanted)
            case StandAside():
                self._insights.stand_aside()
            case Suggest(spec, number):
                self._insights.suggest(spec, number)
            case OpenScratch(spec, case):
                self._scratches.open(spec, case)
            case JudgeScratch(number, changes):
                self._scratches.judge(number, changes)
            case ProposeEdit(number, request):
                self._edits.propose(number, request)
            case WriteEdit(number):
                self._edits.write(number)
            case TakeBackEdit(number, redo):
                self._edits.take_back(number, redo)
            case UseInventory(paths):
                self._scans.use(paths)
            case ListScanned(spec, start, text):
                self._scans.list(spec, start, text)
            case OpenScanned(spec, key):
                self._scans.open(spec, key)
            case Close():
                self._closed.set()
            case _:
                assert_never(command)

    # Changes on disk ---------------------------------------------------------------------------

    def _on_hint(self, paths: frozenset[str] | None, mode: WatchMode, note: str) -> None:
        """From the watcher's thread."""
        self._loop.call_soon_threadsafe(self._take_hint, paths, mode, note)

    def _on_watch_fault(self, error: Exception) -> None:
        """From the watcher's thread: it starts again by itself, and has everything looked at."""
        self._loop.call_soon_threadsafe(partial(self._faults.take, error, mend=False))

    def _tell_watch(self) -> None:
        self._announcer.tell_watch(len(self._repository.links.shared))

    def _take_hint(self, paths: frozenset[str] | None, mode: WatchMode, note: str) -> None:
        self._faults.forgive()
        self._announcer.mode, self._announcer.note = mode, note
        self._tell_watch()
        self._hints = None if paths is None or self._hints is None else self._hints | paths
        if not self._looking:
            self._looking = True
            self._loop.call_soon(self._look_at_hints)

    def _look_at_hints(self) -> None:
        self._looking = False
        hints, self._hints = self._hints, set()
        if self._closed.is_set():
            return
        if self._announcer.behind:
            self._start_over()
        else:
            self._look(hints)

    def _start_over(self) -> None:
        """After a fault nothing of what was known is believed: read, publish and run everything."""
        self._hints, self._looking = set(), False
        try:
            change = rescan(self._repository, None, self._learned())
            repository = self._repository if change is None else change.repository
            policies = repository.policies
            self._take(repository, policies)
            self._follow(repository)
            gone = self._announcer.missing(policies)
            changed = () if change is None else change.changed
            self._announcer.publish(repository, policies, gone, changed)
            self._runs.forget(gone)
            self._start(dict.fromkeys(policies, "panther-tui itself failed before"))
            self._open_selected()
        except Exception as error:
            self._announcer.behind = (
                f"what is shown may be older than the files: {describe_fault(error)}"
            )
            self._tell_watch()
            raise
        self._announcer.behind = ""
        self._tell_watch()

    def _learned(self) -> dict[str, frozenset[str]]:
        """The files that runs of each policy read."""
        results = self._runs.results
        return {spec: frozenset(it.loaded) for spec, it in results.items() if it.loaded}

    def _look_at_learned(self) -> None:
        """Watch files of the checkout that a run read for the first time."""
        repository = self._repository
        for result in self._runs.results.values():
            for path in result.loaded:
                if (
                    path not in repository.files
                    and path not in repository.opened
                    and not path.startswith(("/", ".."))
                ):
                    return self._look(set())
        return None

    def _follow(self, repository: Repository) -> None:
        """Watch what this generation is made of."""
        if self._watcher is not None:
            self._watcher.set_directories(repository.directories, repository.links.shared)
        self._tell_watch()

    def _look(self, hints: set[str] | None) -> None:
        learned = self._learned()
        old = self._repository
        change = rescan(old, hints, learned)
        if change is None:
            return
        self._take(change.repository, {*change.updated, *change.affected})
        self._follow(change.repository)
        self._announcer.publish(change.repository, change.updated, change.removed, change.changed)
        self._runs.forget(change.removed)
        changed = frozenset(change.changed)
        readers = (spec for spec, read in learned.items() if not read.isdisjoint(changed))
        touched = dict.fromkeys((*change.updated, *change.shifted, *readers))
        again = self._runs.keep((spec for spec in touched if spec not in change.affected), old)
        if change.changed or change.affected or again:
            changed_at = _changed_at(change.repository, change.changed)
            self._start({**change.affected, **again}, changed_at)
        if self._runs.selected in touched or self._runs.selected in change.affected:
            self._open_selected()

    def _start(self, reasons: Mapping[str, str], changed_at: float | None = None) -> None:
        only = self._options.only
        chosen = {spec: why for spec, why in reasons.items() if only is None or spec in only}
        self._insights.make_room(chosen)
        self._scans.want(chosen)
        self._runs.start(chosen, changed_at=changed_at)

    def _run_asked(self, specs: Iterable[str]) -> None:
        self._insights.make_room(specs)
        self._runs.start(dict.fromkeys(specs, "asked for"), asked=True)

    def _take(self, repository: Repository, new: Collection[str]) -> None:
        """Work from this generation on: workers get its globals, and what `new` policies use."""
        self._repository = repository
        self._runs.use(repository)
        names = (modules_used(repository, spec) for spec in new if spec in repository.policies)
        self._launcher.set_modules(frozenset().union(*names))
        if self._scratches.spec in new:
            self._loop.call_soon(self._besides, self._scratches.judge_again)

    def _open_selected(self) -> None:
        opened = open_policy(self._repository, self._runs.selected)
        if opened is not None:
            self._emit(opened)

    # Between sessions --------------------------------------------------------------------------

    def _emit(self, event: Event) -> None:
        self._emit_outside(event)
        wanted = self._insights.explained
        if wanted and isinstance(event, PolicyFinished) and event.result.spec == wanted:
            self._loop.call_soon(self._besides, self._insights.explain)
        if isinstance(event, RunFinished):
            self._loop.call_soon(self._look_at_learned)
            self._loop.call_soon(self._besides, self._insights.inspect)
            self._loop.call_soon(self._besides, self._scans.begin)
            if self._saving is None:
                save = partial(self._besides, self._remember)
                self._saving = self._loop.call_later(REMEMBER_AFTER, save)

    def _besides(self, work: Callable[[], None]) -> None:
        """Do what no verdict depends on: a fault in it is told, and costs nothing else."""
        try:
            work()
        except Exception as error:
            self._faults.take(error, mend=False)

    def _recall(self) -> None:
        recalled = self._memory.load_results(self._repository)
        if recalled:
            self._runs.results.update((result.spec, result) for result in recalled)
            self._emit(ResultsRecalled(recalled))

    def _remember(self) -> None:
        self._saving = None
        results = self._runs.current()
        self._memory.save(self._repository, results, closing=self._closed.is_set())

    def _warn(self, message: str) -> None:
        self._emit(Notice(Level.WARNING, message))


def _changed_at(repository: Repository, changed: Iterable[str]) -> float:
    """When the newest of these files was written, in epoch seconds; now, where they are gone."""
    now = time.time()
    times = [
        found.stamp.mtime_ns / 1e9
        for path in changed
        if (found := repository.files.get(path)) is not None
    ]
    newest = max(times, default=now)
    return newest if now - 10 < newest <= now else now
