"""Locates, reads and writes files in the user's cache directory, one per repository."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from pathlib import Path

from panther_engine.reading.storage.atomic import replace_file
from panther_engine.reading.storage.read_regular import OTHERS_WRITE, is_ours, read_regular
from panther_engine.reading.storage.user_folders import user_folder

SIZE_LIMIT = 64 << 20
"""Bytes; a larger file is not ours."""


def cache_file(folder: str, root: Path, suffix: str = ".json") -> Path:
    """The file of the repository at `root` in a folder of the cache."""
    name = hashlib.blake2b(os.fsencode(os.path.realpath(root)), digest_size=12).hexdigest()
    return user_folder("cache") / folder / (name + suffix)


def read_private(file: Path) -> bytes | None:
    """What the file holds; None if there is none. Raises OSError if it is not certainly ours.

    Ours is a regular file that this user owns and no other can write, in a folder of that kind.
    """
    try:
        folder = os.stat(file.parent)
        if not stat.S_ISDIR(folder.st_mode):
            return None
        if not is_ours(folder):
            raise PermissionError(errno.EPERM, "others can write into its folder", str(file))
        return read_regular(file, SIZE_LIMIT, ours=True)
    except (FileNotFoundError, NotADirectoryError):
        return None


def write_bytes(file: Path, data: bytes) -> None:
    """Replace the file whole. Raises OSError, and then leaves the old one and nothing else.

    Its folder is for this user alone from now on, or what is written would not be read again.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    close_folder(file.parent)
    replace_file(file, data)


def close_folder(folder: Path) -> None:
    """Let nobody else write into a folder of this user's. Does not raise."""
    if not hasattr(os, "getuid"):  # Windows: the user's folders are closed to others
        return
    with contextlib.suppress(OSError):
        status = os.lstat(folder)
        is_own = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
        if is_own and status.st_mode & OTHERS_WRITE:
            os.chmod(folder, stat.S_IMODE(status.st_mode) & ~OTHERS_WRITE)
