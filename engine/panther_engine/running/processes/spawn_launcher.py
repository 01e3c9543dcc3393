"""Starts one process per job, on systems where forking is missing or unsafe.

Threads read the pipes, which works the same on every system.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import IO

from panther_engine.running.processes.globals_folder import GlobalsFolder
from panther_engine.running.processes.job import WORKER, Job, WorkerConfig, pack, surroundings
from panther_engine.running.processes.launcher import Callbacks, Running

READ_SIZE = 1 << 16


class SpawnLauncher:
    """Starts an interpreter for each job."""

    def __init__(self, config: WorkerConfig, on_version: Callable[[str], None]) -> None:
        """Ask the interpreter for its version. Raises OSError if it cannot be run."""
        self._config = config
        self._on_version = on_version
        self._globals: dict[str, tuple[str, bytes]] = {}
        self._folder = GlobalsFolder()
        self._workers: set[Spawned] = set()
        self._version, self._broken = _ask_version(config)

    def listen(self) -> None:
        """Tell the version; there is nothing to listen to before a job runs."""
        self._on_version(self._version)

    def set_modules(self, modules: frozenset[str]) -> None:
        """Do nothing: every process is a new one."""

    def set_globals(
        self, changed: Mapping[str, tuple[str, bytes]], removed: tuple[str, ...]
    ) -> None:
        """Serve these globals to workers started later."""
        self._globals.update(changed)
        for name in removed:
            self._globals.pop(name, None)
        self._folder.update(changed, removed)

    def hang_up(self) -> None:
        """Do nothing: a process ends with its job."""

    def prepare_observed(self, names: Iterable[str]) -> None:
        """Do nothing: every process is a new one."""

    def is_ready(self, job: Job) -> bool:
        """Tell that it is: there is nothing to wait for."""
        return True

    def when_ready(self, on_ready: Callable[[], None]) -> None:
        """Do nothing: it always is."""

    def launch(self, job: Job, marker: bytes, callbacks: Callbacks) -> Running:
        """Start a process on the job. Raises OSError."""
        if self._broken:
            raise OSError(self._broken)
        config = self._config
        around = surroundings(config.root, config.limits, self._folder.path)
        extra = {**around, "globals": dict(self._globals)}
        data = pack(job, config.destinations, marker, extra)
        process = subprocess.Popen(
            [config.python, "-B", WORKER, "once"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=config.root,
            env=dict(config.environment),
            start_new_session=True,
            bufsize=0,
        )
        worker = Spawned(process, data, callbacks, self._workers.discard)
        self._workers.add(worker)
        return worker

    def close(self) -> None:
        """End every worker."""
        for worker in list(self._workers):
            worker.release()
            worker.kill()
            worker.wait()
        self._folder.remove()


def _ask_version(config: WorkerConfig) -> tuple[str, str]:
    """The version of the interpreter, or why it cannot run policies. Raises OSError."""
    python, limit = config.python, config.limits.start
    try:
        asked = subprocess.run(
            [python, "-B", WORKER, "version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=dict(config.environment),
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", f"{python} cannot run policies: it did not start within {limit:g} s"
    if asked.returncode:
        said = asked.stderr.decode("utf-8", "replace").strip().splitlines()
        return "", f"{python} cannot run policies: {said[-1] if said else 'it ended at once'}"
    return asked.stdout.decode("utf-8", "replace").strip()[:40], ""


class Spawned:
    """One spawned worker."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        job: bytes,
        callbacks: Callbacks,
        on_gone: Callable[[Spawned], None],
    ) -> None:
        self._process = process
        self._callbacks: Callbacks | None = callbacks
        self._on_gone = on_gone
        self._loop = asyncio.get_running_loop()
        self._open = 2
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._readers = [
            threading.Thread(target=target, args=arguments, daemon=True)
            for target, arguments in (
                (self._write, (process.stdin, job)),
                (self._read, (process.stdout, self._on_report)),
                (self._read, (process.stderr, self._on_output)),
            )
        ]
        for reader in self._readers:
            reader.start()

    def kill(self) -> None:
        """End the process, and where there are process groups all that it started."""
        if sys.platform != "win32":
            import signal

            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except OSError:
                return  # it has ended
        else:
            self._process.kill()

    def wait(self) -> None:
        """Wait until it has ended; call after `kill`."""
        self._process.wait()
        for reader in self._readers:
            reader.join()

    def release(self) -> None:
        """Listen no longer."""
        self._callbacks = None

    def take(self, job: Job, marker: bytes, callbacks: Callbacks) -> bool:
        """Never: it runs one job."""
        return False

    def _write(self, pipe: IO[bytes], data: bytes) -> None:
        try:
            view = memoryview(data)
            while view:
                view = view[pipe.write(view) or 0 :]
            pipe.close()
        except OSError:
            return  # it ended before it had read its job

    def _read(self, pipe: IO[bytes], take: Callable[[bytes], None]) -> None:
        while data := pipe.read(READ_SIZE):
            self._tell(take, data)
        pipe.close()
        self._tell(self._close_one)

    def _tell(self, function: Callable[..., None], *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            return  # the loop is closed: nobody wants to know any more

    def _on_report(self, data: bytes) -> None:
        if self._callbacks:
            self._callbacks.on_report(data)

    def _on_output(self, data: bytes) -> None:
        if self._callbacks:
            self._callbacks.on_output(data)

    def _close_one(self) -> None:
        self._open -= 1
        if self._open:
            return
        self._on_gone(self)
        status = self._process.wait()
        if self._callbacks:
            self._callbacks.on_end(-status if status < 0 else status << 8, "")
