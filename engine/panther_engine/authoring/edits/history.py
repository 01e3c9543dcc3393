"""What was edited, to be undone and done again: values, which touch no file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from panther_engine.authoring.edits.apply import Edited

_LIMIT = 200


@dataclass(frozen=True, slots=True)
class History:
    """Edits that can be undone, and edits that were; the newest of each is last."""

    done: tuple[Edited, ...] = ()
    undone: tuple[Edited, ...] = ()

    def after(self, edit: Edited) -> History:
        """With an edit done; what was undone before cannot be done again."""
        return History((*self.done, edit)[-_LIMIT:])

    def undo(self) -> tuple[Edited, History] | None:
        """The edit that takes the last one back, and the history once it is written."""
        if not self.done:
            return None
        last = self.done[-1]
        back = replace(last, before=last.after, after=last.before)
        return back, History(self.done[:-1], (*self.undone, last))

    def redo(self) -> tuple[Edited, History] | None:
        """The edit that was undone last, and the history once it is written."""
        if not self.undone:
            return None
        return self.undone[-1], History((*self.done, self.undone[-1]), self.undone[:-1])
