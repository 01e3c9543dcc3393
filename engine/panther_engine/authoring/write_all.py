"""Several files written, made and removed: all of them or none."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from panther_engine.authoring.write import (
    SIZE_LIMIT,
    NotWrittenError,
    write_edited,
    write_new,
)
from panther_engine.reading.storage.read_regular import read_regular
from panther_engine.values.edits import FileChange


def write_all(root: Path, files: Sequence[FileChange]) -> tuple[FileChange, ...]:
    """Do these changes, removals last, and give them back with the modes of removed files.

    Raises NotWrittenError or another OSError. Then all is as it was: what was done before one that
    fails is taken back, as far as the disk lets us.
    """
    for change in files:
        _refuse_changed(root, change)
    done: list[FileChange] = []
    try:
        for change in sorted(files, key=_place):
            done.append(_write(root, change))
    except BaseException:
        for change in reversed(done):
            with contextlib.suppress(OSError):
                _write(root, change.reversed())
        raise
    return tuple(done)


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


def _write(root: Path, change: FileChange) -> FileChange:
    file = root / change.path
    if change.after is None and change.before is not None:
        _refuse_changed(root, change)
        mode = stat.S_IMODE(file.stat().st_mode)
        file.unlink()
        return replace(change, mode=mode)
    if change.before is not None and change.after is not None:
        write_edited(file, change.before, change.after)
    elif change.after is not None:
        write_new(file, change.after, change.mode)
    return change
