"""Edits that a session proposes, writes once they are asked for, and takes back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from panther_engine.events import EditProposed, EditRefused, EditWritten, Event
from panther_engine.model import PolicyResult
from panther_engine.reading.storage.read_regular import read_regular

if TYPE_CHECKING:
    from panther_engine.authoring.edits.apply import Edited
    from panther_engine.authoring.edits.history import History

_SIZE_LIMIT = 64 << 20


class Edits:
    """Holds the last proposal and what was written. Imports the editor on its first use."""

    def __init__(self, root: Path, emit: Callable[[Event], None]) -> None:
        self._root = root
        self._emit = emit
        self._proposed: tuple[str, Edited, str] | None = None
        self._history: History | None = None

    def propose_accept(self, spec: str, test: int, result: PolicyResult | None) -> None:
        """Tell what accepting a test's verdict would write. Nothing is written."""
        from panther_engine.authoring.accept import Accepted, accept_result
        from panther_engine.authoring.difference import show_difference

        self._proposed = None
        if result is None or not 0 <= test < len(result.results):
            self._emit(EditRefused(spec, "the test has no verdict yet: wait for its run", 1))
            return
        try:
            content = read_regular(self._root / spec, _SIZE_LIMIT)
        except OSError as error:
            self._refuse(spec, error)
            return
        found = accept_result(content, spec, test, result.results[test])
        if not isinstance(found, Accepted):
            self._emit(EditRefused(spec, found.reason, found.line, found.hint))
            return
        digest = hashlib.blake2b(found.edit.after, digest_size=16).hexdigest()
        self._proposed = digest, found.edit, found.said
        difference = show_difference(spec, found.edit.before, found.edit.after)
        self._emit(EditProposed(spec, test, found.said, difference, digest))

    def write(self, digest: str) -> None:
        """Write the edit that was proposed last, if it is the one that was shown."""
        from panther_engine.authoring.edits.history import History

        if self._proposed is None or self._proposed[0] != digest:
            self._emit(EditRefused("", "that edit is not proposed any more", 1))
            return
        _, edit, said = self._proposed
        self._proposed = None
        if self._put(edit, said):
            self._history = (self._history or History()).after(edit)

    def take_back(self, redo: bool) -> None:
        """Undo the last edit, or do again what was undone last, if the file is as it was left."""
        step = None
        if self._history is not None:
            step = self._history.redo() if redo else self._history.undo()
        if step is None:
            word = "do again" if redo else "undo"
            self._emit(EditRefused("", f"there is nothing to {word}", 1))
            return
        edit, history = step
        if self._put(edit, "The edit was done again." if redo else "The edit was undone."):
            self._history = history

    def _put(self, edit: Edited, said: str) -> bool:
        from panther_engine.authoring.write import write_edited

        try:
            write_edited(self._root / edit.path, edit.before, edit.after)
        except OSError as error:
            self._refuse(edit.path, error)
            return False
        self._emit(EditWritten(edit.path, said))
        return True

    def _refuse(self, spec: str, error: OSError) -> None:
        reason = str(error) if error.errno is None else f"{spec}: {error.strerror}"
        self._emit(EditRefused(spec, reason, 1))
