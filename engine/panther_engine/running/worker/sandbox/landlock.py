"""Restricts the files that a process may open, through the kernel (Linux 5.13 and later).

Source: https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
import stat
import struct
from typing import Iterable, List, Tuple

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""Numbers of the calls, the same on every machine."""
ASK_VERSION = 1
PATH_BENEATH = 1

EXECUTE = 1 << 0
WRITE_FILE = 1 << 1
READ_FILE = 1 << 2
READ_DIR = 1 << 3
TRUNCATE = 1 << 14
IOCTL_DEVICE = 1 << 15
READ = EXECUTE | READ_FILE | READ_DIR
FOR_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE
"""Rights that a rule for something else than a directory may give."""
RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""All rights to files that a version knows, by the version that brought them."""
TCP_SINCE, TCP = 4, 0b11
"""To bind and to connect."""
SCOPES_SINCE, SCOPES = 6, 0b11
"""No abstract socket of other processes, and no signal to them."""

Held = Tuple[int, int]
"""A descriptor of a path, and the rights below it."""

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """The version that the kernel offers; 0 where it has none, or has it switched off."""
    found = _libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(ASK_VERSION))
    return max(int(found), 0)


def hold(paths: Iterable[str], rights: int) -> List[Held]:
    """Descriptors to make rules of: cheap to use after a fork.

    Paths that are not there are left out.
    """
    held = []
    for path in paths:
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        held.append((descriptor, rights if is_folder else rights & FOR_FILES))
    return held


def all_rights(offered: int) -> int:
    """Every right to files that this version can take away."""
    return RIGHTS[max(known for known in RIGHTS if known <= offered)]


def restrict(held: Iterable[Held], offered: int, network: bool) -> None:
    """Leave this process and all that it starts nothing but these paths; cannot be undone.

    Needs `no_new_privs`. Raises OSError.
    """
    handled = all_rights(offered)
    fields = [handled]
    if offered >= TCP_SINCE:
        fields.append(0 if network else TCP)
    if offered >= SCOPES_SINCE:
        fields.append(SCOPES)
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = _call(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint(0))
    try:
        for descriptor, rights in held:
            rule = struct.pack("=Qi", rights & handled, descriptor)
            _call(ADD_RULE, ruleset, PATH_BENEATH, rule, ctypes.c_uint(0))
        _call(RESTRICT_SELF, ruleset, ctypes.c_uint(0))
    finally:
        os.close(ruleset)


def _call(number: int, *arguments: object) -> int:
    result = _libc.syscall(number, *arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return int(result)
