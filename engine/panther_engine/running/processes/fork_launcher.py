"""Starts workers by forking two zygotes: a light one, and one with heavy libraries (Linux).

The heavy one starts with the first job that needs it. A zygote that dies is replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from panther_engine.reading.source.libraries import is_heavy, preloadable
from panther_engine.running.processes.globals_folder import GlobalsFolder
from panther_engine.running.processes.job import Job, WorkerConfig
from panther_engine.running.processes.launcher import Callbacks, Running
from panther_engine.running.processes.zygote import Zygote


class ForkLauncher:
    """Starts workers by having a zygote fork."""

    def __init__(
        self,
        config: WorkerConfig,
        on_notice: Callable[[str], None],
        on_version: Callable[[str], None],
    ) -> None:
        """Start the light zygote at once. Raises OSError if the interpreter cannot be run."""
        self._config = config
        self._modules: frozenset[str] = frozenset()
        self._on_notice = on_notice
        self._on_version = on_version
        self._listening = False
        self._broken = ""
        self._worked = False
        """The interpreter ran once: if it does not the next time, that is no fault of its own."""
        self._on_ready: list[Callable[[], None]] = []
        self._globals: dict[str, tuple[str, bytes]] = {}
        self._folder = GlobalsFolder()
        self._zygotes: dict[bool, Zygote] = {False: self._start(False)}

    def listen(self) -> None:
        """Take part in the running event loop; call once it runs."""
        self._listening = True
        for zygote in self._zygotes.values():
            zygote.listen()

    def set_modules(self, modules: frozenset[str]) -> None:
        """Preload what of these a worker may hold; starts the heavy zygote if any is heavy."""
        if modules <= self._modules:
            return
        modules |= self._modules
        self._modules = modules
        if is_heavy(modules) and True not in self._zygotes:
            self._open(True)
        for heavy, zygote in self._zygotes.items():
            zygote.preload(preloadable(modules, heavy))

    def set_globals(
        self, changed: Mapping[str, tuple[str, bytes]], removed: tuple[str, ...]
    ) -> None:
        """Serve these globals to workers started later."""
        self._globals.update(changed)
        for name in removed:
            self._globals.pop(name, None)
        self._folder.update(changed, removed)
        for zygote in self._zygotes.values():
            zygote.set_globals(changed, removed)

    def prepare_observed(self, names: Iterable[str]) -> None:
        """Make observed code of these globals when nothing else is to be done, by GlobalID."""
        for zygote in self._zygotes.values():
            zygote.prepare_observed(names)

    def is_ready(self, job: Job) -> bool:
        """Whether a worker for the job could begin at once."""
        zygote = self._zygotes.get(job.heavy)
        return zygote is not None and not zygote.awaits(job.needs)

    def when_ready(self, on_ready: Callable[[], None]) -> None:
        """Call `on_ready` when a job that was not ready may be."""
        self._on_ready.append(on_ready)

    def launch(self, job: Job, marker: bytes, callbacks: Callbacks) -> Running:
        """Fork a child for the job. Raises OSError when no zygote can be started."""
        if self._broken:
            raise OSError(self._broken)
        zygote = self._zygotes.get(job.heavy) or self._open(job.heavy)
        return zygote.launch(job, marker, callbacks)

    def hang_up(self) -> None:
        """Have both end; `close` awaits that."""
        for zygote in self._zygotes.values():
            zygote.hang_up()

    def close(self) -> None:
        """End both with all their children."""
        self.hang_up()
        zygotes, self._zygotes = self._zygotes, {}
        for zygote in zygotes.values():
            zygote.close()
        self._folder.remove()

    def _tell_ready(self) -> None:
        for on_ready in self._on_ready:
            on_ready()

    def _open(self, heavy: bool) -> Zygote:
        zygote = self._zygotes[heavy] = self._start(heavy)
        if self._listening:
            zygote.listen()
        return zygote

    def _start(self, heavy: bool) -> Zygote:
        def on_death(said: str) -> None:
            dead = self._zygotes.pop(heavy, None)
            if dead is None:
                return
            last = said.splitlines()[-1] if said else ""
            if not dead.started and not self._worked:
                last = last or f"it ended, or did not start within {self._config.limits.start:g} s"
                if not self._broken:
                    self._broken = f"{self._config.python} cannot run policies: {last}"
                    self._on_notice(self._broken)
            else:
                reason = f": {last}" if last else ""
                self._on_notice(f"a worker process ended and is replaced{reason}")

        def on_version(version: str) -> None:
            self._worked = True
            self._on_version(version)

        zygote = Zygote(
            self._config,
            self._folder,
            on_version,
            self._tell_ready,
            on_death,
        )
        if self._globals:
            zygote.set_globals(self._globals, ())
        if self._modules:
            zygote.preload(preloadable(self._modules, heavy))
        return zygote
