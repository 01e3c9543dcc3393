"""The live engine: owns the repository, the runs and the watcher; takes commands, emits events."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection
from functools import partial
from typing import assert_never

from panther_engine.events import (
    Cancel,
    Close,
    Command,
    Event,
    Explain,
    GroupScanned,
    Inspect,
    InspectAll,
    InterpreterChosen,
    JudgeScratch,
    ListScanned,
    Notice,
    OpenForm,
    OpenScanned,
    OpenScratch,
    OpenSource,
    Pause,
    PolicyFinished,
    ProposeEdit,
    ReduceScratch,
    Rescan,
    Run,
    RunAll,
    RunFinished,
    Select,
    StandAside,
    Suggest,
    TakeBackEdit,
    TryCase,
    UseInventory,
    WatchMode,
    WriteEdit,
)
from panther_engine.model import Level
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.source.libraries import guess_modules, preloadable
from panther_engine.reading.watch.watcher import Watcher
from panther_engine.running.interpreter.environment import policy_environment
from panther_engine.running.interpreter.python_version import reads_newer_syntax
from panther_engine.running.jobs.pool import default_places
from panther_engine.running.processes.confinement import describe_sandbox
from panther_engine.running.processes.job import WorkerConfig
from panther_engine.running.processes.launch import make_launcher
from panther_engine.session.announcer import Announcer
from panther_engine.session.edits import Edits
from panther_engine.session.faults import Faults
from panther_engine.session.generations import Generations
from panther_engine.session.insights import Insights
from panther_engine.session.live_runs import LiveRuns
from panther_engine.session.memory.session_memory import SessionMemory
from panther_engine.session.open_files import open_source
from panther_engine.session.options import SessionOptions as SessionOptions
from panther_engine.session.scans import Scans
from panther_engine.session.whatif.scratches import Scratches
from panther_engine.session.whatif.tries import Tries

PAINTED_AFTER = 0.03
"""Seconds from a verdict to its being on the screen, as a rule: then the machine is free."""
REMEMBER_AFTER = 2.0
"""Seconds after the last run before results are written down for the next start."""


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
            lambda version: emit(self._interpreter(version)),
        )
        # The heavy libraries wait until the policies are on the screen: both cores are busy now.
        light = preloadable(guess_modules(options.root), heavy=False)
        self._launcher.set_modules(frozenset(light))
        self._hints: set[str] | None = set()
        self._looking = False
        self._saving: asyncio.TimerHandle | None = None
        self._due: dict[str, asyncio.TimerHandle] = {}
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

    def _interpreter(self, version: str) -> InterpreterChosen:
        options = self._options
        sandbox = describe_sandbox(options.limits)
        return InterpreterChosen(options.python, version, options.python_reason, sandbox)

    async def _live(self) -> None:
        self._launcher.listen()
        self._compose()
        self._emit(self._interpreter(""))
        self._load()
        watcher = self._watch()
        try:
            await self._closed.wait()
        finally:
            watcher.stop()
            self._end()

    def _compose(self) -> None:
        """Make the parts, which are of the loop that runs, and tie them together."""
        options = self._options
        root = str(options.root)
        self._runs = LiveRuns(
            self._launcher,
            root,
            options.places or default_places(),
            options.limits,
            options.python,
            options.minimum_tests,
            self._emit,
            self._faults.take,
        )
        self._generations = Generations(
            options,
            self._runs,
            self._announcer,
            self._emit,
            self._prepare,
            lambda specs: self._insights.make_room(specs),
            lambda specs: self._scans.want(specs),
            self._follow,
        )
        self._insights = Insights(
            self._launcher,
            root,
            options.limits,
            self._emit_outside,
            self._runs,
            self._current,
            options.python,
        )
        self._scratches = Scratches(
            self._launcher,
            root,
            options.limits,
            options.python,
            self._emit_outside,
            self._current,
            lambda folder: self._scans.workers_of(folder),
        )
        self._tries = Tries(
            self._launcher, root, options.limits, options.python, self._emit_outside
        )
        self._scans = Scans(
            options,
            self._runs,
            self._current,
            self._emit_outside,
            partial(self._faults.take, mend=False),
            self._scratches.leave_inventory,
        )
        self._edits = Edits(options.root, self._emit_outside, self._runs.settled, self._current)

    def _current(self) -> Repository:
        return self._generations.current

    def _watch(self) -> Watcher:
        """Hear of changes from now on."""
        self._watcher = Watcher(
            self._options.root,
            self._generations.current.directories,
            self._on_hint,
            poll=self._options.poll,
            on_fault=self._on_watch_fault,
        )
        self._generations.follow()
        self._watcher.start()
        return self._watcher

    def _end(self) -> None:
        """Let go of everything, and write down what is known for the next start."""
        for due in self._due.values():
            due.cancel()
        self._insights.close()
        self._scratches.close()
        self._scans.close()
        self._tries.close()
        self._runs.pool.close()
        self._besides(self._remember)

    def _load(self) -> None:
        """Read the repository and run everything; hold nothing that later generations replace."""
        check_syntax = not reads_newer_syntax(self._options.python, self._options.root)
        self._memory = SessionMemory(self._options, check_syntax, self._warn)
        self._generations.load(self._memory, check_syntax)

    @property
    def repository(self) -> Repository:
        """The generation that is live. There is none before `run` has loaded it."""
        return self._generations.current

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
                self._generations.open_selected()
            case Run(specs):
                self._generations.look(None)
                self._generations.run_asked(specs)
            case RunAll():
                self._generations.look(None)
                self._generations.run_asked(self._generations.current.policies)
            case Cancel():
                self._runs.cancel()
                self._scans.cancel()
            case Pause(paused):
                self._announcer.paused = paused
                self._generations.tell_watch()
                self._runs.pause(paused)
            case Rescan():
                self._generations.look(None)
            case OpenSource(path):
                self._emit(open_source(self._generations.current, path))
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
            case ReduceScratch(number):
                self._scratches.reduce(number)
            case OpenForm(number, spec):
                from panther_engine.authoring.forms.opening import open_form

                self._emit_outside(open_form(self._generations.current, number, spec))
            case ProposeEdit(number, request):
                self._edits.propose(number, request)
            case WriteEdit(number):
                self._edits.write(number)
            case TakeBackEdit(number, redo):
                self._edits.take_back(number, redo)
            case UseInventory(paths):
                self._scans.use(paths)
            case ListScanned():
                self._scans.list(command)
            case GroupScanned():
                self._scans.group(command)
            case TryCase():
                self._tries.begin(command, self._current())
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

    def _take_hint(self, paths: frozenset[str] | None, mode: WatchMode, note: str) -> None:
        self._faults.forgive()
        self._announcer.mode, self._announcer.note = mode, note
        self._generations.tell_watch()
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
            self._generations.look(hints)

    def _start_over(self) -> None:
        self._hints, self._looking = set(), False
        self._generations.start_over()

    # A new generation --------------------------------------------------------------------------

    def _prepare(self, new: Collection[str], modules: frozenset[str]) -> None:
        self._launcher.set_modules(modules)
        if self._scratches.spec in new:
            self._loop.call_soon(self._besides, self._scratches.judge_again)

    def _follow(self, repository: Repository) -> None:
        if self._watcher is not None:
            self._watcher.set_directories(repository.directories, repository.links.shared)

    # Between sessions --------------------------------------------------------------------------

    def _emit(self, event: Event) -> None:
        self._emit_outside(event)
        wanted = self._insights.explained
        if wanted and isinstance(event, PolicyFinished) and event.result.spec == wanted:
            self._once_painted(self._insights.explain)
        if isinstance(event, RunFinished):
            self._loop.call_soon(self._generations.look_at_learned)
            self._once_painted(self._insights.inspect)
            self._once_painted(self._scans.begin)
            self._remember_later()

    def _remember_later(self) -> None:
        """Write results down once nothing has run for a while: it takes 15 ms, a save's answer."""
        if self._saving is not None:
            self._saving.cancel()
        save = partial(self._besides, self._remember)
        self._saving = self._loop.call_later(REMEMBER_AFTER, save)

    def _once_painted(self, work: Callable[[], None]) -> None:
        """Do this when what was just told is on the screen, which it would make wait."""
        if (due := self._due.get(work.__qualname__)) is not None:
            due.cancel()
        self._due[work.__qualname__] = self._loop.call_later(PAINTED_AFTER, self._besides, work)

    def _besides(self, work: Callable[[], None]) -> None:
        """Do what no verdict depends on: a fault in it is told, and costs nothing else."""
        try:
            work()
        except Exception as error:
            self._faults.take(error, mend=False)

    def _remember(self) -> None:
        self._saving = None
        results = self._runs.current()
        self._memory.save(self._generations.current, results, closing=self._closed.is_set())

    def _warn(self, message: str) -> None:
        self._emit(Notice(Level.WARNING, message))
