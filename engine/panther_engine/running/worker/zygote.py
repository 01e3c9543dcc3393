"""The process that workers are forked from (Linux).

It imports third-party modules and holds the compiled code of globals, but never runs project code.

It has one thread, and its heap is collected and frozen before the first fork, so that a child is
cheap and inherits no held lock. Only the zygote signals its children, so that a signal never goes
to a process that has reused a child's number.
"""

import array
import ctypes
import gc
import os
import select
import signal
import socket
import sys
import time
from collections import deque
from typing import Any, Deque, Dict, Iterator, List, NamedTuple, Optional

from .child import TRACE_SIGNAL, Worker, address_space, hide_descriptor
from .imports.modules import GlobalsFinder
from .imports.own_modules import shown
from .sandbox.walls import Walls, paths_of_this_python, remove_folder
from .wire import frames
from .wire.messages import Surroundings

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
TRACE_WAIT = 0.5
"""Seconds that a child gets at most to write down its stack and end before it is killed."""
END_WAIT = 1.0
"""Seconds in which everything that was started must be gone at the end."""
TRACE_LIMIT = 1 << 16


class Child(NamedTuple):
    """A forked job."""

    job: int
    trace: int
    """Memory file that holds its stack if it was stuck or died."""
    folder: str
    """Its private folder; empty if it has none."""


class Zygote:
    """Serves one control socket until the other side closes it."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._finder = GlobalsFinder()
        self._children: Dict[int, Child] = {}
        self._dying: Dict[int, float] = {}
        """Children that were asked for their stack, and when their time for it is over."""
        self._libc = ctypes.CDLL(None)
        self._read_wake, self._write_wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._frozen = False
        self._pid = os.getpid()
        self._folder = ""
        """Where copies of the globals lie, once a child was told."""
        self._modules: Deque[str] = deque()
        """What is still to be imported; done one at a time, when nobody waits for anything."""
        self._to_rewrite: Deque[str] = deque()
        """Globals to make observed code of, likewise."""
        self._walls: Optional[Walls] = None
        self._litter: Deque[Iterator[None]] = deque()
        """Private folders that are being removed, likewise."""

    def serve(self) -> None:
        """Answer requests and report ends, until end of file."""
        self._libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+c in the terminal is the parent's
        signal.set_wakeup_fd(self._write_wake)
        gc.disable()
        self._say(what="hello", version=".".join(map(str, sys.version_info[:3])))
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._read_wake, select.POLLIN)
        while True:
            patience = self._kill_overdue()
            is_idle = not (self._modules or self._to_rewrite or self._litter)
            ready = poll.poll(patience if is_idle else 0)
            if not ready and self._modules:
                self._preload_one()
            elif not ready and self._litter:
                self._tidy()
            elif not ready and self._to_rewrite:
                self._rewrite_one()
            for descriptor, _ in ready:
                if descriptor == self._read_wake:
                    self._reap()
                elif not self._answer():
                    self._end()

    def _tidy(self) -> None:
        """Remove some more of what children left in their private folders."""
        try:
            next(self._litter[0])
        except StopIteration:
            self._litter.popleft()

    def _rewrite_one(self) -> None:
        """Rewrite a global for observers that are forked later."""
        with shown():
            from .observe.rewrite import RewrittenFiles

        if self._finder.rewritten is None:
            self._finder.rewritten = RewrittenFiles()
        self._finder.rewrite(self._to_rewrite.popleft())
        gc.freeze()

    def _answer(self) -> bool:
        try:
            header, descriptors = _receive(self._control, frames.HEADER.size)
            (size,) = frames.HEADER.unpack(header)
            body = frames.read_exactly(self._control.recv, size)
        except (EOFError, OSError):
            return False
        request = frames.unpack_job(body)
        what = request["what"]
        if what == "fork":
            self._fork(request["job"], request["surroundings"], descriptors)
        elif what == "kill":
            self._kill(request["job"])
        elif what == "globals":
            self._finder.update(request["changed"], request["removed"])
            self._frozen = False
        elif what == "preload":
            self._modules.extend(request["modules"])
        elif what == "observe":
            self._to_rewrite.extend(request["globals"])
        elif what == "walls":
            self._build_walls(request)
        return True

    def _build_walls(self, request: Dict[str, Any]) -> None:
        """Children that are forked from now on are shut in."""
        readable = [*paths_of_this_python(), *request["read"]]
        self._walls = Walls(
            readable,
            request["write"],
            request["network"],
            request["folder"],
            request["filtered"],
        )

    def _preload_one(self) -> None:
        """Import the next of what was asked for; what was imported before is told again."""
        name = self._modules.popleft()
        try:
            __import__(name)
        except BaseException:  # the child that needs it will say so, at its own place
            pass
        self._frozen = False
        self._say(what="loaded", module=name)

    def _fork(self, job: int, surroundings: Surroundings, descriptors: List[int]) -> None:
        if not self._frozen:
            if not self._modules:  # else it comes again after the next import
                gc.collect()
            gc.freeze()
            self._frozen = True
        self._folder = surroundings["globals_folder"]
        trace = os.memfd_create("trace", os.MFD_CLOEXEC)
        folder = self._walls.make_folder() if self._walls is not None else ""
        pid = os.fork()
        if pid == 0:
            self._become_child(surroundings, descriptors, trace, folder)
        for descriptor in descriptors:
            os.close(descriptor)
        self._children[pid] = Child(job, trace, folder)
        self._say(what="started", job=job, pid=pid)

    def _become_child(
        self, surroundings: Surroundings, descriptors: List[int], trace: int, folder: str
    ) -> None:
        status = 1
        leave = os._exit
        try:
            self._libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
            if os.getppid() != self._pid:
                leave(1)
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._control.close()
            os.close(self._read_wake)
            os.close(self._write_wake)
            for child in self._children.values():
                os.close(child.trace)
            report, output = (hide_descriptor(d) for d in descriptors)
            gc.enable()
            size = address_space(str(self._pid))  # as ours, and the walls hide our own
            if self._walls is not None:
                self._walls.enter(folder)
            worker = Worker(
                report,
                output,
                hide_descriptor(trace),
                self._finder,
                surroundings,
                self._walls,
                size,
            )
            more = True
            while more:
                job = frames.unpack_job(frames.read_job(report))
                worker.run(job)
                more = job["more"] and not self._finder.is_shadowed()
            status = 0
        except EOFError:
            status = 0
        except MemoryError:
            status = frames.NO_MEMORY
        finally:
            leave(status)

    def _kill(self, job: int) -> None:
        """Ask for its stack: it ends itself once that is written, or is killed when it is late."""
        for pid, child in self._children.items():
            if child.job == job and pid not in self._dying:
                self._dying[pid] = time.monotonic() + TRACE_WAIT
                _signal(pid, TRACE_SIGNAL)

    def _kill_overdue(self) -> Optional[float]:
        """Kill what has had its time; milliseconds until the next one has, if there is one."""
        now = time.monotonic()
        for pid in [pid for pid, until in self._dying.items() if until <= now]:
            del self._dying[pid]
            self._kill_group(pid)
            _signal(pid, signal.SIGKILL)
        return (min(self._dying.values()) - now) * 1000 + 1 if self._dying else None

    def _kill_group(self, pid: int) -> None:
        try:
            os.killpg(pid, signal.SIGKILL)
        except OSError:
            pass  # nobody is left in it

    def _reap(self) -> None:
        try:
            while os.read(self._read_wake, 4096):
                pass
        except BlockingIOError:
            pass
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if not pid:
                break
            child = self._children.pop(pid, None)
            self._dying.pop(pid, None)
            if child is not None:
                self._kill_group(pid)
                stack = os.pread(child.trace, TRACE_LIMIT, 0).decode("utf-8", "replace")
                os.close(child.trace)
                if child.folder:
                    self._litter.append(remove_folder(child.folder))
                self._say(
                    what="ended",
                    job=child.job,
                    status=status,
                    stack=stack,
                    peak_kib=usage.ru_maxrss,
                )
        self._kill_orphans()

    def _kill_orphans(self) -> None:
        """End processes that a policy left behind outside its group; they came to us as orphans."""
        groups = set(self._children)
        for pid in self._list_children():
            if pid not in self._children:
                try:
                    if os.getpgid(pid) not in groups:
                        os.kill(pid, signal.SIGKILL)
                except OSError:
                    continue

    def _list_children(self) -> List[int]:
        try:
            with open(f"/proc/self/task/{self._pid}/children", "rb") as children:
                return [int(word) for word in children.read().split()]
        except OSError:
            return []  # a kernel without this file

    def _say(self, **message: Any) -> None:
        try:
            frames.send_report(self._control.fileno(), message)
        except OSError:
            self._end()

    def _end(self) -> None:
        deadline = time.monotonic() + END_WAIT
        while time.monotonic() < deadline:
            for pid in {*self._children, *self._list_children()}:
                self._kill_group(pid)
                _signal(pid, signal.SIGKILL)
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                break
        if self._folder:  # nobody else does it if our parent was killed
            _remove_folder(self._folder)
        os._exit(0)


def _remove_folder(folder: str) -> None:
    """Remove a folder of files, and the one around it."""
    try:
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))
        os.rmdir(folder)
        os.rmdir(os.path.dirname(folder))
    except OSError:
        pass  # somebody else removed it, or put something into it


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except OSError:
        pass  # it has ended by itself


def _receive(control: socket.socket, size: int) -> "tuple[bytes, List[int]]":
    """`size` bytes and the descriptors that came with them; raises EOFError at the end."""
    descriptors = array.array("i")
    space = socket.CMSG_LEN(4 * descriptors.itemsize)
    data, ancillary, _, _ = control.recvmsg(size, space)
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            whole = len(content) - len(content) % descriptors.itemsize
            descriptors.frombytes(content[:whole])
    if not data:
        raise EOFError
    if len(data) < size:
        data += frames.read_exactly(control.recv, size - len(data))
    return data, list(descriptors)


def serve(descriptor: int) -> None:
    """Be a zygote for the control socket that was inherited as `descriptor`."""
    control = socket.socket(fileno=descriptor)
    control.set_inheritable(False)
    try:
        Zygote(control).serve()
    except KeyboardInterrupt:
        sys.exit(130)
