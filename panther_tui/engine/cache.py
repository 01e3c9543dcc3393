"""JSON files in the user's cache directory, one for each repository; never in a checkout."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path

from panther_tui.engine.model import JsonValue

SIZE_LIMIT = 64 << 20
"""Bytes; a larger file is not ours."""


def cache_file(folder: str, root: Path) -> Path:
    """The file of the repository at `root` in a folder of the cache."""
    import platformdirs

    name = hashlib.blake2b(os.fsencode(os.path.realpath(root)), digest_size=12).hexdigest()
    return Path(platformdirs.user_cache_dir("panther-tui", appauthor=False), folder, f"{name}.json")


def read_json(file: Path) -> JsonValue:
    """What the file holds; None if it cannot be read or is not JSON."""
    try:
        if file.stat().st_size > SIZE_LIMIT:
            return None
        value: JsonValue = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return value


def write_json(file: Path, value: JsonValue) -> None:
    """Replace the file whole. Raises OSError, and then leaves the old one and nothing else."""
    data = json.dumps(value, separators=(",", ":")).encode("ascii")
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}-")
    try:
        with open(descriptor, "wb") as target:
            target.write(data)
        os.replace(name, file)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
