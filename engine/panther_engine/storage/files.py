"""Files in the user's cache directory, one for each repository; never in a checkout."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path

from panther_engine.model import JsonValue
from panther_engine.storage.read_regular import is_ours, read_regular
from panther_engine.storage.user_folders import user_folder

SIZE_LIMIT = 64 << 20
"""Bytes; a larger file is not ours."""


def cache_file(folder: str, root: Path, suffix: str = ".json") -> Path:
    """The file of the repository at `root` in a folder of the cache."""
    name = hashlib.blake2b(os.fsencode(os.path.realpath(root)), digest_size=12).hexdigest()
    return user_folder("cache") / folder / (name + suffix)


def read_bytes(file: Path) -> bytes | None:
    """What the file holds; None if it cannot be read or is none of ours."""
    try:
        return read_regular(file, SIZE_LIMIT, ours=True) if is_private(file.parent) else None
    except (OSError, ValueError):
        return None


def is_private(folder: Path) -> bool:
    """Whether nobody but this user can have put anything into the folder. Raises OSError."""
    return is_ours(os.stat(folder))


def read_json(file: Path) -> JsonValue:
    """What the file holds; None if it cannot be read or is not JSON."""
    data = read_bytes(file)
    try:
        value: JsonValue = None if data is None else json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value


def write_json(file: Path, value: JsonValue) -> None:
    """Replace the file whole. Raises OSError, and then leaves the old one and nothing else."""
    write_bytes(file, json.dumps(value, separators=(",", ":")).encode("ascii"))


def write_bytes(file: Path, data: bytes) -> None:
    """As `write_json`, for what is bytes already."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}-")
    try:
        with open(descriptor, "wb") as target:
            target.write(data)
        os.replace(name, file)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
