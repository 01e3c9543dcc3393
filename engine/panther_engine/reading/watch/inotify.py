"""Linux's own notice of changes in directories, through the C library.

watchfiles looks every few milliseconds (1.2 % of a core when quick enough to matter here); this
sleeps until the kernel speaks: 0.03 % and under a millisecond.
"""

from __future__ import annotations

import ctypes
import os
import select
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass

CLOSE_WRITE = 0x8
ATTRIB = 0x4
MOVED_FROM = 0x40
MOVED_TO = 0x80
CREATE = 0x100
DELETE = 0x200
DELETE_SELF = 0x400
MOVE_SELF = 0x800
UNMOUNT = 0x2000
OVERFLOW = 0x4000
IGNORED = 0x8000
IS_DIRECTORY = 0x40000000

_ONLY_DIRECTORIES = 0x1000000
_EXCLUDE_UNLINKED = 0x4000000

COMPLETE = CLOSE_WRITE | MOVED_TO
"""A file's content is all there."""

GONE = DELETE_SELF | MOVE_SELF | UNMOUNT | IGNORED
"""The watched directory is not where it was."""

COMING = CREATE | MOVED_TO | DELETE_SELF | MOVE_SELF | _ONLY_DIRECTORIES
"""All that matters above a root that is gone."""

CHANGES = (
    COMPLETE
    | ATTRIB
    | MOVED_FROM
    | CREATE
    | DELETE
    | DELETE_SELF
    | MOVE_SELF
    | _ONLY_DIRECTORIES
    | _EXCLUDE_UNLINKED
)
"""All that matters in a directory. Not every write: a file still open is not complete."""

_HEADER = struct.Struct("iIII")
_BUFFER = 256 * 1024


@dataclass(frozen=True, slots=True)
class Notice:
    """One event of the kernel's."""

    watch: int
    mask: int
    name: str
    """Of the entry in the watched directory; empty if the event is about the directory itself."""


class Inotify:
    """One inotify instance and a way to wake whoever waits on it.

    Raises:
        OSError: on making one or adding a watch, with the kernel's reason.
        ImportError: where there is no inotify.
    """

    def __init__(self) -> None:
        if sys.platform != "linux":
            raise ImportError("inotify is Linux's")
        library = ctypes.CDLL(None, use_errno=True)
        try:
            self._add = library.inotify_add_watch
            self._remove = library.inotify_rm_watch
            start = library.inotify_init1
        except AttributeError as error:
            raise ImportError("the C library has no inotify") from error
        self._add.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_uint32)
        self._remove.argtypes = (ctypes.c_int, ctypes.c_int)
        self._events: int = start(os.O_CLOEXEC | os.O_NONBLOCK)
        if self._events < 0:
            raise _last_error("inotify_init1")
        self._wake_out, self._wake_in = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._poll = select.poll()
        self._poll.register(self._events, select.POLLIN)
        self._poll.register(self._wake_out, select.POLLIN)

    def add(self, directory: str, mask: int) -> int:
        """Watch a directory. The same directory again gives the same watch, under any name."""
        watch: int = self._add(self._events, os.fsencode(directory), mask)
        if watch < 0:
            raise _last_error(directory)
        return watch

    def remove(self, watch: int) -> None:
        """Stop a watch; one that has ended by itself is no error."""
        self._remove(self._events, watch)

    def wait(self, seconds: float | None) -> list[Notice]:
        """Sleep until there are events, `wake` is called or the time is over."""
        ready = self._poll.poll(None if seconds is None else max(0, seconds * 1000))
        notices: list[Notice] = []
        for descriptor, _ in ready:
            if descriptor == self._wake_out:
                os.read(self._wake_out, 4096)
            else:
                notices += _parse(os.read(self._events, _BUFFER))
        return notices

    def wake(self) -> None:
        """End a `wait`, from any thread."""
        try:
            os.write(self._wake_in, b"w")
        except BlockingIOError:
            pass  # a pipe full of wakes wakes

    def close(self) -> None:
        """Give the descriptors back."""
        for descriptor in (self._events, self._wake_out, self._wake_in):
            os.close(descriptor)


def _parse(data: bytes) -> Iterator[Notice]:
    offset = 0
    while offset < len(data):
        watch, mask, _, length = _HEADER.unpack_from(data, offset)
        offset += _HEADER.size
        name = os.fsdecode(data[offset : offset + length].rstrip(b"\0"))
        offset += length
        yield Notice(watch, mask, name)


def _last_error(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number), what)
