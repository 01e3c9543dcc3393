"""The scratch copies of a session: which are kept, and what is typed into one of them."""

from __future__ import annotations

from collections.abc import Sequence

from panther_engine.model import TestCase
from panther_engine.state import State
from panther_tui.panes.scratch.scratch import Scratch, follow_file, take_scratch
from panther_tui.panes.scratch.steps import Around, others_of
from panther_tui.panes.scratch.typing import Typing
from panther_tui.triage.selection import Selection


class Bench:
    """Shared by the features that change, judge and end scratch copies."""

    def __init__(self) -> None:
        self._kept: list[Scratch] = []
        self.typing: Typing | None = None
        """What is being typed, into `preview`."""
        self.preview: Scratch | None = None
        """The scratch as what is typed makes it."""
        self.pending = False
        """The verdict that is shown is not of the scratch as it is now."""

    @property
    def kept(self) -> tuple[Scratch, ...]:
        """All that would be lost."""
        return tuple(self._kept)

    def at(self, selection: Selection) -> Scratch | None:
        """The scratch that is kept of a test."""
        return next((it for it in self._kept if _is_of(it, selection)), None)

    def shown(self, selection: Selection) -> Scratch | None:
        """The scratch of a test as it is to be shown, with what is being typed."""
        if self.preview is not None and _is_of(self.preview, selection):
            return self.preview
        return self.at(selection)

    def take(self, state: State, selection: Selection) -> Scratch | None:
        """The scratch that is kept of the selected test, else a fresh one; None without a test."""
        opened = state.opened
        if opened is None or opened.policy.spec != selection.spec:
            return None
        if selection.test >= len(opened.policy.tests):
            return None
        case = opened.policy.tests[selection.test]
        return self.at(selection) or take_scratch(selection.spec, selection.test, case)

    def put(self, scratch: Scratch) -> None:
        """Keep a scratch in the place of the one of its test; one that differs in nothing goes."""
        self.drop(scratch)
        if scratch.differs:
            self._kept.append(scratch)

    def keep(self, scratch: Scratch) -> None:
        """Keep a scratch even if it differs in nothing yet, for what is to become of it."""
        self.drop(scratch)
        self._kept.append(scratch)

    def drop(self, scratch: Scratch) -> None:
        """Lose the scratch of this one's test."""
        self._kept = [it for it in self._kept if (it.spec, it.test) != (scratch.spec, scratch.test)]

    def begin(self, scratch: Scratch, typing: Typing) -> None:
        """Type into a scratch."""
        self.preview, self.typing = scratch, typing

    def end(self) -> None:
        """Nothing is typed any more."""
        self.preview = self.typing = None

    def follow(self, spec: str, tests: Sequence[TestCase]) -> Scratch | None:
        """The file has these tests now. Returns a scratch that stands in it by now, if one does.

        The scratch of a test that is gone stays as it was.
        """
        saved = None
        for scratch in [it for it in self._kept if it.spec == spec]:
            self.drop(scratch)
            now = follow_file(scratch, tests) or scratch
            if not now.differs or any(map(now.stands_in, tests)):
                saved = now
            else:
                self._kept.append(now)
        if self.preview is not None and self.preview.spec == spec:
            self.preview = follow_file(self.preview, tests) or self.preview
        return saved


def around(state: State, scratch: Scratch) -> Around:
    """What names and values in a scratch are completed from."""
    opened = state.opened
    if opened is None or opened.policy.spec != scratch.spec:
        return Around()
    resources = [test.resource for test in opened.policy.tests]
    return Around(others_of(scratch, resources), opened.policy.resource_types)


def _is_of(scratch: Scratch, selection: Selection) -> bool:
    return (scratch.spec, scratch.test) == (selection.spec, selection.test)
