"""Landlock and seccomp together: prepared once, entered by each forked process."""

import ctypes
import os
import sys
from typing import Any, Iterable, Iterator, List, Set

from . import landlock, seccomp

SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/run/current-system"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives"),
    *("/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/crypto-policies"),
    *("/etc/localtime", "/etc/timezone", "/etc/locale.conf", "/etc/locale.alias"),
    *("/etc/mime.types", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/os-release"),
    *("/etc/host.conf", "/etc/hosts", "/etc/resolv.conf", "/etc/protocols", "/etc/services"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version", "/proc/filesystems"),
    *("/proc/sys/kernel/osrelease", "/proc/sys/vm/overcommit_memory"),
    *("/sys/devices/system/cpu", "/sys/fs/cgroup", "/dev/urandom", "/dev/random", "/dev/zero"),
)
"""What libraries read: programs, shared objects, certificates, time zones, names, the machine."""
DEVICES = ("/dev/null", "/dev/full")
NO_NEW_PRIVILEGES = 38
OWN_PROCESS = "/proc/self"
PACE = 200
"""Files of a private folder that are removed in one go."""


class Walls:
    """Descriptors and a filter that a process needs to shut itself in."""

    def __init__(
        self,
        readable: Iterable[str],
        writable: Iterable[str],
        network: bool,
        folder: str,
        filtered: bool = False,
    ) -> None:
        """What may be read and written beside what any Python needs, as absolute paths.

        `folder` is where private folders are made; it exists and belongs to these walls alone.
        `filtered` if those who will enter come from a process that has this filter of calls
        already: they inherit it, and a second one of the same kind would only take time.
        """
        self._network = network
        self.landlock = landlock.version()
        """The version of Landlock in use; 0 for none."""
        self._filter = b"" if filtered else seccomp.program(network)
        self.folder = folder
        self._count = 0
        self._own = ""
        self._held: List[landlock.Held] = []
        written = [os.path.realpath(path) for path in writable]
        self._readable = _each_once([*SYSTEM, *readable])
        self._writable = [*DEVICES, *written]
        if self.landlock:
            held = landlock.hold(self._readable, landlock.READ)
            held += landlock.hold(DEVICES, landlock.READ_FILE | landlock.WRITE_FILE)
            held += landlock.hold(written, landlock.all_rights(self.landlock))
            self._held = held

    @property
    def seccomp(self) -> bool:
        """Whether the filter of calls is there for this machine."""
        return bool(self._filter)

    def drop_filter(self) -> None:
        """Do without the filter of calls, as on a machine that we have none for."""
        self._filter = b""

    def allows(self, path: str, writing: bool) -> bool:
        """Whether the walls let a process read or write this real path; True without Landlock."""
        if not self.landlock:
            return True
        allowed = [*self._writable, self._own] if writing else self._readable + self._writable
        if not writing:
            allowed.append(self._own)
        return any(_is_below(path, one) for one in allowed)

    def make_folder(self) -> str:
        """A private folder for the next child."""
        self._count += 1
        path = os.path.join(self.folder, str(self._count))
        os.mkdir(path, 0o700)
        return path

    def enter(self, folder: str) -> None:
        """Shut this process in; cannot be undone. Raises OSError if a wall cannot be had."""
        self._own = folder
        os.environ["TMPDIR"] = folder
        if "tempfile" in sys.modules:  # it asks only once where temporary files go
            sys.modules["tempfile"].tempdir = None  # type: ignore[attr-defined]
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "no_new_privs cannot be set")
        if self.landlock:
            own = landlock.hold([folder], landlock.all_rights(self.landlock))
            own += landlock.hold([OWN_PROCESS], landlock.READ)
            landlock.restrict([*self._held, *own], self.landlock, self._network)
            for descriptor, _ in [*self._held, *own]:
                os.close(descriptor)
        if self._filter:
            seccomp.restrict(self._filter)

    def close(self) -> None:
        """Give the descriptors back, where nobody is shut in any more."""
        held, self._held = self._held, []
        for descriptor, _ in held:
            os.close(descriptor)


def remove_folder(path: str) -> Iterator[None]:
    """Remove a folder with all that is in it, a little at each step; what resists is left."""
    try:
        os.rmdir(path)
        return
    except OSError:
        pass  # something is in it
    done = 0
    for folder, folders, files in os.walk(path, topdown=False, onerror=_open_up):
        for name in files:
            _try(os.unlink, os.path.join(folder, name))
            done += 1
            if done % PACE == 0:
                yield
        for name in folders:
            _try(os.rmdir, os.path.join(folder, name))
    _try(os.rmdir, path)


def _open_up(error: OSError) -> None:
    """Allow what a run forbade, for the next attempt."""
    if error.filename:
        _try(lambda path: os.chmod(path, 0o700, follow_symlinks=False), error.filename)


def _try(change: Any, path: str) -> None:
    try:
        change(path)
    except (OSError, NotImplementedError):
        pass  # a link among folders, or something that resists


def paths_of_this_python() -> List[str]:
    """Where this interpreter and its modules are."""
    prefixes = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    programs = [os.path.dirname(os.path.realpath(sys.executable))] if sys.executable else []
    library = os.path.dirname(os.path.abspath(os.__file__))
    return [*prefixes, *programs, library, *(path for path in sys.path if os.path.isabs(path))]


def _each_once(paths: List[str]) -> List[str]:
    """Without repetitions, and without what lies below another one."""
    real = list(dict.fromkeys(os.path.realpath(path) for path in paths if path))
    kept: Set[str] = set(real)
    return [
        path for path in real if not any(other != path and _is_below(path, other) for other in kept)
    ]


def _is_below(path: str, folder: str) -> bool:
    """Whether a path is this folder or in it."""
    return bool(folder) and (path == folder or path.startswith(folder.rstrip("/") + "/"))
