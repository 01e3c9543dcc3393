"""A guard against mistakes: no network, no writes into the checkout, no endless forking.

It is built on audit events, so it costs nothing until one of interest is raised. It stops code that
makes a mistake, not code that means harm. Where the kernel's sandbox is available, that does the
stopping, and the guard explains it.
"""

import faulthandler
import mmap
import os
import socket
import struct
import sys
from functools import partial
from types import FrameType
from typing import Any, Callable, Dict, Iterable, List, NoReturn, Optional, Set, Tuple

from ..imports.modules import GlobalsFinder
from .walls import Walls

BESIDE_GLOBALS = "a test may not write beside a global: in Panther nothing can be written there"
PROCESSES_LIMIT = 64
"""Processes that one policy may start, its children's included."""
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
STARTS_PROCESS = {"os.fork", "os.forkpty", "subprocess.Popen", "os.posix_spawn", "os.system"}
CHANGES_PATHS = {
    "os.mkdir": ((0, 2),),
    "os.remove": ((0, 1),),
    "os.rename": ((0, 2), (1, 3)),
    "os.rmdir": ((0, 1),),
    "os.truncate": ((0, None),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.link": ((0, 2), (1, 3)),
    "os.symlink": ((1, 2),),
    "os.utime": ((0, 3),),
    "shutil.rmtree": ((0, None),),
    "shutil.move": ((0, None), (1, None)),
}
"""Which arguments of these events are paths that change, each with that of the descriptor of the
directory that it can be relative to."""
FOLLOWS_LINKS = {"os.truncate", "os.chmod", "os.chown", "os.link", "os.utime"}
"""These change what a link leads to; others change the link itself."""
LISTS = {"os.listdir", "os.scandir"}
ASKS_NETWORK = {
    "socket.connect",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
}


_realpath = os.path.realpath  # a policy may replace it


class NetworkBlocked(OSError):  # noqa: N818 (users read this name)
    """A test tried to reach the network."""


class Guard:
    """Watches what project code does while a job runs in this process."""

    def __init__(
        self,
        root: str,
        network: bool,
        trace: int,
        finder: GlobalsFinder,
        belt: bool = True,
        walls: Optional[Walls] = None,
        own: Iterable[str] = (),
    ) -> None:
        """`belt` is whether anything is blocked; `walls` are the kernel's, to explain them.

        `own` are folders of panther-tui's own, in which nothing is changed either.
        """
        self._root = _as_folder(root)
        roots = {self._root, _as_folder(_realpath(root))}
        kept = {_as_folder(path) for folder in own for path in (folder, _realpath(folder))}
        self._kept = ((tuple(roots), "the checkout"), (tuple(kept), "panther-tui's own files"))
        self._finder = finder
        self._belt = belt
        self._walls = walls
        self._body = ""
        self._network = network
        self._trace = trace
        self._handlers: Dict[str, Callable[[tuple[Any, ...]], None]] = {"open": self._on_open}
        self._handlers["os.kill"] = self._handlers["os.killpg"] = self._on_kill
        if belt:
            self._handlers.update(dict.fromkeys(STARTS_PROCESS, self._on_start))
            for event in CHANGES_PATHS:
                self._handlers[event] = partial(self._on_change, event)
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

    def _find(self, path: Any) -> Tuple[str, str]:
        """The absolute path if it is inside the root, and if it is beside a global; else empty."""
        try:
            text = os.path.abspath(os.fsdecode(path))
        except (TypeError, ValueError, OSError):
            return "", ""  # a descriptor, or nothing that could be a path
        folder = self._finder.folder
        if folder and text.startswith(folder + os.sep):  # which may itself lie in the root
            return "", text
        return (text, "") if text.startswith(self._root) else ("", "")

    def _refuse_kept(self, verb: str, path: Any, folder: Any = None, follow: bool = True) -> None:
        """Raise PermissionError if what a path names stays as it is, whichever links lead there.

        Args:
            verb: what is about to be done to it.
            path: as project code gave it.
            folder: descriptor of the directory that it is relative to, if it is to one.
            follow: whether what counts is where a link at its end leads.
        """
        try:
            text = os.fsdecode(path)
            if isinstance(folder, int) and folder >= 0:
                text = os.path.join(_realpath(f"/proc/self/fd/{folder}"), text)
            whole = os.path.abspath(text)
            named = os.path.join(_realpath(os.path.dirname(whole)), os.path.basename(whole))
            places = [whole, named, _realpath(text)] if follow else [whole, named]
        except (TypeError, ValueError, OSError):
            return  # a descriptor, or nothing that could be a path
        for folders, name in self._kept:
            if any((place + os.sep).startswith(folders) for place in places):
                raise PermissionError(13, f"a test may not {verb} {name}", text)

    def _on_open(self, arguments: tuple[Any, ...]) -> None:
        writes = bool(isinstance(arguments[2], int) and arguments[2] & WRITING)
        inside, beside = self._find(arguments[0])
        if beside:
            if writes and self._belt:
                raise PermissionError(13, BESIDE_GLOBALS, beside)
            if copied := self._finder.path_of_copy(beside):
                self.opened.add(copied)
            return
        if writes and self._belt:
            self._refuse_kept("write into", arguments[0])
        if inside and not writes:
            self.opened.add(inside)
        elif not inside and self._walls is not None and isinstance(arguments[2], int):
            self._explain(arguments[0], writes)

    def _on_list(self, arguments: tuple[Any, ...]) -> None:
        self._explain(arguments[0], False)

    def _explain(self, path: Any, writing: bool) -> None:
        """Say what the kernel is about to refuse, and what to do: it would say no more than no."""
        assert self._walls is not None
        if not isinstance(path, (str, bytes, os.PathLike)):
            return  # a descriptor
        try:
            real = _realpath(os.fsdecode(path))
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

    def _on_change(self, event: str, arguments: tuple[Any, ...]) -> None:
        follow = event in FOLLOWS_LINKS
        for at, folder_at in CHANGES_PATHS[event]:
            if not isinstance(arguments[at], (str, bytes, os.PathLike)):
                continue
            _, beside = self._find(arguments[at])
            if beside:
                raise PermissionError(13, BESIDE_GLOBALS, beside)
            folder = None
            if folder_at is not None and folder_at < len(arguments):
                folder = arguments[folder_at]
            self._refuse_kept("change", arguments[at], folder, follow)

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
        if not hasattr(os, "getpgid"):
            return  # Windows has no groups to tell by
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


def _as_folder(path: str) -> str:
    """A path that those of what lies in it begin with."""
    return path.rstrip(os.sep) + os.sep


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
