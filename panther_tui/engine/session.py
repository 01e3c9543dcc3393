"""The live engine: owns repository, workers and watcher; takes commands, publishes events."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import assert_never

from panther_tui.engine.branch import read_branch
from panther_tui.engine.depend import globals_used, modules_used
from panther_tui.engine.environment import policy_environment
from panther_tui.engine.events import (
    Cancel,
    Close,
    Command,
    Event,
    InterpreterChosen,
    Notice,
    OpenSource,
    Pause,
    PolicyFinished,
    PolicyOpened,
    PolicyStarted,
    RepositoryChanged,
    Rescan,
    ResultsRecalled,
    Run,
    RunAll,
    RunFinished,
    RunStarted,
    Select,
    SourceOpened,
    TestFinished,
    WatchChanged,
    WatchMode,
    entry_of,
)
from panther_tui.engine.job import Limits
from panther_tui.engine.launch import make_launcher
from panther_tui.engine.memory import memory_file, recall, remember
from panther_tui.engine.model import Level, PolicyResult, Status
from panther_tui.engine.modules import guess_modules
from panther_tui.engine.pool import JobEnded, JobResult, JobStarted, Pool, PoolEvent, default_places
from panther_tui.engine.repository import Repository, load_repository, rescan
from panther_tui.engine.runs import make_job, require_tests, result_of, result_without_run
from panther_tui.engine.settings import PatSettings
from panther_tui.engine.watch import Watcher

BACKGROUND_NICENESS = 10
"""Of runs that nobody looks at: the screen's own process comes first."""
SETTLE = 0.03
"""Seconds in which more changes are awaited when many came at once, as in a checkout."""
REMEMBER_AFTER = 2.0
"""Seconds of quiet after a run before its results are written down."""
MANY = 8
"""So many changed files at once are taken for a checkout under way."""


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How to watch a checkout."""

    root: Path
    python: str
    python_reason: str
    scopes: tuple[str, ...] = (".",)
    settings: PatSettings = field(default_factory=PatSettings)
    limits: Limits = field(default_factory=Limits)
    places: int | None = None
    destinations: tuple[str, ...] = ()
    allowed_variables: tuple[str, ...] = ()
    minimum_tests: int = 0
    poll: bool = False


class Session:
    """One repository, watched. Lives on one event loop; `emit` is called there."""

    def __init__(self, options: SessionOptions, emit: Callable[[Event], None]) -> None:
        """Start the first worker process. Raises OSError if the interpreter cannot be run."""
        self._options = options
        self._emit = emit
        self._launcher = make_launcher(
            options.python,
            str(options.root),
            policy_environment(os.environ, options.allowed_variables),
            options.limits,
            options.destinations,
            lambda message: emit(Notice(Level.WARNING, message)),
            lambda version: emit(InterpreterChosen(options.python, version, options.python_reason)),
        )
        self._launcher.set_modules(guess_modules(options.root))
        self._repository: Repository | None = None
        self._results: dict[str, PolicyResult] = {}
        self._selected = ""
        self._paused = False
        self._pending: dict[str, str] = {}
        self._affected: set[str] = set()
        self._started = 0.0
        self._changed_at: float | None = None
        self._hints: set[str] | None = set()
        self._timer: asyncio.TimerHandle | None = None
        self._saving: asyncio.TimerHandle | None = None
        self._forgetful = False
        self._watcher: Watcher | None = None
        self._closed = asyncio.Event()

    async def run(self) -> None:
        """Load, run everything, and live until `Close`."""
        options = self._options
        self._loop = asyncio.get_running_loop()
        self._launcher.listen()
        self._pool = Pool(
            self._launcher,
            str(options.root),
            options.places or default_places(),
            options.limits,
            self._on_pool,
        )
        self._emit(InterpreterChosen(options.python, "", options.python_reason))
        repository = load_repository(options.root, options.scopes, options.settings)
        self._repository = repository
        self._publish(repository, repository.policies, (), ())
        self._pool.set_globals(self._sources(repository.globals), ())
        self._preload()
        self._recall(repository)
        self._start(dict.fromkeys(repository.policies, "first run"))
        self._watcher = Watcher(
            options.root, repository.directories, self._on_hint, poll=options.poll
        )
        self._watcher.start()
        try:
            await self._closed.wait()
        finally:
            self._watcher.stop()
            self._pool.close()
            self._remember()

    def handle(self, command: Command) -> None:
        """Carry out a command."""
        match command:
            case Select(spec):
                self._selected = spec
                self._pool.promote(spec)
                self._open_selected()
            case Run(specs):
                self._start(dict.fromkeys(specs, "asked for"), first=True)
            case RunAll():
                self._start(dict.fromkeys(self._known().policies, "asked for"))
            case Cancel():
                self._cancel()
            case Pause(paused):
                self._pause(paused)
            case Rescan():
                self._on_changes(None)
            case OpenSource(path):
                self._open_source(path)
            case Close():
                self._closed.set()
            case _:
                assert_never(command)

    # Changes on disk ---------------------------------------------------------------------------

    def _on_hint(self, paths: frozenset[str] | None, mode: WatchMode, note: str) -> None:
        """From the watcher's thread."""
        self._loop.call_soon_threadsafe(self._take_hint, paths, mode, note)

    def _take_hint(self, paths: frozenset[str] | None, mode: WatchMode, note: str) -> None:
        if note:
            self._emit(WatchChanged(WatchMode.PAUSED if self._paused else mode, note))
        if paths is None or self._hints is None:
            self._hints = None
        else:
            self._hints |= paths
        if self._timer is None:
            many = self._hints is None or len(self._hints) > MANY
            self._timer = self._loop.call_later(SETTLE if many else 0, self._look)

    def _look(self) -> None:
        self._timer = None
        hints, self._hints = self._hints, set()
        self._on_changes(hints)

    def _on_changes(self, hints: set[str] | None) -> None:
        learned = {
            spec: frozenset(result.loaded)
            for spec, result in self._results.items()
            if result.loaded
        }
        before = self._known()
        change = rescan(before, hints, learned)
        if change is None:
            return
        repository = self._repository = change.repository
        if self._watcher is not None and repository.directories != before.directories:
            self._watcher.set_directories(repository.directories)
        for spec in change.removed:
            self._results.pop(spec, None)
            self._pending.pop(spec, None)
        self._pool.cancel(change.removed)
        self._push_globals(before, repository)
        self._publish(repository, change.updated, change.removed, change.changed)
        if change.affected:
            self._changed_at = _changed_at(repository, change.changed)
            self._preload()
            self._start(change.affected)
        if self._selected in change.updated or self._selected in change.affected:
            self._open_selected()

    def _push_globals(self, before: Repository, after: Repository) -> None:
        old, new = self._sources(before.globals, before), self._sources(after.globals)
        changed = {name: source for name, source in new.items() if old.get(name) != source}
        removed = tuple(name for name in old if name not in new)
        if changed or removed:
            self._pool.set_globals(changed, removed)

    def _sources(
        self, names: Iterable[str], repository: Repository | None = None
    ) -> dict[str, tuple[str, bytes]]:
        repository = repository or self._known()
        return {
            name: (str(repository.root / body), repository.files[body].content)
            for name in names
            if (body := repository.globals[name].body) in repository.files
        }

    def _preload(self) -> None:
        repository = self._known()
        names = (modules_used(repository, spec) for spec in repository.policies)
        self._launcher.set_modules(frozenset().union(*names))

    def _publish(
        self,
        repository: Repository,
        updated: Iterable[str],
        removed: Sequence[str],
        changed: Sequence[str],
    ) -> None:
        policies = repository.policies
        self._emit(
            RepositoryChanged(
                repository.generation,
                str(repository.root),
                read_branch(repository.root),
                tuple(entry_of(policies[spec]) for spec in updated if spec in policies),
                tuple(removed),
                repository.diagnostics,
                tuple(changed),
            )
        )

    # Runs --------------------------------------------------------------------------------------

    def _start(self, reasons: Mapping[str, str], *, first: bool = False) -> None:
        repository = self._known()
        reasons = {spec: why for spec, why in reasons.items() if spec in repository.policies}
        if self._paused and not first:
            self._pending.update(reasons)
            return
        if not self._pool.busy:
            self._started = time.time()
            self._affected.clear()
        if not reasons:
            return
        self._affected.update(reasons)
        self._emit(RunStarted(repository.generation, reasons))
        jobs = []
        for spec in sorted(reasons, key=self._urgency):
            policy = repository.policies[spec]
            niceness = 0 if spec == self._selected or len(reasons) == 1 else BACKGROUND_NICENESS
            job = make_job(repository, policy, niceness=niceness)
            if job is None:
                self._pool.cancel((spec,))
                self._finish(result_without_run(policy, repository.generation, Status.INVALID))
            else:
                jobs.append(job)
        self._pool.submit(jobs, first=True)
        self._end_if_idle()

    def _urgency(self, spec: str) -> tuple[int, float]:
        """The policy on the screen, then last time's failures, then what takes longest."""
        result = self._results.get(spec)
        if spec == self._selected:
            return (0, 0.0)
        if result is None:
            return (2, 0.0)
        failed = result.status in (Status.FAILED, Status.INVALID)
        return (1 if failed else 2, -result.duration_ms)

    def _on_pool(self, event: PoolEvent) -> None:
        match event:
            case JobStarted(job):
                self._emit(PolicyStarted(job.spec, job.generation))
            case JobResult(job, index, result):
                self._emit(TestFinished(job.spec, job.generation, index, result))
            case JobEnded(job):
                repository = self._known()
                policy = repository.policies.get(job.spec)
                if policy is not None:
                    outcome = result_of(event, policy, repository, self._options.python)
                    self._finish(require_tests(policy, outcome, self._options.minimum_tests))
                self._loop.call_soon(self._end_if_idle)
            case _:
                assert_never(event)

    def _finish(self, result: PolicyResult) -> None:
        self._results[result.spec] = result
        self._emit(PolicyFinished(result))

    def _end_if_idle(self, cancelled: bool = False) -> None:
        if self._pool.busy or not (self._affected or cancelled):
            return
        self._emit(
            RunFinished(
                self._known().generation,
                len(self._affected),
                time.time() - self._started,
                self._changed_at,
                cancelled,
            )
        )
        self._affected.clear()
        self._changed_at = None
        if self._saving is None:
            self._saving = self._loop.call_later(REMEMBER_AFTER, self._remember_soon)

    def _cancel(self) -> None:
        for spec in self._pool.cancel():
            self._pending[spec] = "its run was cancelled"
        self._end_if_idle(cancelled=True)

    def _pause(self, paused: bool) -> None:
        self._paused = paused
        mode = self._watcher.mode if self._watcher is not None else WatchMode.WATCHING
        self._emit(WatchChanged(WatchMode.PAUSED if paused else mode))
        if not paused:
            pending, self._pending = self._pending, {}
            self._start(pending)

    # Between sessions --------------------------------------------------------------------------

    def _recall(self, repository: Repository) -> None:
        file = memory_file(repository.root)
        recalled = recall(file, repository, self._options.python)
        if recalled:
            self._results.update((result.spec, result) for result in recalled)
            self._emit(ResultsRecalled(recalled))

    def _remember_soon(self) -> None:
        self._saving = None
        self._remember()

    def _remember(self) -> None:
        repository = self._known()
        try:
            file = memory_file(repository.root)
            remember(file, repository, self._options.python, self._results.values())
        except OSError as error:
            if not self._forgetful:
                self._forgetful = True
                message = f"results cannot be kept for the next start: {error}"
                self._emit(Notice(Level.WARNING, message))

    # What is on the screen ---------------------------------------------------------------------

    def _open_selected(self) -> None:
        repository = self._known()
        policy = repository.policies.get(self._selected)
        if policy is None:
            return
        used = globals_used(repository, policy.spec)
        self._emit(
            PolicyOpened(
                repository.generation,
                policy,
                self._text(policy.spec),
                self._text(policy.body),
                tuple(repository.globals[name].body for name in used if name in repository.globals),
            )
        )

    def _text(self, path: str) -> str:
        source = self._known().files.get(path)
        return source.content.decode("utf-8", "replace") if source else ""

    def _open_source(self, path: str) -> None:
        known = self._known().files.get(path)
        if known is not None:
            self._emit(SourceOpened(path, known.content.decode("utf-8", "replace")))
            return
        try:
            text: str | None = (self._options.root / path).read_text("utf-8", "replace")
        except OSError:
            text = None
        self._emit(SourceOpened(path, text))

    def _known(self) -> Repository:
        assert self._repository is not None, "commands are taken once the repository is loaded"
        return self._repository


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
