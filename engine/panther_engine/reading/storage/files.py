"""Locates, reads and writes files in the user's cache directory, one per repository."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

from panther_engine.reading.storage.atomic import replace_file
from panther_engine.reading.storage.read_regular import is_ours, read_regular
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
    """Replace the file whole. Raises OSError, and then leaves the old one and nothing else."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(file, data)
