"""The pane of all policies, by folder."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import ClassVar, cast

from textual.binding import BindingType
from textual.message import Message

from panther_engine.events import PolicyScanned
from panther_engine.state import PolicyState, State
from panther_tui.keys.actions import TREE
from panther_tui.keys.keymap import bindings_for
from panther_tui.panes.pane import Pane, Remark
from panther_tui.panes.tree.folds import Folds
from panther_tui.panes.tree.grouping import GROUPINGS
from panther_tui.panes.tree.groups import Groups
from panther_tui.panes.tree.listing import Listing
from panther_tui.panes.tree.tree_rows import (
    ARROW_OPEN,
    Again,
    Folder,
    Row,
    folder_line,
    policy_line,
    tree_rows,
    with_tests,
)
from panther_tui.panes.tree.tree_tests import TestKey, tree_test_line
from panther_tui.triage.selection import Selection
from panther_tui.triage.transitions import policy_flip, test_flip
from panther_tui.views.line import Line


class PolicyTree(Pane):
    """Folders and policies with their marks and counts; one row is the cursor's."""

    NUMBER: ClassVar[int] = 1
    NAME: ClassVar[str] = TREE
    LABEL: ClassVar[str] = "Policies"
    FIND_LABEL: ClassVar[str] = "filter"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(TREE)]
    BINDING_GROUP_TITLE = "Policies"

    class Opened(Message):
        """The user wants to see the code of the policy under the cursor."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.choose: Callable[[Selection], None] = lambda selection: None
        """Told which policy or test the user put the cursor on."""
        self._listing = Listing()
        self._folds = Folds()
        self._policies: dict[str, PolicyState] = {}
        self._groups = Groups({}, GROUPINGS[0])
        self._seen: Mapping[str, PolicyState] | None = None
        self._before: Mapping[str, PolicyState] = {}
        self._scanned: Mapping[str, PolicyScanned] = {}
        self._selected = ""
        self._test = 0
        self._tests_shown = False
        self._group_by = GROUPINGS[0]
        self.chosen_grouping = ""
        """What the tree is grouped by as chosen with the key; empty: as the settings say."""

    @property
    def query_text(self) -> str:
        """The filter."""
        return self._listing.query

    def find_note(self) -> str:
        """How many policies fit the filter, and why none does."""
        return self._listing.note(self._policies)

    def show(self, state: State, selection: Selection) -> None:
        """Show these policies; the cursor follows the selection when that changes."""
        self._before = state.before
        self._scanned = state.scan.scanned
        other = self._take_in(state.policies)
        moved = selection.spec != self._selected
        stepped = selection.test != self._test and not moved
        self._selected, self._test = selection.spec, selection.test
        if other:
            self._refilter()
        here = self.cursor_key
        if moved and self._row() != ("policy", selection.spec):
            self.reveal(selection.spec)
        elif stepped and isinstance(here, TestKey):
            folder = here.folder if here.spec == selection.spec else ""
            self.move_to_key(TestKey(selection.spec, selection.test, folder))
        self.repaint()
        self.show_title()

    def keep_to(self, specs: frozenset[str] | None) -> None:
        """List no policies but these, whatever the filter; None lists all again."""
        if specs != self._listing.only:
            self._listing.only = specs
            self._refilter()
            if specs is None:
                self.reveal(self._selected)
            self.show_title()

    @property
    def order(self) -> tuple[str, ...]:
        """All policies in the order of the tree, also such as are folded away or filtered out."""
        return self._groups.order

    def lists(self, spec: str) -> bool:
        """Whether the filter lets a policy be listed."""
        return self._listing.lists(spec)

    def reveal(self, spec: str) -> None:
        """Bring a policy into view, opening its folder and dropping a filter that hides it."""
        folders = self._groups.holding(spec)
        if not folders:
            return
        if not self.lists(spec):
            if not self._listing.query:
                return
            self.set_query("")
        shut = self._folds.shut
        here = self._folder_at_cursor() if self._row() == ("policy", spec) else None
        folder = here or next((it for it in folders if it.path not in shut), folders[0])
        if folder.path in shut:
            self._folds.fold(folder.path, False)
            self._layout_rows()
        self.move_to_key(self._groups.row(spec, folder))

    def line(self, key: Hashable) -> Line:
        """A folder's or a policy's row."""
        if isinstance(key, Remark):
            return super().line(key)
        if isinstance(key, TestKey):
            chosen = key.is_of(self._selected, self._test)
            policy = self._policies[key.spec]
            flip = test_flip(self._before.get(key.spec), policy, key.index)
            return tree_test_line(policy, key.index, selected=chosen, flip=flip)
        folders = self._groups.folders
        if isinstance(key, Again):
            return self._policy_line(key.spec, folders[key.folder])
        kind, path = cast(Row, key)
        if kind == "folder":
            closed = self._listing.fitting is None and path in self._folds.shut
            return folder_line(folders[path], self._groups.counts[path], closed=closed)
        return self._policy_line(path, self._groups.holding(path)[0])

    def _policy_line(self, spec: str, folder: Folder) -> Line:
        policy = self._policies[spec]
        return policy_line(
            policy,
            folder.prefix,
            selected=spec == self._selected,
            flip=policy_flip(self._before.get(spec), policy),
            scanned=self._scanned.get(spec),
        )

    def set_query(self, query: str, *, jump: bool = True) -> None:
        """List only what fits; the cursor goes to what fits best."""
        self._listing.query = query
        self._refilter()
        best = self._listing.best()
        if query and jump and best is not None:
            self.move_to_key(("policy", best))
            self.choose(Selection(best))
        elif not query:
            self.reveal(self._selected)
        self.show_title()

    def activate(self, key: Hashable) -> None:
        """A double click is as good as enter."""
        self.action_open()

    def clicked(self, key: Hashable, x: int) -> bool:
        """The arrow of a folder folds it, or opens it."""
        arrow = isinstance(key, tuple) and key[0] == "folder" and 0 <= x < len(ARROW_OPEN)
        if arrow:
            self.action_toggle_fold()
        return arrow

    def moved(self, key: Hashable) -> None:
        """Choose what the cursor is on now."""
        row = self._row()
        if isinstance(key, TestKey):
            self.choose(Selection(key.spec, key.index, chosen=True))
        elif row is not None and row[0] == "policy":
            self.choose(Selection(row[1]))

    def action_open(self) -> None:
        """Go to the line of this failure or traceback frame, or open this part."""
        row = self._row()
        if row is not None and row[0] == "folder":
            self.action_toggle_fold()
        elif row is not None:
            self.post_message(self.Opened())

    def action_toggle_fold(self) -> None:
        """Fold or unfold this."""
        folder = self._folder_at_cursor()
        if folder is not None:
            self._fold(folder.path, folder.path not in self._folds.shut)

    def action_fold(self) -> None:
        """Fold this, or go to what holds it."""
        folder = self._folder_at_cursor()
        if folder is not None:
            self._fold(folder.path, True)

    def action_unfold(self) -> None:
        """Unfold this, or go into it."""
        row = self._row()
        if row is None:
            return
        if row[0] == "policy":
            self.post_message(self.Opened())
        elif row[1] in self._folds.shut:
            self._fold(row[1], False)
        else:
            self.action_cursor_down()

    def action_fold_all(self) -> None:
        """Fold everything."""
        folder = self._folder_at_cursor()
        self._folds.shut = frozenset(self._groups.folders)
        self._layout_rows()
        if folder is not None:
            self.move_to_key(("folder", folder.path))

    def action_unfold_all(self) -> None:
        """Unfold everything."""
        self._folds.shut = frozenset()
        self._layout_rows()

    # Grouping and tests ----------------------------------------------------------------------

    def configure(self, group_by: str, *, tests: bool) -> None:
        """Group and list as the settings say, unless it was chosen otherwise with the keys."""
        self._tests_shown = tests
        self._become(self.chosen_grouping or group_by)

    def recall(self, folded: Iterable[str], group_by: str) -> None:
        """Be as the last time: `folded` are groups by their path."""
        if group_by in GROUPINGS:
            self.chosen_grouping = group_by
            self._become(group_by)
        if folded:
            self._folds.recall(folded, self._groups.folders)
            self._layout_rows()

    def folded(self) -> frozenset[str]:
        """The groups that are closed, by their path."""
        return self._folds.shut

    def action_next_grouping(self) -> None:
        """Group by the next of folder, severity, type, status, report and cause."""
        place = GROUPINGS.index(self._group_by)
        self.chosen_grouping = GROUPINGS[(place + 1) % len(GROUPINGS)]
        self._become(self.chosen_grouping)
        self.reveal(self._selected)

    def action_toggle_tests(self) -> None:
        """List the tests under each policy, or not."""
        self._tests_shown = not self._tests_shown
        self._layout_rows()
        self.reveal(self._selected)

    def _become(self, group_by: str) -> None:
        if group_by in GROUPINGS:
            self._group_by = group_by
        if self._policies:
            self._regroup(self._policies)
            self._refilter()
            self.show_title()

    def copied_text(self) -> str:
        """The policy's ID, the test's name after that, or the folder."""
        key, row = self.cursor_key, self._row()
        if isinstance(key, TestKey):
            entry = self._policies[key.spec].entry
            return f"{entry.name or entry.spec} · {entry.tests[key.index].name}"
        if row is None:
            return ""
        return self._policies[row[1]].entry.name if row[0] == "policy" else row[1]

    def copied_place(self) -> str:
        """The spec."""
        row = self._row()
        return row[1] if row is not None else ""

    def copied_test(self) -> tuple[str, str] | None:
        """The test under the cursor."""
        key = self.cursor_key
        if not isinstance(key, TestKey):
            return None
        return key.spec, self._policies[key.spec].entry.tests[key.index].name

    def _row(self) -> Row | None:
        key = self.cursor_key
        if isinstance(key, TestKey | Again):
            return ("policy", key.spec)
        return None if key is None or isinstance(key, Remark) else cast(Row, key)

    def _fold(self, path: str, close: bool) -> None:
        if self._listing.fitting is not None:
            return
        self._folds.fold(path, close)
        if close:
            self.move_to_key(("folder", path))
        self._layout_rows()

    def _folder_at_cursor(self) -> Folder | None:
        key, row = self.cursor_key, self._row()
        if row is None:
            return None
        if row[0] == "folder":
            return self._groups.folders[row[1]]
        again = key.folder if isinstance(key, TestKey | Again) else ""
        return self._groups.folders[again] if again else self._groups.holding(row[1])[0]

    def _take_in(self, policies: Mapping[str, PolicyState]) -> bool:
        """Count what changed since the last time; True if the rows must be made anew."""
        if policies is self._seen:
            return False
        first = self._seen is None
        self._seen = policies
        if first or policies.keys() != self._policies.keys():
            self._regroup(policies)
            return True
        known = self._policies
        changed = [(spec, new) for spec, new in policies.items() if known[spec] is not new]
        if any(self._needs_rows(known[spec], new) for spec, new in changed):
            self._regroup(policies)
            return True
        for spec, new in changed:
            self._groups.recount(known[spec], new)
            known[spec] = new
        return False

    def _needs_rows(self, old: PolicyState, new: PolicyState) -> bool:
        """Whether a policy's place in the tree, or its rows, are others now."""
        tests = old.entry is not new.entry and len(old.entry.tests) != len(new.entry.tests)
        return (tests and self._tests_shown) or self._groups.moves(old, new)

    def _regroup(self, policies: Mapping[str, PolicyState]) -> None:
        self._policies = dict(policies)
        self._groups = Groups(self._policies, self._group_by)
        self._folds.meet(self._groups.folders, len(self._policies))

    def _refilter(self) -> None:
        self._listing.renew(self._policies)
        self._layout_rows()

    def _layout_rows(self) -> None:
        folders, here = self._groups.folders, self.cursor_key
        rows = tree_rows(folders.values(), self._folds.shut, self._listing.fitting)
        if rows:
            self.set_rows(with_tests(rows, self._policies) if self._tests_shown else rows)
            if isinstance(here, TestKey | Again) and self.place_of(here) is None:
                self._stay_with(here)
        else:
            self.say_only("no policy fits" if folders else "no policies yet")

    def _stay_with(self, gone: TestKey | Again) -> None:
        """Put the cursor on the policy whose row it was on: in the same group, else in another."""
        holding = self._groups.holding(gone.spec)
        for folder in sorted(holding, key=lambda it: it.path != gone.folder):
            if self.move_to_key(self._groups.row(gone.spec, folder)):
                return

    def show_title(self) -> None:
        """Say in the frame what is shown."""
        by = self._group_by
        grouped = "" if by == GROUPINGS[0] else f"by {by.replace('-', ' ')}"
        self.set_title(note=self._listing.title(self._policies) or grouped)
