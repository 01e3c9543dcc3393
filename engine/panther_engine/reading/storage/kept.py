"""Values kept between two runs in the user's folders, decoded into a declared shape or discarded.

Nothing in such a file is believed because it is there: a policy, another program or another user
may have written it. A file that is not ours or does not decode is deleted, and the user is told.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, TypeVar

import msgspec

from panther_engine.reading.storage.files import close_folder, read_private, write_bytes

Value = TypeVar("Value")
Tell: TypeAlias = Callable[[str], None]
"""Called with one sentence when a file had to be discarded."""

BUSY = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO, errno.EINTR})
"""Errors that say nothing about the file, which is left alone then."""


class DamagedError(ValueError):
    """A file holds what we never wrote."""


def load_kept(file: Path, decode: Callable[[bytes], Value | None], tell: Tell) -> Value | None:
    """What `decode` makes of the file; None if there is no file, or it had to be discarded.

    `decode` returns None for what another version of ours wrote, and raises DamagedError, another
    ValueError, MsgspecError or RecursionError for what none of ours wrote.
    """
    try:
        data = read_private(file)
        return None if data is None else decode(data)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        tell(_discard(file, reason) if error.errno not in BUSY else _not_used(file, reason))
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        tell(_discard(file, f"it is damaged ({error})"))
    return None


def load_json(file: Path, shape: type[Value], version: int, tell: Tell) -> Value | None:
    """The JSON object in the file as a `shape`, which has a field `version`."""

    def decode(data: bytes) -> Value | None:
        document = json.loads(data)  # not msgspec's own decoder: texts may hold lone surrogates
        written_by = document.get("version") if isinstance(document, dict) else None
        if isinstance(written_by, int) and written_by != version:
            return None
        return msgspec.convert(document, shape)

    return load_kept(file, decode, tell)


def save_json(file: Path, value: object) -> None:
    """Replace the file whole. Raises OSError, and then leaves the old one and nothing else."""
    write_bytes(file, json.dumps(value, separators=(",", ":")).encode("ascii"))


def _discard(file: Path, reason: str) -> str:
    """Delete a file that is not ours, and close its folder to others; gives the sentence on it."""
    close_folder(file.parent)
    try:
        os.unlink(file)
    except OSError:
        return _not_used(file, reason)
    return f"the file {file} was discarded: {reason}"


def _not_used(file: Path, reason: str) -> str:
    return f"the file {file} was not used: {reason}"
