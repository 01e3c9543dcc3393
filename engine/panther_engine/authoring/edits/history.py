"""What was edited, to be undone and done again: values, which touch no file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from panther_engine.values.edits import FileChange

_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Edit:
    """Files that were changed together."""

    title: str
    files: tuple[FileChange, ...]


@dataclass(frozen=True, slots=True)
class History:
    """Edits that can be undone, and edits that were; the newest of each is last."""

    done: tuple[Edit, ...] = ()
    undone: tuple[Edit, ...] = ()

    def after(self, edit: Edit) -> History:
        """With an edit done; what was undone before cannot be done again."""
        return History((*self.done, edit)[-_LIMIT:])

    def undo(self) -> tuple[Edit, History] | None:
        """The edit that takes the last one back, and the history once it is written."""
        if not self.done:
            return None
        last = self.done[-1]
        back = replace(last, files=tuple(one.reversed() for one in reversed(last.files)))
        return back, History(self.done[:-1], (*self.undone, last))

    def redo(self) -> tuple[Edit, History] | None:
        """The edit that was undone last, and the history once it is written."""
        if not self.undone:
            return None
        return self.undone[-1], History((*self.done, self.undone[-1]), self.undone[:-1])
