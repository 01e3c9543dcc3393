"""Writes an edited file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from panther_engine.reading.storage.atomic import replace_file
from panther_engine.reading.storage.read_regular import read_with_status

SIZE_LIMIT = 64 << 20


class NotWrittenError(OSError):
    """The file was left as it is, for a reason that a person can do something about."""


def write_edited(file: Path, before: bytes, after: bytes) -> None:
    """Replace what the file holds, as long as it still holds `before`.

    Mode and owner stay; a symbolic link stays, and what it leads to is written. Raises
    NotWrittenError, or the OSError of a disk that is full: then nothing has changed.
    """
    target = Path(os.path.realpath(file))
    try:
        held, status = read_with_status(target, SIZE_LIMIT)
    except FileNotFoundError:
        raise NotWrittenError(f"{file} is gone: nothing was written") from None
    if held != before:
        raise NotWrittenError(f"{file} has changed meanwhile: nothing was written")
    if not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(
        target, os.W_OK
    ):
        raise NotWrittenError(f"{file} is read-only: nothing was written")
    if status.st_nlink > 1:
        raise NotWrittenError(
            f"{file} has {status.st_nlink} hard links, which would part: nothing was written"
        )
    _replace(target, after, status, file)


def write_new(file: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file that must not be there yet. Raises NotWrittenError, or another OSError.

    `mode` are its permission bits; without it the user's mask decides.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        raise NotWrittenError(f"{file} is there already: nothing was written") from None
    try:
        with open(descriptor, "wb") as made:
            made.write(content)
            made.flush()
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(made.fileno(), mode)
            os.fsync(made.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            file.unlink()
        raise


def _replace(target: Path, after: bytes, status: os.stat_result, named: Path) -> None:
    def finish(descriptor: int) -> None:
        if hasattr(os, "fchown"):
            _keep_owner(descriptor, status, named)
            os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
        os.fsync(descriptor)
        now = os.stat(target)
        if (now.st_ino, now.st_mtime_ns, now.st_size) != (
            status.st_ino, status.st_mtime_ns, status.st_size,
        ):  # fmt: skip
            raise NotWrittenError(f"{named} has changed meanwhile: nothing was written")

    replace_file(target, after, finish)


def _keep_owner(descriptor: int, status: os.stat_result, named: Path) -> None:
    made = os.fstat(descriptor)
    if (made.st_uid, made.st_gid) == (status.st_uid, status.st_gid):
        return
    try:
        os.fchown(descriptor, status.st_uid, status.st_gid)
    except PermissionError:
        raise NotWrittenError(
            f"{named} belongs to another user or group: nothing was written"
        ) from None
