"""Proposes edits of files, writes them once they are confirmed, and undoes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from panther_engine.events import EditProposed, EditRefused, EditWritten, Event
from panther_engine.model import PolicyResult
from panther_engine.reading.repository.repository import Repository
from panther_engine.values.edits import EditRequest, FileChange

if TYPE_CHECKING:
    from panther_engine.authoring.edits.history import Edit, History

SHOWN_LINES = 4000
"""Lines of a difference that are sent; of what is longer the rest is counted."""


class Edits:
    """Holds the last proposal and what was written. Imports the editor on its first use."""

    def __init__(
        self,
        root: Path,
        emit: Callable[[Event], None],
        settled: Callable[[str], PolicyResult | None],
        repository: Callable[[], Repository],
    ) -> None:
        """`settled` gives the result of a policy if it is of its files as they are."""
        self._root = root
        self._emit = emit
        self._settled = settled
        self._repository = repository
        self._proposed: tuple[int, Edit] | None = None
        self._history: History | None = None

    def propose(self, number: int, request: EditRequest) -> None:
        """Tell what a request would write. Nothing is written."""
        from panther_engine.authoring.difference import show_changes
        from panther_engine.authoring.edits.history import Edit
        from panther_engine.authoring.plans.plan import path_of, plan_edit
        from panther_engine.authoring.plans.planned import Ground, Planned

        self._proposed = None
        path = path_of(request)
        ground = Ground(self._root, self._settled, self._repository)
        try:
            plan = plan_edit(request, ground)
        except OSError as error:
            self._refuse(number, path, error)
            return
        if not isinstance(plan, Planned):
            self._emit(EditRefused(number, path, plan.reason, plan.line, plan.hint))
            return
        files = tuple(one for one in plan.files if one.before != one.after)
        if not files:
            self._emit(EditRefused(number, path, "that is what the file says already"))
            return
        self._proposed = number, Edit(plan.title, files)
        difference = show_changes(files, SHOWN_LINES)
        self._emit(
            EditProposed(
                number,
                plan.title,
                plan.said,
                tuple(one.path for one in files),
                difference.text,
                difference.changed,
                plan.notes,
                any(one.before is None or one.after is None for one in files),
            )
        )

    def write(self, number: int) -> None:
        """Write the edit that was proposed last, if it is the one that was shown."""
        from panther_engine.authoring.edits.history import History

        if self._proposed is None or self._proposed[0] != number:
            self._emit(EditRefused(number, "", "that edit is not proposed any more"))
            return
        _, edit = self._proposed
        self._proposed = None
        written = self._put(number, edit)
        if written:
            self._history = (self._history or History()).after(replace(edit, files=written))

    def take_back(self, number: int, redo: bool) -> None:
        """Undo the last edit, or do again what was undone last, if the files are as it was left."""
        step = None
        if self._history is not None:
            step = self._history.redo() if redo else self._history.undo()
        if step is None:
            word = "do again" if redo else "undo"
            self._emit(EditRefused(number, "", f"there is nothing to {word}"))
            return
        edit, history = step
        if self._put(number, edit, taken_back=not redo):
            self._history = history

    def _put(self, number: int, edit: Edit, *, taken_back: bool = False) -> tuple[FileChange, ...]:
        """Write an edit; what was written, nothing if it was refused."""
        from panther_engine.authoring.write_all import write_all

        try:
            written = write_all(self._root, edit.files)
        except OSError as error:
            self._refuse(number, _path_of(edit.files), error)
            return ()
        paths = tuple(one.path for one in edit.files)
        self._emit(EditWritten(number, edit.title, paths, taken_back))
        return written

    def _refuse(self, number: int, path: str, error: OSError) -> None:
        if error.errno is None:
            reason = str(error).replace(f"{self._root}/", "")
        else:
            reason = f"{path}: {error.strerror}: nothing was written"
        self._emit(EditRefused(number, path, reason))


def _path_of(files: tuple[FileChange, ...]) -> str:
    return files[0].path if files else ""
