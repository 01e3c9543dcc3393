"""Several files written, made and removed: all of them or none."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from panther_engine.authoring.write import (
    SIZE_LIMIT,
    NotWrittenError,
    write_edited,
    write_new,
)
from panther_engine.reading.storage.read_regular import read_regular
from panther_engine.values.edits import FileChange


def write_all(root: Path, files: Sequence[FileChange]) -> None:
    """Do these changes, removals last. Raises NotWrittenError or another OSError.

    Then all is as it was: what was done before one that fails is taken back, as far as the disk
    lets us.
    """
    for change in files:
        _refuse_changed(root, change)
    done: list[FileChange] = []
    try:
        for change in sorted(files, key=_place):
            _write(root, change)
            done.append(change)
    except BaseException:
        for change in reversed(done):
            with contextlib.suppress(OSError):
                _write(root, change.reversed())
        raise


def _place(change: FileChange) -> int:
    """New files take room, which may be missing; what is removed is hardest to bring back."""
    return 0 if change.before is None else 1 if change.after is not None else 2


def _refuse_changed(root: Path, change: FileChange) -> None:
    """Find out what would fail before anything is done."""
    file = root / change.path
    if change.before is None:
        if os.path.lexists(file):
            raise NotWrittenError(f"{change.path} is there already: nothing was written")
        return
    try:
        held = read_regular(file, SIZE_LIMIT)
    except FileNotFoundError:
        raise NotWrittenError(f"{change.path} is gone: nothing was written") from None
    if held != change.before:
        raise NotWrittenError(f"{change.path} has changed meanwhile: nothing was written")


def _write(root: Path, change: FileChange) -> None:
    file = root / change.path
    if change.before is None:
        if change.after is not None:
            write_new(file, change.after)
    elif change.after is None:
        _refuse_changed(root, change)
        file.unlink()
    else:
        write_edited(file, change.before, change.after)
