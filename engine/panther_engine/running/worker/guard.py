"""A seat-belt for a run: no network, nothing written into the checkout, no endless forking.

It works through audit events, so it costs nothing until something of interest happens. It is not a
prison: code that means harm can go round it; code that makes a mistake cannot. Where the kernel has
walls, they hold, and the seat-belt says why.
"""

import faulthandler
import mmap
import os
import socket
import struct
import sys
from types import FrameType
from typing import Any, Callable, Dict, List, NoReturn, Optional, Set

from .sandbox.walls import Walls

PROCESSES_LIMIT = 64
"""Processes that one policy may start, its children's included."""
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
STARTS_PROCESS = {"os.fork", "os.forkpty", "subprocess.Popen", "os.posix_spawn", "os.system"}
CHANGES_PATHS = {
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.link",
    "os.symlink",
    "os.utime",
    "shutil.rmtree",
    "shutil.move",
}
LISTS = {"os.listdir", "os.scandir"}
ASKS_NETWORK = {
    "socket.connect",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
}


class NetworkBlocked(OSError):  # noqa: N818 (users read this name)
    """A test tried to reach the network."""


class Guard:
    """Watches what project code does while a job runs in this process."""

    def __init__(
        self, root: str, network: bool, trace: int, belt: bool = True, walls: Optional[Walls] = None
    ) -> None:
        """`belt` is whether anything is blocked; `walls` are the kernel's, to explain them."""
        self._root = root.rstrip(os.sep) + os.sep
        self._belt = belt
        self._walls = walls
        self._body = ""
        self._network = network
        self._trace = trace
        self._handlers: Dict[str, Callable[[tuple[Any, ...]], None]] = {"open": self._on_open}
        self._handlers["os.kill"] = self._handlers["os.killpg"] = self._on_kill
        if belt:
            self._handlers.update(dict.fromkeys(STARTS_PROCESS, self._on_start))
            self._handlers.update(dict.fromkeys(CHANGES_PATHS, self._on_change))
        if belt and not network:
            self._handlers.update(dict.fromkeys(ASKS_NETWORK, self._on_network))
        if walls is not None:
            self._handlers.update(dict.fromkeys(LISTS, self._on_list))
        self._started = mmap.mmap(-1, 8)  # shared with every process that the policy forks
        self.opened: Set[str] = set()
        """Absolute paths inside the root that were opened for reading."""
        self.blocked: Optional[Dict[str, Any]] = None
        """The first attempt to reach the network in this test: `message` and `line` of the body."""

    def begin(self, body: str) -> None:
        """Watch this body from now on; whatever was noted of another one is forgotten."""
        self._body = body
        self.opened = set()
        self.blocked = None

    def install(self) -> None:
        """Watch from now on; cannot be undone, which is why each job has a process of its own."""
        handlers = self._handlers

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            handler = handlers.get(event)
            if handler is not None:
                handler(arguments)

        sys.addaudithook(hook)
        leave = os._exit

        def note_and_leave(status: int) -> NoReturn:
            self._note_place()
            leave(status)

        os._exit = note_and_leave  # the only way to tell the line that ended the process

    def _note_place(self) -> None:
        if self._trace >= 0:
            faulthandler.dump_traceback(self._trace, all_threads=False)

    def _inside(self, path: Any) -> str:
        """The absolute path if it is inside the root, else an empty text."""
        try:
            text = os.path.abspath(os.fsdecode(path))
        except (TypeError, ValueError, OSError):
            return ""  # a descriptor, or nothing that could be a path
        return text if text.startswith(self._root) else ""

    def _on_open(self, arguments: tuple[Any, ...]) -> None:
        path = self._inside(arguments[0])
        if path:
            if self._belt and isinstance(arguments[2], int) and arguments[2] & WRITING:
                raise PermissionError(13, "a test may not write into the checkout", path)
            self.opened.add(path)
        elif self._walls is not None and isinstance(arguments[2], int):
            self._explain(arguments[0], bool(arguments[2] & WRITING))

    def _on_list(self, arguments: tuple[Any, ...]) -> None:
        self._explain(arguments[0], False)

    def _explain(self, path: Any, writing: bool) -> None:
        """Say what the kernel is about to refuse, and what to do: it would say no more than no."""
        assert self._walls is not None
        if not isinstance(path, (str, bytes, os.PathLike)):
            return  # a descriptor
        try:
            real = os.path.realpath(os.fsdecode(path))
        except (ValueError, OSError):
            return  # no path at all
        if not self._walls.allows(real, writing) and (writing or os.path.lexists(real)):
            verb = "write" if writing else "read"
            raise PermissionError(
                13,
                f"the sandbox does not let a test {verb} this: add a Mock for what does, or "
                f"`{verb} = [...]` to your settings",
                os.fsdecode(path),
            )

    def _on_change(self, arguments: tuple[Any, ...]) -> None:
        for argument in arguments[:2]:
            if isinstance(argument, (str, bytes, os.PathLike)) and self._inside(argument):
                path = os.fsdecode(argument)
                raise PermissionError(13, "a test may not change the checkout", path)

    def _on_start(self, arguments: tuple[Any, ...]) -> None:
        (count,) = struct.unpack_from("q", self._started)
        if count >= PROCESSES_LIMIT:
            raise BlockingIOError(11, f"a test may start {PROCESSES_LIMIT} processes, not more")
        struct.pack_into("q", self._started, 0, count + 1)

    def _on_kill(self, arguments: tuple[Any, ...]) -> None:
        target = arguments[0]
        if target in (os.getpid(), 0):
            self._note_place()
            return
        try:
            ours = target > 0 and os.getpgid(target) == os.getpgid(0)
        except OSError:
            ours = True  # no such process: let the call say so
        if not ours and self._belt:
            raise PermissionError(1, f"a test may not signal process {target}")

    def _on_network(self, arguments: tuple[Any, ...]) -> None:
        if isinstance(arguments[0], socket.socket):
            if arguments[0].family not in (socket.AF_INET, socket.AF_INET6):
                return
            address = arguments[-1]
        else:
            address = arguments[:2]
        place = _find_body_frame(sys._getframe(1), self._body)
        message = f"no network in tests: blocked a call to {_address_text(address)}"
        name = _name_to_mock(place) if place else ""
        message += f"; add a Mock for `{name}`" if name else "; add a Mock for what calls it"
        if self.blocked is None:
            self.blocked = {"message": message, "line": place[0].f_lineno if place else 0}
        raise NetworkBlocked(101, message)


def _address_text(address: Any) -> str:
    parts: List[str] = []
    for part in address if isinstance(address, tuple) else (address,):
        if part is not None:
            parts.append(part.decode("ascii", "replace") if isinstance(part, bytes) else str(part))
    return ":".join(parts[:2])


def _find_body_frame(frame: Optional[FrameType], body: str) -> List[FrameType]:
    """The body's innermost frame and the one it called; empty if it is not on the stack."""
    called: Optional[FrameType] = None
    while frame is not None:
        if frame.f_code.co_filename == body:
            return [frame, called] if called else [frame]
        called = frame
        frame = frame.f_back
    return []


def _name_to_mock(place: List[FrameType]) -> str:
    """The name in the body through which the call left it."""
    if len(place) < 2:
        return ""
    names = place[0].f_globals
    function = place[1].f_code.co_name
    if function in names:
        return function
    module = place[1].f_globals.get("__name__", "")
    for name, value in names.items():
        if isinstance(value, type(sys)) and f"{module}.".startswith(f"{value.__name__}."):
            return str(name)
    for name, value in names.items():
        if getattr(value, "__module__", None) == module and name in place[0].f_code.co_names:
            return str(name)
    return ""
