"""Replaces a file whole: whoever reads it finds the old content or the new, never half of it."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterable

FLAGS = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)


def replace_file(
    file: str | os.PathLike[str],
    content: bytes | Iterable[bytes],
    before_replacing: Callable[[int], None] = lambda descriptor: None,
) -> None:
    """Write a new file, which only this user may read and write, and put it in `file`'s place.

    `content` may come in pieces. `before_replacing` is called with the new file's descriptor, to
    set its mode or to look once more at the old file. Raises OSError, or what `before_replacing`
    raises: then the old file is as it was, and nothing is left of the new one.
    """
    folder, name = os.path.split(file)
    fresh = os.path.join(folder, f".{name}-{secrets.token_hex(6)}")
    descriptor = os.open(fresh, FLAGS, 0o600)
    try:
        with open(descriptor, "wb") as target:
            target.writelines((content,) if isinstance(content, bytes) else content)
            target.flush()
            before_replacing(target.fileno())
        os.replace(fresh, file)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(fresh)
        raise
