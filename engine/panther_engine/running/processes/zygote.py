"""The parent's side of a zygote: starts it, has it fork children, reads its messages (Linux)."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, assert_never

from panther_engine.running.processes.confinement import Confinement, preexec
from panther_engine.running.processes.forked_child import READ_SIZE, ForkedChild
from panther_engine.running.processes.globals_folder import GlobalsFolder
from panther_engine.running.processes.job import WORKER, Job, WorkerConfig, pack, surroundings
from panther_engine.running.processes.launcher import Callbacks
from panther_engine.running.processes.reports import (
    Ended,
    Forked,
    Hello,
    Loaded,
    News,
    decode_news,
)
from panther_engine.running.processes.untrusted import NonsenseError
from panther_engine.running.worker.wire import frames

if TYPE_CHECKING:
    import asyncio

SPARE_AFTER = 0.1
"""Seconds of rest after which a child is forked for the next job: 3 ms of each save."""
END_LIMIT = 0.7
"""Seconds in which it ends what it started, when it is closed."""
ANSWER_LIMIT = 5.0
"""Seconds that a zygote which has started and imports nothing gets to fork a child or to end one.
It takes milliseconds, so one that is late was stopped."""
NO_WALLS = (
    'the kernel has a sandbox and does not let us use it: `sandbox = "seat-belt"` in your settings'
    " does without"
)
NEWS_LIMIT = 1 << 20
"""Bytes that a message of its may have: a stack of 64 KiB, each of them told by six signs."""
SPARES_LOST = 3
"""So many that died waiting are replaced before the next job: something ends them."""


class Zygote:
    """One zygote process and the children that it forked."""

    def __init__(
        self,
        config: WorkerConfig,
        folder: GlobalsFolder,
        on_version: Callable[[str], None],
        on_loaded: Callable[[], None],
        on_death: Callable[[str], None],
    ) -> None:
        """Start it. Raises OSError if the interpreter cannot be run.

        `folder` holds what `set_globals` is told of; whoever made it keeps it so and removes it.
        `on_version` is called with the interpreter's version, `on_loaded` after each import,
        `on_death` with what it wrote to stderr if it ends before `close`.
        """
        self._folder = folder
        self._config = config
        self._on_version = on_version
        self._on_loaded = on_loaded
        self._on_death = on_death
        self._children: dict[int, ForkedChild] = {}
        self._spare: ForkedChild | None = None
        self._preparing: asyncio.TimerHandle | None = None
        self._lost = 0
        """Spare children that died since the last job."""
        self._count = 0
        self.edition = 0
        """Changes with the globals: a child serves those that there were when it was forked."""
        self._observed: set[tuple[str, int]] = set()
        """Globals that observed code was asked of, with the edition that they were of."""
        self._buffer = bytearray()
        self._errors = os.memfd_create("zygote-errors", os.MFD_CLOEXEC)
        self._confinement = confined = Confinement.of(
            config.python, config.root, config.limits, folder.path
        )
        self._control, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = subprocess.Popen(
                    [config.python, "-B", WORKER, "fork", str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._errors,
                    cwd=config.root,
                    env=confined.environment(config.environment)
                    if confined
                    else dict(config.environment),
                    preexec_fn=preexec(confined),
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                )
        except (OSError, subprocess.SubprocessError) as error:
            self._control.close()
            os.close(self._errors)
            if confined:
                confined.close()
            if isinstance(error, subprocess.SubprocessError):
                raise OSError(NO_WALLS) from error
            raise
        self._control.setblocking(False)
        self.started = False
        """It has said that it runs; an interpreter that never does is no good."""
        self._gone = False
        self._awaited: set[str] = set()
        self._loaded: set[str] = set()
        self._requests: deque[tuple[bytes, tuple[int, ...]]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        if confined:
            self._request(confined.request())

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """Where it listens."""
        assert self._loop is not None, "call `listen` first"
        return self._loop

    def awaits(self, modules: frozenset[str]) -> bool:
        """Whether it was asked for some of these and has not imported them yet."""
        return not self._awaited.isdisjoint(modules)

    def listen(self) -> None:
        """Take part in the running event loop."""
        import asyncio  # 60 ms that a start need not wait for

        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._control, self._on_message)
        self._late = self._loop.call_later(self._config.limits.start, self._kill_it)
        self._flush()

    def preload(self, modules: Sequence[str]) -> None:
        """Have it import these, so that children need not. Never project code."""
        new = {name for name in modules if name not in self._loaded}
        if new:
            self._drop_spare()
        self._awaited |= new
        self._request({"what": "preload", "modules": list(modules)})

    def set_globals(self, changed: Mapping[str, tuple[str, bytes]], removed: Sequence[str]) -> None:
        """Have it serve these globals to children that are forked from now on."""
        self.edition += 1
        self._request({"what": "globals", "changed": dict(changed), "removed": list(removed)})
        self._prepare_soon()

    def prepare_observed(self, names: Iterable[str]) -> None:
        """Have it make observed code of these globals, once each, when nothing else is to do."""
        new = [name for name in names if (name, self.edition) not in self._observed]
        if new:
            self._observed.update((name, self.edition) for name in new)
            self._request({"what": "observe", "globals": new})

    def launch(self, job: Job, marker: bytes, callbacks: Callbacks) -> ForkedChild:
        """Give the job to the spare child, or to one that is forked for it. Raises OSError."""
        self._lost = 0
        spare, self._spare = self._spare, None
        if spare is not None and spare.take(job, marker, callbacks):
            return spare
        if spare is not None:
            spare.release()
        child = self._fork(spare=False)
        child.take(job, marker, callbacks)
        self.loop.call_later(ANSWER_LIMIT, self._expect_started, child)
        return child

    def _fork(self, *, spare: bool) -> ForkedChild:
        self._count += 1
        child = ForkedChild(self, self._count, spare)
        try:
            self._request(
                {
                    "what": "fork",
                    "job": self._count,
                    "surroundings": surroundings(
                        self._config.root, self._config.limits, self._folder.path
                    ),
                },
                (child.their_report.fileno(), child.their_output),
            )
        except OSError:
            child.release()
            raise
        finally:
            child.their_report.close()
            os.close(child.their_output)
        self._children[self._count] = child
        return child

    def _prepare_soon(self) -> None:
        """Have a spare child once nothing has happened for a while."""
        if self._preparing is not None:
            self._preparing.cancel()
            self._preparing = None
        if self._loop is not None and not self._gone and self._lost < SPARES_LOST:
            self._preparing = self._loop.call_later(SPARE_AFTER, self._prepare)

    def _prepare(self) -> None:
        self._preparing = None
        if self._spare is not None and not self._spare.is_current:
            self._drop_spare()
        # One that ends, or a module that is loaded, brings us here again.
        if self.started and not self._children and not self._awaited:
            with contextlib.suppress(OSError):  # if it goes on, the next job will say so
                self._spare = self._fork(spare=True)

    def _drop_spare(self) -> None:
        if self._spare is not None:
            self._spare.release()
            self._spare = None

    def pack(self, job: Job, marker: bytes) -> bytes:
        """The bytes that start a child on the job."""
        return pack(job, self._config.destinations, marker)

    def kill(self, number: int) -> None:
        """Kill a child with all that it started."""
        self._request({"what": "kill", "job": number})
        self.loop.call_later(ANSWER_LIMIT, self._expect_ended, number)

    def _expect_started(self, child: ForkedChild) -> None:
        if not child.pid and child in self._children.values():
            self._kill_if_idle()

    def _expect_ended(self, number: int) -> None:
        if number in self._children:
            self._kill_if_idle()

    def _kill_if_idle(self) -> None:
        """Kill the process unless it has a reason not to answer: it starts, or it imports."""
        if self.started and not self._awaited:
            self._kill_it()

    def _kill_it(self) -> None:
        """Kill the process, and what a program that poses as it has in the background."""
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def hang_up(self) -> None:
        """Have it end with its children, and hear of neither any more; `close` awaits that."""
        if self._gone:
            return
        if self._loop is not None:
            self._loop.remove_reader(self._control)
            self._loop.remove_writer(self._control)
        for child in list(self._children.values()):
            child.release()
        self._children.clear()
        self._let_go()

    def close(self) -> None:
        """End it; it ends its children."""
        self.hang_up()
        self._bury()

    def _let_go(self) -> None:
        self._gone = True
        self._spare = None
        if self._preparing is not None:
            self._preparing.cancel()
            self._preparing = None
        if self._loop is not None:
            self._late.cancel()
        self._control.close()
        for _, descriptors in self._requests:
            for descriptor in descriptors:
                os.close(descriptor)
        self._requests.clear()

    def _bury(self) -> None:
        try:
            self._process.wait(END_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._kill_it()
        os.close(self._errors)
        if self._confinement is not None:
            self._confinement.close()

    def _request(self, request: Mapping[str, object], descriptors: Sequence[int] = ()) -> None:
        if self._gone:
            return
        copies = tuple(os.dup(descriptor) for descriptor in descriptors)
        self._requests.append((frames.pack_job(dict(request)), copies))
        self._flush()

    def _flush(self) -> None:
        """Send what it takes; the rest when it can take more, since it may be busy importing."""
        while self._requests:
            data, descriptors = self._requests[0]
            try:
                sent = socket.send_fds(self._control, [data], list(descriptors))
            except BlockingIOError:
                if self._loop is not None:
                    self._loop.add_writer(self._control, self._flush)
                return
            except OSError:
                sent = len(data)  # it has ended: its end of file tells
            for descriptor in descriptors:
                os.close(descriptor)
            if sent < len(data):
                self._requests[0] = (data[sent:], ())
            else:
                self._requests.popleft()
        if self._loop is not None:
            self._loop.remove_writer(self._control)

    def _on_message(self) -> None:
        try:
            data = self._control.recv(READ_SIZE)
        except OSError:
            data = b""
        if not data:
            self._die()
            return
        self._buffer += data
        while len(self._buffer) >= frames.HEADER.size:
            (size,) = frames.HEADER.unpack_from(self._buffer)
            if size > NEWS_LIMIT:
                self._refuse(f"a message of {size} bytes")
                return
            whole = frames.HEADER.size + size
            if len(self._buffer) < whole:
                return
            body = bytes(self._buffer[frames.HEADER.size : whole])
            del self._buffer[:whole]
            try:
                self._take(decode_news(body))
            except NonsenseError as error:
                self._refuse(str(error))
                return

    def _take(self, news: News) -> None:
        match news:
            case Hello(version):
                if not self.started:
                    self.started = True
                    self._late.cancel()
                    self._on_version(version)
                    self._prepare_soon()
            case Loaded(name):
                if name in self._awaited:
                    self._loaded.add(name)
                    self._awaited.discard(name)
                    self._on_loaded()
                    self._prepare_soon()
            case Forked(number, pid):
                if number in self._children:
                    self._children[number].pid = pid
            case Ended(number, status, stack):
                child = self._children.pop(number, None)
                if child is not None and child is self._spare:
                    self._spare = None
                    self._lost += 1
                if child is not None:
                    child.finish(status, stack)
                self._prepare_soon()
            case _:
                assert_never(news)

    def _refuse(self, said: str) -> None:
        """End a program that poses as the interpreter and does not speak as ours does."""
        self._kill_it()
        self._die(f"it sent what none of ours sends: {said}")

    def _die(self, why: str = "") -> None:
        assert self._loop is not None
        self._loop.remove_reader(self._control)
        self._loop.remove_writer(self._control)
        children, self._children = list(self._children.values()), {}
        for child in children:
            if child.pid and self._is_of_its_session(child.pid):
                with contextlib.suppress(OSError):  # the kernel ended it with its zygote
                    os.killpg(child.pid, signal.SIGKILL)
        said = why or os.pread(self._errors, 4096, 0).decode("utf-8", "replace").strip()
        self._let_go()
        self._bury()
        self._on_death(said)
        for child in children:
            child.finish(None, said)

    def _is_of_its_session(self, pid: int) -> bool:
        """Whether a process is one that it started: the numbers of its children it tells itself."""
        try:
            return os.getsid(pid) == self._process.pid
        except OSError:
            return False
