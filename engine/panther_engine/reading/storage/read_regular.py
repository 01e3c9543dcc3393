"""Reads a file that may be anything: a device, a pipe, a folder, endless, or another user's."""

from __future__ import annotations

import errno
import os
import stat

FLAGS = (
    os.O_RDONLY
    # without it a named pipe in the file's place would block for ever
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
LARGEST = 16 * 1024 * 1024
"""Bytes that a file of a checkout may have; a larger one is known by its stamp alone."""
SMALLEST, LARGEST_PART = 512, 1 << 20
"""Bytes that are asked for at once."""


class NotRegularError(OSError):
    """There is something, and it is no file: a folder, a device, a pipe, a socket."""


class TooLargeError(OSError):
    """The file is larger than anyone wants to read."""


def read_regular(path: str | os.PathLike[str], limit: int, *, ours: bool = False) -> bytes:
    """What a regular file holds, at most `limit` bytes.

    With `ours` it must be no link, belong to this user and be writable by no other.
    Raises OSError: NotRegularError, TooLargeError, PermissionError for a file that is not ours, or
    what opening it raised; ValueError for a path that no file can have.
    """
    return read_with_status(path, limit, ours=ours)[0]


def read_with_status(
    path: str | os.PathLike[str], limit: int, *, ours: bool = False
) -> tuple[bytes, os.stat_result]:
    """As `read_regular`, with the status of the file that was read."""
    descriptor = os.open(path, FLAGS | (NO_LINK if ours else 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotRegularError(errno.EINVAL, "not a regular file", os.fspath(path))
        if ours and not is_ours(status):
            raise PermissionError(errno.EPERM, "another user could have written it", path)
        if status.st_size > limit:
            raise TooLargeError(errno.EFBIG, f"larger than {limit} bytes", os.fspath(path))
        return _read_all(descriptor, status.st_size, limit, path), status
    finally:
        os.close(descriptor)


def read_text(path: str | os.PathLike[str], limit: int) -> str:
    """As `read_regular`, as UTF-8: what is none is replaced, a byte order mark dropped."""
    return read_regular(path, limit).decode("utf-8-sig", "replace")


def is_ours(status: os.stat_result) -> bool:
    """Whether a file or folder belongs to this user and no other may write into it."""
    if not hasattr(os, "getuid"):  # Windows: the user's folders are closed to others
        return True
    return status.st_uid == os.getuid() and not status.st_mode & OTHERS_WRITE


def _read_all(descriptor: int, size: int, limit: int, path: str | os.PathLike[str]) -> bytes:
    """A file can grow while it is read, and one of /proc says that it is empty.

    Little more than `size` bytes are asked for: room for what is asked for is taken before it is
    read, and a file in a room for a megabyte leaves a gap in memory that nothing fills.
    """
    parts = []
    room = limit + 1
    asked = max(size + 1, SMALLEST)
    while room and (part := os.read(descriptor, min(room, asked))):
        parts.append(part)
        room -= len(part)
        asked = min(2 * asked, LARGEST_PART) if len(part) == asked else SMALLEST
    if not room:
        raise TooLargeError(errno.EFBIG, f"larger than {limit} bytes", os.fspath(path))
    return b"".join(parts)
