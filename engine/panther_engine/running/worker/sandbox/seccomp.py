"""Restricts the system calls that a process may make, through a kernel filter (Linux).

Source: https://docs.kernel.org/userspace-api/seccomp_filter.html; the numbers of calls are those
of the kernel's headers `asm/unistd_64.h` and `asm-generic/unistd.h`.
"""

import ctypes
import errno
import os
import struct
from functools import lru_cache
from typing import Dict, List, NamedTuple, Optional, Tuple

SET_MODE_FILTER = 1
SET_SECCOMP, FILTER_MODE = 22, 2
ALLOW_SPECULATION = 4
"""Without it kernels before 5.16 slow the whole process down."""
ALLOW = 0x7FFF0000
REFUSE = 0x00050000
"""Added to an error number; with 0 the call does nothing and says that it did."""
X32 = 0x40000000
"""Numbers from here on are calls of another convention."""
NAMESPACES = 0x7E020000
"""Flags of `clone` that make namespaces."""
LOCAL, INTERNET, INTERNET_6, NETLINK = 1, 2, 10, 16
RAW_SOCKET, KIND_MASK = 3, 0xF
PUSH_INPUT, PUSH_SELECTION = 0x5412, 0x541C
"""Requests that type into a terminal."""


class Machine(NamedTuple):
    """What differs between processors."""

    audit: int
    """How the kernel calls it."""
    column: int
    """Where its numbers stand in `NUMBERS`."""
    seccomp: int


MACHINES = {
    "x86_64": Machine(0xC000003E, 0, 317),
    "aarch64": Machine(0xC00000B7, 1, 277),
}

NUMBERS: Dict[str, Tuple[int, Optional[int]]] = {
    "accept": (43, 202),
    "accept4": (288, 242),
    "acct": (163, 89),
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bind": (49, 200),
    "bpf": (321, 280),
    "chmod": (90, None),
    "chown": (92, None),
    "chroot": (161, 51),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "clone": (56, 220),
    "clone3": (435, 435),
    "connect": (42, 203),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "finit_module": (313, 273),
    "fremovexattr": (199, 16),
    "fsconfig": (431, 431),
    "fsetxattr": (190, 7),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "futimesat": (261, None),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioctl": (16, 29),
    "ioperm": (173, None),
    "iopl": (172, None),
    "ioprio_set": (251, 30),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "lchown": (94, None),
    "listen": (50, 201),
    "lremovexattr": (198, 15),
    "lsetxattr": (189, 6),
    "migrate_pages": (256, 238),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "move_pages": (279, 239),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pidfd_open": (434, 434),
    "pivot_root": (155, 41),
    "prlimit64": (302, 261),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "removexattr": (197, 14),
    "request_key": (249, 218),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "semget": (64, 190),
    "sendmmsg": (307, 269),
    "sendmsg": (46, 211),
    "sendto": (44, 206),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "setpriority": (141, 140),
    "settimeofday": (164, 170),
    "setxattr": (188, 5),
    "shmget": (29, 194),
    "socket": (41, 198),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "utime": (132, None),
    "utimensat": (280, 88),
    "utimes": (235, None),
    "vhangup": (153, 58),
}
"""Of each call on x86-64 and on aarch64, where there is such a call."""

NEVER = (
    *("ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_open", "pidfd_getfd"),
    *("process_madvise", "process_mrelease", "migrate_pages", "move_pages", "perf_event_open"),
    *("add_key", "request_key", "keyctl", "bpf", "userfaultfd"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register", "fanotify_init"),
    *("mount", "umount2", "pivot_root", "chroot", "fsopen", "fsconfig", "fsmount", "fspick"),
    *("open_tree", "move_mount", "mount_setattr", "unshare", "setns"),
    *("name_to_handle_at", "open_by_handle_at", "quotactl", "acct", "swapon", "swapoff"),
    *("init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot"),
    *("settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "sethostname"),
    *("setdomainname", "syslog", "iopl", "ioperm", "vhangup"),
    *("chown", "lchown", "fchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr"),
    *("removexattr", "lremovexattr", "fremovexattr"),
    *("shmget", "msgget", "semget", "mq_open", "ioprio_set"),
)
"""Other processes, the machine, owners of files, and memory that outlives a run."""
WITHOUT_EFFECT = (
    *("chmod", "fchmod", "fchmodat", "fchmodat2"),
    *("utime", "utimes", "utimensat", "futimesat"),
)
"""Landlock does not hold modes and times; copying a file sets both and must not fail for it."""
MISSING = ("clone3",)
"""Its flags cannot be read here; a C library then uses `clone`."""
OFFLINE = ("connect", "bind", "listen", "accept", "accept4", "sendmsg", "sendmmsg")
OF_ITSELF = (
    ("prlimit64", 0),
    ("sched_setaffinity", 0),
    ("sched_setattr", 0),
    ("sched_setparam", 0),
    ("sched_setscheduler", 0),
    ("setpriority", 0),
    ("setpriority", 1),
)
"""Calls that name a process, and the argument that does: 0, the caller, is fine."""

LOAD, EQUAL, AT_LEAST, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
NUMBER, ARCHITECTURE = 0, 4


class _Program:
    """Puts a filter together, instruction by instruction."""

    def __init__(self, machine: Machine, network: bool) -> None:
        self._code: List[bytes] = []
        self._column = machine.column
        refused = REFUSE | errno.EPERM
        self._put(LOAD, ARCHITECTURE)
        self._put(EQUAL, machine.audit, 1, 0)
        self._put(RETURN, REFUSE | errno.ENOSYS)
        self._put(LOAD, NUMBER)
        self._put(AT_LEAST, X32, 0, 1)
        self._put(RETURN, REFUSE | errno.ENOSYS)
        for name in MISSING:
            self._answer(name, REFUSE | errno.ENOSYS)
        for name in WITHOUT_EFFECT:
            self._answer(name, REFUSE)
        for name in NEVER:
            self._answer(name, refused)
        self._when("clone", [(LOAD, _argument(0), 0, 0), (ANY_BIT, NAMESPACES, 0, 1)], refused)
        for name, position in OF_ITSELF:
            check = [(LOAD, _argument(position), 0, 0), (EQUAL, 0, 1, 0)]
            self._when(name, check, refused)
        for request in (PUSH_INPUT, PUSH_SELECTION):
            check = [(LOAD, _argument(1), 0, 0), (EQUAL, request, 0, 1)]
            self._when("ioctl", check, refused)
        raw = [(LOAD, _argument(1), 0, 0), (AND, KIND_MASK, 0, 0), (EQUAL, RAW_SOCKET, 0, 1)]
        self._when("socket", raw, refused)
        # with a network there is no way to tell a local socket's `connect` from another one's
        families = (INTERNET, INTERNET_6, NETLINK if network else LOCAL)
        known = [(EQUAL, family, len(families) - at, 0) for at, family in enumerate(families)]
        self._when("socket", [(LOAD, _argument(0), 0, 0), *known], refused)
        if not network:
            for name in OFFLINE:
                self._answer(name, refused)
            for half in (0, 4):
                check = [(LOAD, _argument(4) + half, 0, 0), (EQUAL, 0, 1, 0)]
                self._when("sendto", check, refused)
        self._put(RETURN, ALLOW)

    def _put(self, code: int, value: int, if_so: int = 0, if_not: int = 0) -> None:
        self._code.append(struct.pack("=HBBI", code, if_so, if_not, value))

    def _answer(self, name: str, answer: int) -> None:
        number = NUMBERS[name][self._column]
        if number is not None:
            self._put(EQUAL, number, 0, 1)
            self._put(RETURN, answer)

    def _when(self, name: str, check: List[Tuple[int, int, int, int]], answer: int) -> None:
        """Answer so if the check falls through to its end; else go on with the number loaded."""
        number = NUMBERS[name][self._column]
        if number is None:
            return
        self._put(EQUAL, number, 0, len(check) + 1)
        for step in check:
            self._put(*step)
        self._put(RETURN, answer)
        self._put(LOAD, NUMBER)

    def packed(self) -> bytes:
        """The filter as the kernel takes it."""
        return b"".join(self._code)


def _argument(position: int) -> int:
    return 16 + 8 * position


@lru_cache(maxsize=2)
def program(network: bool) -> bytes:
    """The filter for this machine; empty if it is none that we know, or the kernel takes none."""
    machine = MACHINES.get(os.uname().machine)
    if machine is None or not is_offered(machine):
        return b""
    return _Program(machine, network).packed()


def is_offered(machine: Machine) -> bool:
    """Whether the kernel takes filters, and nothing around this process forbids it.

    A filter at no address is a bad address only where one at an address would be taken.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    number = machine.seccomp
    if libc.syscall(number, ctypes.c_uint(SET_MODE_FILTER), ctypes.c_uint(0), None) == 0:
        return False  # nobody has answered: it cannot succeed
    if ctypes.get_errno() == errno.EFAULT:
        return True
    libc.prctl(SET_SECCOMP, FILTER_MODE, None, 0, 0)
    return ctypes.get_errno() == errno.EFAULT


def restrict(code: bytes) -> None:
    """Put this process and all that it starts behind the filter; cannot be undone.

    Needs `no_new_privs`. Raises OSError.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    held = ctypes.create_string_buffer(code, len(code))
    address = ctypes.addressof(held)
    filters = ctypes.create_string_buffer(struct.pack("=HxxxxxxQ", len(code) // 8, address))
    machine = MACHINES[os.uname().machine]
    for flags in (ALLOW_SPECULATION, 0):
        result = libc.syscall(
            machine.seccomp, ctypes.c_uint(SET_MODE_FILTER), ctypes.c_uint(flags), filters
        )
        if result == 0:
            return
    if libc.prctl(SET_SECCOMP, FILTER_MODE, filters, 0, 0) == 0:
        return  # the older way, where a container's own filter forbids the newer
    code_of_error = ctypes.get_errno()
    raise OSError(code_of_error, f"seccomp: {os.strerror(code_of_error)}")
